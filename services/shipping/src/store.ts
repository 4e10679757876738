import { GetCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Call } from '@dure/contracts/binding/call';
import { commit, type Write } from '@dure/contracts/binding/commit';
import { answering, type OutgoingEvent, publish } from '@dure/contracts/binding/outbox';
import {
  OrderDispatched,
  ShipmentCancelled,
  ShipmentCreated,
  ShipmentDelivered,
  ShipmentDispatched,
  ShipmentLabelled,
  ShipmentLost,
  ShipmentRecallRequested,
  ShipmentReturned,
  ShippingCancellationRefused,
  ShippingCancelled,
  ShippingRefused,
  ShippingSettled,
} from '@dure/contracts/shipping';
import type { Table } from '@dure/contracts/binding/table';
import type { Decision } from './domain/answers.ts';
import { dueAt } from './domain/due.ts';
import type { ShippingEvent } from './domain/events.ts';
import { initialShipping, type Shipment, type Shipping, type Status } from './domain/shipping.ts';

/*
 * Key design. `version` counts the changes of an order's shipping, `sequence` its published events.
 *
 * item      pk                     sk        attributes
 * shipping  SHIPPING#<orderId>     SHIPPING  recipient, shipments, stopped, askers, told: the state; correlationId
 * shipment  SHIPMENT#<shipmentId>  SHIPMENT  orderId, shipment: a copy for lookups and lists
 * tracking  TRACKING#<number>      TRACKING  orderId, shipmentId
 *
 * index `byStatus`: statusPk = STATUS#<status>, statusSk = <updatedAt>#<shipmentId>
 * index `due`: duePk = DUE, dueSk = <when to ask the carrier>#<shipmentId>, until it has ended
 */
const shippingKey = (orderId: string) => ({ pk: `SHIPPING#${orderId}`, sk: 'SHIPPING' });
const shipmentKey = (shipmentId: string) => ({ pk: `SHIPMENT#${shipmentId}`, sk: 'SHIPMENT' });
const trackingKey = (trackingNumber: string) => ({ pk: `TRACKING#${trackingNumber}`, sk: 'TRACKING' });

/** The shipping of an order as it is stored. */
export interface StoredShipping {
  readonly orderId: string;
  readonly shipping: Shipping;
  readonly version: number;
  readonly sequence: number;
  /** Of the first call: later reports of a carrier or an operator belong to the same correlation. */
  readonly correlationId?: string;
}

export interface StoredShipment {
  readonly orderId: string;
  readonly shipment: Shipment;
  readonly version: number;
}

export interface Store {
  load(orderId: string): Promise<StoredShipping>;
  loadShipment(shipmentId: string): Promise<StoredShipment | undefined>;
  findByTracking(trackingNumber: string): Promise<{ orderId: string; shipmentId: string } | undefined>;
  /**
   * Saves a decision with its events, and the `shown` part as the answer to a repeated call.
   * @throws Conflict when others saved first, AlreadyHandled when the call was saved before
   */
  save(
    call: Call,
    stored: StoredShipping,
    decision: Decision,
    shown?: (after: StoredShipping) => unknown,
  ): Promise<StoredShipping>;
  /** The longest unmoved first; `end` is set while more may follow. */
  listByStatus(
    status: Status,
    page: { readonly after?: string; readonly limit: number },
  ): Promise<{ shipments: StoredShipment[]; end?: string }>;
  /** Shipments about which to ask the carrier before `now`. */
  listDue(now: string, limit: number): Promise<StoredShipment[]>;
  /** Asks about a shipment again not before `at`; a no-op when it has ended. */
  postpone(shipmentId: string, at: string): Promise<void>;
}

/** @param silentMinutes how long a carrier may be silent about a parcel before it is asked */
export function createStore(table: Table, silentMinutes: number): Store {
  const { client, name: TableName } = table;
  const get = async (Key: Record<string, string>) =>
    (await client.send(new GetCommand({ TableName, Key, ConsistentRead: true }))).Item;

  return {
    async load(orderId) {
      const item = await get(shippingKey(orderId));
      if (item === undefined) return { orderId, shipping: initialShipping, version: 0, sequence: 0 };
      const { version, sequence, correlationId, ...rest } = item as unknown as ShippingItem;
      const { recipient, shipments, stopped, askers, told: answered } = rest;
      return {
        orderId,
        shipping: { recipient, shipments, stopped, askers, answered },
        version,
        sequence,
        correlationId,
      };
    },

    async loadShipment(shipmentId) {
      const item = await get(shipmentKey(shipmentId));
      return item && toShipment(item);
    },

    async findByTracking(trackingNumber) {
      const item = await get(trackingKey(trackingNumber));
      return item && { orderId: String(item['orderId']), shipmentId: String(item['shipmentId']) };
    },

    async save(call, stored, { shipping, events }, shown) {
      const { orderId, correlationId = call.correlationId } = stored;
      const after = {
        orderId,
        correlationId,
        shipping,
        version: stored.version + 1,
        sequence: stored.sequence + events.length,
      };
      const changed = shipping.shipments.filter((shipment) => !stored.shipping.shipments.includes(shipment));
      const known = new Set(stored.shipping.shipments.map((shipment) => shipment.trackingNumber));
      const labelled = changed.filter(
        ({ trackingNumber }) => trackingNumber !== undefined && !known.has(trackingNumber),
      );
      await commit(
        table,
        { ...call, correlationId },
        {
          writes: [
            putShipping(after),
            ...changed.map((shipment) => putShipment(after, shipment, silentMinutes)),
            ...labelled.map((shipment) => putTracking(orderId, shipment)),
          ],
          events: events.map((event, index) => outgoing(orderId, stored.sequence + index + 1, event)),
          result: shown?.(after),
        },
      );
      return after;
    },

    async listByStatus(status, { after, limit }) {
      const { Items: items = [], LastEvaluatedKey: last } = await client.send(
        new QueryCommand({
          TableName,
          IndexName: 'byStatus',
          KeyConditionExpression: 'statusPk = :status AND statusSk > :after',
          ExpressionAttributeValues: { ':status': `STATUS#${status}`, ':after': after ?? ' ' },
          Limit: limit,
        }),
      );
      return { shipments: items.map(toShipment), end: last && String(items.at(-1)?.['statusSk']) };
    },

    async listDue(now, limit) {
      const { Items: items = [] } = await client.send(
        new QueryCommand({
          TableName,
          IndexName: 'due',
          KeyConditionExpression: 'duePk = :due AND dueSk < :now',
          ExpressionAttributeValues: { ':due': 'DUE', ':now': now },
          Limit: limit,
        }),
      );
      return items.map(toShipment);
    },

    async postpone(shipmentId, at) {
      try {
        await client.send(
          new UpdateCommand({
            TableName,
            Key: shipmentKey(shipmentId),
            UpdateExpression: 'SET dueSk = :at',
            ConditionExpression: 'attribute_exists(duePk)',
            ExpressionAttributeValues: { ':at': `${at}#${shipmentId}` },
          }),
        );
      } catch (error) {
        if (!(error instanceof Error && error.name === 'ConditionalCheckFailedException')) throw error;
      }
    },
  };
}

interface ShippingItem extends Omit<Shipping, 'answered'> {
  readonly told: Shipping['answered'];
  readonly correlationId?: string;
  readonly version: number;
  readonly sequence: number;
}

function putShipping({ orderId, shipping, version, sequence, correlationId }: StoredShipping): Write {
  const { answered: told, ...state } = shipping;
  return {
    Put: {
      Item: { ...shippingKey(orderId), orderId, ...state, told, version, sequence, correlationId },
      ...(version === 1
        ? { ConditionExpression: 'attribute_not_exists(pk)' }
        : { ConditionExpression: 'version = :seen', ExpressionAttributeValues: { ':seen': version - 1 } }),
    },
  };
}

function putShipment({ orderId, version }: StoredShipping, shipment: Shipment, silentMinutes: number): Write {
  const { shipmentId, status, updatedAt } = shipment;
  const due = dueAt(shipment, silentMinutes);
  return {
    Put: {
      Item: {
        ...shipmentKey(shipmentId),
        orderId,
        shipment,
        version,
        statusPk: `STATUS#${status}`,
        statusSk: `${updatedAt}#${shipmentId}`,
        duePk: due && 'DUE',
        dueSk: due && `${due}#${shipmentId}`,
      },
    },
  };
}

const putTracking = (orderId: string, { shipmentId, trackingNumber = '' }: Shipment): Write => ({
  Put: { Item: { ...trackingKey(trackingNumber), orderId, shipmentId } },
});

const toShipment = (item: Record<string, unknown>): StoredShipment => {
  const { orderId, shipment, version } = item as unknown as StoredShipment;
  return { orderId, shipment, version };
};

const contracts = {
  OrderDispatched,
  ShipmentCancelled,
  ShipmentCreated,
  ShipmentDelivered,
  ShipmentDispatched,
  ShipmentLabelled,
  ShipmentLost,
  ShipmentRecallRequested,
  ShipmentReturned,
  ShippingCancellationRefused,
  ShippingCancelled,
  ShippingRefused,
  ShippingSettled,
};

function outgoing(orderId: string, sequence: number, event: ShippingEvent): OutgoingEvent {
  const published = publish(contracts[event.type], orderId, sequence, { orderId, ...event.data } as never);
  return answering(published, 'to' in event ? event.to : undefined);
}
