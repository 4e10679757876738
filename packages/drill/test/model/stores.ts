import type { Call } from '@dure/contracts/binding/call';
import { AlreadyHandled, Conflict } from '@dure/contracts/binding/commit';
import type { Level } from '../../../../services/inventory/src/domain/shortage.ts';
import { available, initialStock, type Stock } from '../../../../services/inventory/src/domain/stock.ts';
import type { Store as InventoryStore, StoredReservation } from '../../../../services/inventory/src/store.ts';
import { dueAt } from '../../../../services/shipping/src/domain/due.ts';
import { initialShipping } from '../../../../services/shipping/src/domain/shipping.ts';
import type { Store as ShippingStore, StoredShipping } from '../../../../services/shipping/src/store.ts';

/** A transaction: dies before or after it, writes if the call's marker allows it, and publishes. */
export type Commit = (call: Pick<Call, 'marker'>, write: () => void, events: readonly Published[]) => Promise<void>;

export interface Published {
  readonly type: string;
  readonly data: object;
  readonly orderId: string;
  readonly replyTo?: string;
}

/** Markers and write order, like `commit` of the contracts. */
export function createCommit(dies: (when: 'before' | 'after') => void, publish: (event: Published) => void) {
  const markers = new Set<string>();
  const commit: Commit = (call, write, events) => {
    dies('before');
    if (call.marker !== undefined && markers.has(call.marker.pk)) throw new AlreadyHandled('It was done before.');
    write();
    if (call.marker !== undefined) markers.add(call.marker.pk);
    for (const event of events) publish(event);
    dies('after');
    return Promise.resolve();
  };
  return commit;
}

/** A decision on an outdated state is made again. */
function unchanged(decidedUpon: number, now: number): void {
  if (decidedUpon !== now) throw new Conflict('changed');
}

/** Turns a thrown error into a rejection. */
const later = async <Value>(make: () => Promise<Value> | Value): Promise<Value> => make();

export interface Warehouse {
  readonly store: InventoryStore;
  readonly stock: ReadonlyMap<string, Stock>;
}

/**
 * @param shelf the stock on hand of each product, and its location
 * @param forgets a planted bug: an expired reservation counts as released
 */
export function inventoryStore(
  commit: Commit,
  shelf: readonly { sku: string; onHand: number; location: string }[],
  forgets = false,
): Warehouse {
  const stock = new Map(shelf.map((one): [string, Stock] => [one.sku, { ...initialStock(one.sku), ...one }]));
  const reservations = new Map<string, StoredReservation>();
  const level = (sku: string): [string, Level] => {
    const { shortage } = stock.get(sku) as Stock;
    return [sku, { available: available(stock.get(sku) as Stock), shortage }];
  };
  const load = (orderId: string): StoredReservation =>
    reservations.get(orderId) ?? { orderId, reservation: undefined, version: 0, sequence: 0, updatedAt: '' };
  const store: InventoryStore = {
    loadStock: (sku) => later(() => stock.get(sku)),
    listStock: (skus) => later(() => skus.flatMap((sku) => stock.get(sku) ?? [])),
    saveStock: () => Promise.reject(new Error('Nobody counts here.')),
    loadReservation: (orderId) => later(() => load(orderId)),
    loadForReservation: (orderId, skus) =>
      later(() => ({
        stored: forgets ? forgotten(load(orderId)) : load(orderId),
        levels: new Map(skus.map(level)),
        places: new Map(skus.map((sku) => [sku, stock.get(sku)?.location])),
      })),
    loadLevels: (skus) => later(() => new Map(skus.map(level))),
    saveDecision: (call, stored, { reservation, event, moves }) =>
      later(() => {
        const { orderId } = stored;
        const write = () => {
          unchanged(stored.version, load(orderId).version);
          reservations.set(orderId, { ...stored, reservation, version: stored.version + 1, updatedAt: call.time });
          for (const { sku, onHand, reserved, shortage = 0 } of moves) {
            const before = stock.get(sku) as Stock;
            const after = {
              ...before,
              onHand: before.onHand + onHand,
              reserved: before.reserved + reserved,
              shortage: before.shortage + shortage,
            };
            if (after.onHand < 0 || after.reserved < 0 || after.shortage < 0 || available(after) < 0) {
              throw new Error(`The stock would be ${JSON.stringify(after)}.`);
            }
            stock.set(sku, after);
          }
        };
        const { type, ...data } = event ?? { type: '' };
        return commit(
          call,
          write,
          event === undefined ? [] : [{ type, data: { orderId, ...data }, orderId, replyTo: call.replyTo }],
        );
      }),
    listExpired: (now, limit) =>
      later(() =>
        [...reservations.values()]
          .filter(({ reservation: it }) => it?.status === 'reserved' && !it.held && it.expiresAt < now)
          .map(({ orderId }) => orderId)
          .slice(0, limit),
      ),
    listShort: () => later(() => [...stock.values()].filter(({ shortage }) => shortage > 0).map(({ sku }) => sku)),
  };
  return { store, stock };
}

function forgotten(stored: StoredReservation): StoredReservation {
  const { reservation } = stored;
  if (reservation?.status !== 'expired') return stored;
  return { ...stored, reservation: { status: 'released', lines: reservation.lines } };
}

const SILENT_MINUTES = 60;

export function shippingStore(commit: Commit): ShippingStore {
  const all = new Map<string, StoredShipping>();
  const due = new Map<string, string>();
  const load = (orderId: string): StoredShipping =>
    all.get(orderId) ?? { orderId, shipping: initialShipping, version: 0, sequence: 0 };
  const shipments = () =>
    [...all.values()].flatMap(({ orderId, shipping, version }) =>
      shipping.shipments.map((shipment) => ({ orderId, shipment, version })),
    );
  return {
    load: (orderId) => later(() => load(orderId)),
    loadShipment: (shipmentId) => later(() => shipments().find(({ shipment }) => shipment.shipmentId === shipmentId)),
    findByTracking: (trackingNumber) =>
      later(() => {
        const found = shipments().find(({ shipment }) => shipment.trackingNumber === trackingNumber);
        return found && { orderId: found.orderId, shipmentId: found.shipment.shipmentId };
      }),
    save: (call, stored, { shipping, events }) =>
      later(async () => {
        const after = { ...stored, shipping, version: stored.version + 1, sequence: stored.sequence + events.length };
        const write = () => {
          unchanged(stored.version, load(stored.orderId).version);
          all.set(stored.orderId, after);
          for (const shipment of shipping.shipments) {
            if (stored.shipping.shipments.includes(shipment)) continue;
            const at = dueAt(shipment, SILENT_MINUTES);
            if (at === undefined) due.delete(shipment.shipmentId);
            else due.set(shipment.shipmentId, at);
          }
        };
        const { orderId } = stored;
        await commit(
          call,
          write,
          events.map((event) => ({
            type: event.type,
            data: { orderId, ...event.data },
            orderId,
            replyTo: 'to' in event ? event.to : undefined,
          })),
        );
        return after;
      }),
    mend: () => Promise.resolve(),
    listByStatus: () => Promise.reject(new Error('Nobody lists here.')),
    listDue: (now, limit) =>
      later(() =>
        shipments()
          .filter(({ shipment }) => (due.get(shipment.shipmentId) ?? '~') < now)
          .slice(0, limit),
      ),
    postpone: (shipmentId, at) => later(() => void (due.has(shipmentId) && due.set(shipmentId, at))),
  };
}
