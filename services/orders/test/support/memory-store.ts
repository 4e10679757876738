import type { Call } from '@dure/contracts/binding/call';
import { Conflict } from '@dure/contracts/binding/commit';
import { isUndone } from '../../src/domain/ending.ts';
import type { Fulfilment } from '../../src/domain/fulfilment.ts';
import { evolve, initialOrder, isOpen, type OrderEvent } from '../../src/domain/order.ts';
import type { EventStore, Loaded } from '../../src/store/event-store.ts';
import type { StoredWorkflow, WorkflowStore } from '../../src/store/workflow-store.ts';

export interface Published {
  readonly type: string;
  readonly data: object;
  readonly orderId: string;
}

/** A transaction of one write and what it publishes. It may fail before or after the write. */
export type Commit = (call: Pick<Call, 'marker'>, write: () => void, events: readonly Published[]) => Promise<void>;

/** Turns a thrown error into a rejection. */
const later = async <Value>(make: () => Promise<Value> | Value): Promise<Value> => make();

const UNMARKED = { marker: undefined };

/**
 * The behaviour of the stores without a database, so that thousands of interleavings can be tried. `broken` lists the
 * orders that were confirmed or shipped while they were being undone.
 */
export function memoryStore(commit: Commit) {
  const loaded = new Map<string, Loaded>();
  const items = new Map<string, StoredWorkflow & { openAt?: string; stuck?: boolean }>();
  const fulfilments = new Map<string, Fulfilment>();
  const broken: string[] = [];
  const item = (orderId: string) => items.get(orderId) ?? { attempts: 0 };

  const close = (orderId: string) => void items.set(orderId, { ...item(orderId), openAt: undefined, stuck: false });

  const orders: EventStore = {
    load: (orderId) =>
      later(() => loaded.get(orderId) ?? { orderId, order: initialOrder, sequence: 0, placedAt: '', updatedAt: '' }),
    history: () => later(() => []),
    append: (call, before, events: readonly OrderEvent[], only) =>
      later(async () => {
        const after: Loaded = {
          ...before,
          order: events.reduce(evolve, before.order),
          sequence: before.sequence + events.length,
          placedAt: before.sequence === 0 ? call.time : before.placedAt,
          updatedAt: call.time,
        };
        const { orderId } = before;
        const write = () => {
          if (before.sequence !== (loaded.get(orderId)?.sequence ?? 0)) throw new Conflict('changed');
          if (isUndone(item(orderId))) {
            if (only?.unlessUndone) throw new Conflict('undone');
            if (events.some(({ type }) => type === 'OrderConfirmed' || type === 'OrderShipped')) broken.push(orderId);
          }
          loaded.set(orderId, after);
          const young = before.sequence > 0 && Date.parse(call.time) - Date.parse(before.placedAt) < 20_000;
          if (!young && isOpen(after.order)) items.set(orderId, { ...item(orderId), openAt: call.time, stuck: false });
        };
        await commit(
          call,
          write,
          events.map(({ type, data }) => ({ type, data, orderId })),
        );
        if (!isOpen(after.order)) await commit(UNMARKED, () => close(orderId), []);
        return after;
      }),
  };

  const keep = (orderId: string, known: Partial<Fulfilment>) =>
    later(async () => {
      const before = () => fulfilments.get(orderId) ?? { captured: false, committed: false };
      await commit(UNMARKED, () => void fulfilments.set(orderId, { ...before(), ...known }), []);
      return before();
    });

  const workflows: WorkflowStore = {
    load: (orderId) => later(() => item(orderId)),
    decideEnding: (orderId, ending) =>
      later(() => {
        const kept = item(orderId).ending ?? ending;
        items.set(orderId, { ...item(orderId), ending: kept });
        return kept;
      }),
    markTooLate: (orderId) =>
      later(() => commit(UNMARKED, () => void items.set(orderId, { ...item(orderId), tooLate: true }), [])),
    keepParcels: async (_, orderId, parcels) => void (await keep(orderId, { parcels })),
    noteFulfilled: (_, orderId, part) => keep(orderId, { [part]: true }),
    countAttempt: (orderId, attempts) =>
      later(() => {
        if (item(orderId).attempts !== attempts) return false;
        items.set(orderId, { ...item(orderId), attempts: attempts + 1 });
        return true;
      }),
    listOpen: (before, limit) =>
      later(() =>
        [...items]
          .filter(([, { openAt }]) => openAt !== undefined && openAt < before)
          .map(([orderId]) => orderId)
          .slice(0, limit),
      ),
    postpone: (orderId, at, stuck) =>
      later(() => {
        const { openAt } = item(orderId);
        if (openAt !== undefined && openAt < at) items.set(orderId, { ...item(orderId), openAt: at, stuck });
      }),
    close: (orderId) => later(() => close(orderId)),
    countStuck: () => later(() => [...items.values()].filter(({ stuck }) => stuck).length),
  };
  return { orders, workflows, broken };
}
