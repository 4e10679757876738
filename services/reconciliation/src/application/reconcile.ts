import type { Call } from '@dure/contracts/binding/call';
import { AlreadyHandled, Conflict } from '@dure/contracts/binding/commit';
import { missingOf, countsView } from '../domain/counts.ts';
import { judge, type Times } from '../domain/judge.ts';
import { type Run, type Store, TOTAL } from '../store.ts';

const BATCH = 100;
/** Well below the function's time-out; the rest waits for the next run. */
const MAX_MS = 40_000;

export interface Dependencies {
  readonly store: Store;
  readonly times: Times;
  readonly newId: () => string;
}

interface Tally {
  judged: number;
  found: number;
  resolved: number;
  repairs: number;
  failed: number;
  more: boolean;
}

/**
 * Checks all orders that are due, and records the run. Two concurrent runs are harmless: the second save of an order fails.
 * An order that cannot be judged does not hold up the others, and stays due.
 */
export async function reconcile(dependencies: Dependencies, call: Call): Promise<Record<string, number>> {
  const { store } = dependencies;
  const started = performance.now();
  const tally: Tally = { judged: 0, found: 0, resolved: 0, repairs: 0, failed: 0, more: false };
  let after: string | undefined;
  do {
    const page = await store.listDue(call.time, { after, limit: BATCH });
    for (const orderId of page.orderIds) await judgeOne(dependencies, call, orderId, tally);
    after = page.end;
  } while (after !== undefined && performance.now() - started < MAX_MS);
  const [open, counts] = await Promise.all([store.countOpen(), store.loadCounts(TOTAL)]);
  const finishedAt = new Date(Date.parse(call.time) + performance.now() - started).toISOString();
  const run: Run = {
    ...{ reconciliationId: call.id, startedAt: call.time, finishedAt },
    ...{ ...tally, more: after !== undefined, ...open, counts },
  };
  await store.saveRun(call, run);
  return measured(run);
}

async function judgeOne({ store, times, newId }: Dependencies, call: Call, orderId: string, tally: Tally) {
  try {
    const order = await store.load(orderId);
    // The index may be stale: an event arrived, or another run was here.
    if (order?.due === undefined || order.due > call.time) return;
    const { copy, drifts, heardAt } = order;
    const quiet = new Date(Date.parse(heardAt) + 1000 * times.quietSeconds).toISOString();
    if (quiet > call.time) return await store.saveCopy({ ...order, due: quiet });
    const judgement = judge(copy, drifts, { now: call.time, heardAt, times, newId });
    // The published events and commands belong to the order's own correlation.
    await store.saveJudgement({ ...call, correlationId: order.correlationId }, order, judgement);
    tally.judged += 1;
    tally.found += judgement.found.length;
    tally.resolved += judgement.resolved.length;
    tally.repairs += judgement.repairs.length;
    for (const { kind, expected, found, needsPerson } of [...judgement.found, ...judgement.givenUp]) {
      call.log.warn('drift', { orderId, kind, expected, found, needsPerson });
    }
  } catch (error) {
    if (error instanceof Conflict || error instanceof AlreadyHandled) return;
    tally.failed += 1;
    call.log.error('order not judged', { orderId, error });
  }
}

/** The metrics: the result of the run, and how orders compare with what was done for them. */
function measured({
  judged,
  found,
  resolved,
  repairs,
  failed,
  open,
  needsPerson,
  counts,
}: Run): Record<string, number> {
  const all = countsView(counts);
  const { orders, payments, reservations } = all;
  const of = (states: Readonly<Record<string, number>>, ...wanted: string[]) =>
    wanted.reduce((sum, state) => sum + (states[state] ?? 0), 0);
  return {
    ...{ judged, found, resolved, repairs, failed, open, needsPerson },
    ordersOpen: of(orders, 'placed', 'confirmed', 'shipped'),
    ordersCompleted: of(orders, 'completed'),
    ordersUndone: of(orders, 'rejected', 'cancelled'),
    paymentsHeld: of(payments, 'authorised'),
    paymentsTaken: of(payments, 'captured'),
    reservationsHeld: of(reservations, 'reserved'),
    reservationsTaken: of(reservations, 'committed'),
    missingEvents: missingOf(all),
  };
}
