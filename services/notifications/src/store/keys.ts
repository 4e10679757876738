/*
 * Key design. `version` counts the changes of an item.
 *
 * item         pk                        sk                        attributes
 * order        ORDER#<orderId>           ORDER                     the copy: customer, goods, status, learnt; news: the
 *                                                                  entries of its progress; followedUntil
 * news         ORDER#<orderId>           NEWS#<sequence>           of before: one entry of its progress
 * mailed       ORDER#<orderId>           MAILED                    sequence of the newest order event that a mail was
 *                                                                  begun for; claim#<eventId>, until when the first
 *                                                                  attempt of a mail is claimed
 * mail         ORDER#<orderId>           MAIL#<eventId>            status, attempts, until; customer, position
 * connection   ORDER#<orderId>           CONNECTION#<id>           sent: the last entry that it has
 *              CONNECTION#<id>           CONNECTION                orderId, for the lookup
 * preferences  PREFERENCES#<customerId>  PREFERENCES               language, channels, optOut
 * endpoint     ENDPOINTS                 <endpointId>              url, events, secrets, status
 * count        ENDPOINT_COUNT            ENDPOINT_COUNT            count: how many endpoints there are
 * lane         LANE#<endpointId>         LANE                      health; slot0 … slot9, until when each is taken
 *              LANE#PAUSED               LANE                      the slots that all paused endpoints share
 * delivery     DELIVERIES#<endpointId>   <deliveryId>              body, attempts; due, dueAt while it is pending
 *
 * index `customer`: the mails of a customer, by position, <at>#<id>
 * index `due`: pending deliveries (due = a shard of DUE) by the instant of the next attempt, <instant>#<deliveryId>
 */

const DIGITS = 9;

export const orderKey = (orderId: string) => ({ pk: `ORDER#${orderId}`, sk: 'ORDER' });
export const newsKey = (orderId: string, sequence: number) => ({
  pk: `ORDER#${orderId}`,
  sk: `NEWS#${String(sequence).padStart(DIGITS, '0')}`,
});
export const mailedKey = (orderId: string) => ({ pk: `ORDER#${orderId}`, sk: 'MAILED' });
export const mailKey = (orderId: string, eventId: string) => ({ pk: `ORDER#${orderId}`, sk: `MAIL#${eventId}` });
export const connectionKey = (orderId: string, id: string) => ({ pk: `ORDER#${orderId}`, sk: `CONNECTION#${id}` });
export const connectionLookupKey = (id: string) => ({ pk: `CONNECTION#${id}`, sk: 'CONNECTION' });
export const preferencesKey = (customerId: string) => ({ pk: `PREFERENCES#${customerId}`, sk: 'PREFERENCES' });
export const endpointKey = (endpointId: string) => ({ pk: 'ENDPOINTS', sk: endpointId });
export const endpointCountKey = { pk: 'ENDPOINT_COUNT', sk: 'ENDPOINT_COUNT' };
export const laneKey = (lane: string) => ({ pk: `LANE#${lane}`, sk: 'LANE' });
export const deliveryKey = (endpointId: string, deliveryId: string) => ({
  pk: `DELIVERIES#${endpointId}`,
  sk: deliveryId,
});

/** For an order's copy, its progress and its mails: personal data that is not needed after that. */
export const ORDER_DAYS = 180;

export const expiry = (instant: string, days: number): number => Math.floor(Date.parse(instant) / 1000) + days * 86_400;

/** The condition of a write: the version that was decided on; 0 means that the item does not exist. */
export const ifVersion = (version: number) =>
  version === 0
    ? { ConditionExpression: 'attribute_not_exists(pk)' }
    : {
        ConditionExpression: '#version = :version',
        ExpressionAttributeNames: { '#version': 'version' },
        ExpressionAttributeValues: { ':version': version },
      };
