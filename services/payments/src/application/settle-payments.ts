import type { Call } from '@dure/contracts/binding/call';
import { Conflict } from '@dure/contracts/binding/commit';
import { v7 as uuidv7 } from 'uuid';
import type { StoredPayment } from '../store.ts';
import { changePayment, type Dependencies } from './change-payment.ts';
import { NotYetDecided, ProviderUnreachable } from './provider.ts';

/** Per run; the rest waits for the next run. */
const BATCH = 10;
const MAX_BATCHES = 5;
/** A payment is looked at again after a tenth of the time that it has waited, within these bounds. */
const [POSTPONE_MS, MAX_POSTPONE_MS] = [60_000, 3_600_000];

export interface Settled {
  readonly settled: number;
  /** Payments that are not due yet, that the provider has not decided, or that failed: checked again later. */
  readonly postponed: number;
  /** The run ended early because the provider did not answer. */
  readonly unreachable: boolean;
}

/**
 * Continues unfinished payments, releases holds made at `expireBefore` or earlier, and retries refunds that are owed.
 * A failure does not hold up the others.
 */
export async function settlePayments(dependencies: Dependencies, call: Call, expireBefore: string): Promise<Settled> {
  const counts = { settled: 0, postponed: 0, unreachable: 0 };
  for (let batch = 0; batch < MAX_BATCHES && counts.unreachable === 0; batch += 1) {
    const orderIds = await dependencies.store.listDue(call.time, BATCH);
    const ends = await Promise.all(orderIds.map((orderId) => settle(dependencies, call, orderId, expireBefore)));
    for (const end of ends) counts[end] += 1;
    if (orderIds.length < BATCH) break;
  }
  return { ...counts, unreachable: counts.unreachable > 0 };
}

async function settle(
  dependencies: Dependencies,
  call: Call,
  orderId: string,
  expireBefore: string,
): Promise<'settled' | 'postponed' | 'unreachable'> {
  const { store } = dependencies;
  const stored = await store.load(orderId);
  const dueAt = store.dueAt(stored);
  if (dueAt !== undefined && dueAt > call.time) {
    await store.postpone(stored, dueAt);
    return 'postponed';
  }
  const ofOrder = { ...call, correlationId: stored.correlationId };
  try {
    const retry = { now: call.time, refundId: uuidv7() };
    await changePayment(dependencies, ofOrder, orderId, { type: 'settle', expireBefore, retry });
    return 'settled';
  } catch (error) {
    if (error instanceof ProviderUnreachable) return 'unreachable';
    const level = error instanceof NotYetDecided || error instanceof Conflict ? 'info' : 'error';
    call.log[level]('payment not settled', { orderId, status: stored.payment.status, error });
    await postpone(dependencies, orderId, call);
    return 'postponed';
  }
}

/** Reads the payment again, since a step may have succeeded before the failure. */
async function postpone({ store }: Dependencies, orderId: string, call: Call): Promise<void> {
  const stored: StoredPayment = await store.load(orderId);
  const now = Date.parse(call.time);
  const waited = 'since' in stored.payment ? now - Date.parse(stored.payment.since) : 0;
  const milliseconds = Math.min(MAX_POSTPONE_MS, Math.max(POSTPONE_MS, waited / 10));
  await store.postpone(stored, new Date(now + milliseconds).toISOString());
}
