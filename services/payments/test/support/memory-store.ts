import type { Call } from '@dure/contracts/binding/call';
import { AlreadyHandled, Conflict } from '@dure/contracts/binding/commit';
import { isPublished, type PublishedEvent } from '../../src/domain/events.ts';
import { evolve } from '../../src/domain/evolve.ts';
import { debtOf, dueAt } from '../../src/domain/payment.ts';
import type { Store, StoredPayment } from '../../src/store.ts';

export interface PublishedRecord {
  readonly orderId: string;
  readonly sequence: number;
  readonly event: PublishedEvent;
  /** Of the call that published it. */
  readonly callId: string;
}

/** The store's behaviour without a database, so that thousands of interleavings can be tried. */
export function memoryStore(step: (name: string) => Promise<void>) {
  const items = new Map<string, StoredPayment>();
  const due = new Map<string, string>();
  const markers = new Set<string>();
  const published: PublishedRecord[] = [];

  const after: Store['after'] = (stored, events, call) => {
    if (events.length === 0) return stored;
    return {
      orderId: stored.orderId,
      payment: events.reduce((payment, event) => evolve(payment, event, call.time), stored.payment),
      version: stored.version + 1,
      sequence: stored.sequence + events.filter(isPublished).length,
      updatedAt: call.time,
      correlationId: stored.correlationId,
    };
  };

  const write = (call: Call, stored: StoredPayment, next: StoredPayment, events: readonly PublishedEvent[]) => {
    if (call.marker !== undefined && markers.has(call.marker.pk)) throw new AlreadyHandled('It was done before.');
    if (next !== stored && (items.get(stored.orderId)?.version ?? 0) !== stored.version) throw new Conflict('changed');
    if (call.marker !== undefined) markers.add(call.marker.pk);
    if (next === stored) return;
    items.set(next.orderId, next);
    const at = dueAt(next.payment, 24 * 60);
    if (at === undefined) due.delete(next.orderId);
    else due.set(next.orderId, at);
    for (const [index, event] of events.entries()) {
      published.push({ orderId: next.orderId, sequence: stored.sequence + index + 1, event, callId: call.id });
    }
  };

  const store: Store = {
    async load(orderId) {
      await step('load');
      const empty = { orderId, payment: { status: 'none' }, version: 0, sequence: 0, updatedAt: '', correlationId: '' };
      return items.get(orderId) ?? (empty as StoredPayment);
    },
    after,
    async save(call, stored, events) {
      if (events.length === 0 && call.marker === undefined) return stored;
      await step('before save');
      const next = after(stored, events, call);
      write(call, stored, next, events.filter(isPublished));
      await step('after save');
      return next;
    },
    async wasHandled(call) {
      await step('marker');
      return call.marker !== undefined && markers.has(call.marker.pk);
    },
    async listDue(now, limit) {
      const waiting = [...due].filter(([, at]) => at < now).toSorted(([, one], [, other]) => (one < other ? -1 : 1));
      return waiting.slice(0, limit).map(([orderId]) => orderId);
    },
    dueAt: ({ payment }) => dueAt(payment, 24 * 60),
    async listOwed(limit) {
      const owed = [...items.values()].filter(({ payment }) => debtOf(payment) !== undefined);
      return owed.slice(0, limit).map(({ orderId }) => orderId);
    },
    async postpone({ orderId, version }, until) {
      if (due.has(orderId) && items.get(orderId)?.version === version) due.set(orderId, until);
    },
  };
  return { store, published, markers };
}
