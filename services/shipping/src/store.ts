import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Call } from '@dure/contracts/binding/call';
import { commit, type Write } from '@dure/contracts/binding/commit';
import type { Marks } from '@dure/contracts/binding/marks';
import { answering, type OutgoingEvent, publish } from '@dure/contracts/binding/outbox';
import { readItems } from '@dure/contracts/binding/read-items';
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
import { queryShards, shardOf } from '@dure/contracts/binding/shards';
import { isConditionFailure, type Table } from '@dure/contracts/binding/table';
import type { Decision } from './domain/answers.ts';
import { dueAt } from './domain/due.ts';
import type { ShippingEvent } from './domain/events.ts';
import { initialShipping, type Shipment, type Shipping, type Status } from './domain/shipping.ts';

/*
 * Key design. `version` counts the changes of an order's shipping, `sequence` its published events.
 *
 * item      pk                     sk        attributes
 * shipping  SHIPPING#<orderId>     SHIPPING  recipient, customerId, shipments, stopped, askers, told: the state; correlationId;
 *                                            marks and outbox, see `commit`
 * shipment  SHIPMENT#<shipmentId>  SHIPMENT  orderId, shipment: a copy, by which shipments are found and listed
 * tracking  TRACKING#<number>      TRACKING  orderId, shipmentId
 *
 * Only the shipping is the truth. The other items are written beside it, each in a write of its own: a tracking number
 * before the shipping has it, a copy after. Who dies in between leaves a copy that is late until the message comes again
 * or the sweep looks at it, so what a copy finds is read from its shipping.
 *
 * index `byStatus`: statusPk = a shard of STATUS#<status>, statusSk = <updatedAt>#<shipmentId>
 * index `due`: duePk = a shard of DUE, dueSk = <when to ask the carrier>#<shipmentId>, until it has ended
 */
const shippingKey = (orderId: string) => ({ pk: `SHIPPING#${orderId}`, sk: 'SHIPPING' });
const shipmentKey = (shipmentId: string) => ({ pk: `SHIPMENT#${shipmentId}`, sk: 'SHIPMENT' });
const trackingKey = (trackingNumber: string) => ({ pk: `TRACKING#${trackingNumber}`, sk: 'TRACKING' });

const DUE = { index: 'due', partition: 'DUE', pk: 'duePk', sk: 'dueSk' };
const BY_STATUS = { index: 'byStatus', pk: 'statusPk', sk: 'statusSk' };
const statusOf = (status: Status) => `STATUS#${status}`;

/** The shipping of an order as it is stored. */
export interface StoredShipping {
  readonly orderId: string;
  readonly shipping: Shipping;
  readonly version: number;
  readonly sequence: number;
  /** Of the first call: later reports of a carrier or an operator belong to the same correlation. */
  readonly correlationId?: string;
  /** Of the messages that it handled lately. */
  readonly marks?: Marks;
}

export interface StoredShipment {
  readonly orderId: string;
  readonly shipment: Shipment;
  readonly version: number;
  /** Not of a copy. */
  readonly customerId?: string;
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
  /** Writes the copies of shipments that may have been left behind. */
  mend(stored: StoredShipping): Promise<void>;
  /** Shipments about which to ask the carrier before `now`, as they were copied. */
  listDue(now: string, limit: number): Promise<StoredShipment[]>;
  /** Asks about a shipment again not before `at`; a no-op when it has ended. */
  postpone(shipmentId: string, at: string): Promise<void>;
}

/** @param silentMinutes how long a carrier may be silent about a parcel before it is asked */
export function createStore(table: Table, silentMinutes: number): Store {
  const { client, name: TableName } = table;
  const get = async (Key: Record<string, string>, ConsistentRead = true) =>
    (await client.send(new GetCommand({ TableName, Key, ConsistentRead }))).Item;

  const load = async (orderId: string) => toShipping(orderId, await get(shippingKey(orderId)));

  /** Unless a newer one is there. */
  async function copy(stored: StoredShipping, shipments: readonly Shipment[]): Promise<void> {
    const puts = shipments.map((shipment) => ({ TableName, ...shipmentPut(stored, shipment, silentMinutes) }));
    const written = await Promise.allSettled(puts.map((put) => client.send(new PutCommand(put))));
    const failed = written.find((it) => it.status === 'rejected' && !isConditionFailure(it.reason));
    if (failed?.status === 'rejected') throw failed.reason;
  }

  return {
    load,

    async loadShipment(shipmentId) {
      const item = await get(shipmentKey(shipmentId));
      return item && shipmentsOf(await load(String(item['orderId']))).get(shipmentId);
    },

    async findByTracking(trackingNumber) {
      // It never changes, so a read at half the price is right as soon as it finds it.
      const key = trackingKey(trackingNumber);
      const item = (await get(key, false)) ?? (await get(key));
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
      const tracked = labelled.map((shipment) => ({ TableName, Item: trackingItem(orderId, shipment) }));
      await Promise.all(tracked.map((put) => client.send(new PutCommand(put))));
      await commit(
        table,
        { ...call, correlationId },
        {
          writes: [putShipping(after)],
          events: events.map((event, index) => outgoing(orderId, stored.sequence + index + 1, event)),
          marks: stored.marks ?? {},
          result: shown?.(after),
        },
      );
      await copy(after, changed);
      return after;
    },

    mend: (stored) => copy(stored, stored.shipping.shipments),

    async listByStatus(status, page) {
      const { items, end } = await queryShards(table, { ...BY_STATUS, partition: statusOf(status), ...page });
      const keys = [...new Set(items.map((item) => String(item['orderId'])))].map(shippingKey);
      const read = keys.length === 0 ? [] : await readItems(table, keys, { consistent: true });
      const known = new Map(read.flatMap((item) => [...shipmentsOf(toShipping(String(item['orderId']), item))]));
      const found = items.map((item) => known.get(toShipment(item).shipment.shipmentId));
      return { shipments: found.filter((it) => it?.shipment.status === status) as StoredShipment[], end };
    },

    async listDue(now, limit) {
      const { items } = await queryShards(table, { ...DUE, to: now, limit });
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
        if (!isConditionFailure(error)) throw error;
      }
    },
  };
}

interface ShippingItem extends Omit<Shipping, 'answered'> {
  readonly told: Shipping['answered'];
  readonly correlationId?: string;
  readonly version: number;
  readonly sequence: number;
  readonly marks?: Marks;
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

function shipmentPut({ orderId, version }: StoredShipping, shipment: Shipment, silentMinutes: number) {
  const { shipmentId, status, updatedAt } = shipment;
  const due = dueAt(shipment, silentMinutes);
  return {
    Item: {
      ...shipmentKey(shipmentId),
      orderId,
      shipment,
      version,
      statusPk: shardOf(statusOf(status), shipmentId),
      statusSk: `${updatedAt}#${shipmentId}`,
      duePk: due && shardOf(DUE.partition, shipmentId),
      dueSk: due && `${due}#${shipmentId}`,
    },
    ConditionExpression: 'attribute_not_exists(pk) OR version < :version',
    ExpressionAttributeValues: { ':version': version },
  };
}

const trackingItem = (orderId: string, { shipmentId, trackingNumber = '' }: Shipment) => ({
  ...trackingKey(trackingNumber),
  orderId,
  shipmentId,
});

function toShipping(orderId: string, item: Record<string, unknown> | undefined): StoredShipping {
  if (item === undefined) return { orderId, shipping: initialShipping, version: 0, sequence: 0 };
  const { version, sequence, correlationId, marks, ...rest } = item as unknown as ShippingItem;
  const { recipient, customerId, shipments, stopped, askers, told: answered } = rest;
  const shipping = { recipient, customerId, shipments, stopped, askers, answered };
  return { orderId, shipping, version, sequence, correlationId, marks };
}

/** The shipments of an order by their ids. */
const shipmentsOf = ({ orderId, shipping, version }: StoredShipping): Map<string, StoredShipment> =>
  new Map(
    shipping.shipments.map((shipment) => [
      shipment.shipmentId,
      { orderId, shipment, version, customerId: shipping.customerId },
    ]),
  );

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
