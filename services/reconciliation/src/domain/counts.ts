import { type Copy, heldAmount, parcelsOf, refundedAmount, takenAmount } from './copy.ts';
import type { Source } from './facts.ts';
import { eventsOf } from './ingest.ts';

/** The counts of one order, or the sum of many: by `<what>_<state>`; missing keys are 0. */
export type Counts = Readonly<Record<string, number>>;

/** What an order adds to the counts. */
export function countsOf(copy: Copy): Counts {
  const counts: Record<string, number> = {};
  const add = (key: string, count = 1) => (counts[key] = (counts[key] ?? 0) + count);
  add(`orders_${copy.order?.status ?? 'unknown'}`);
  const payment = paymentStatus(copy);
  if (payment !== undefined) add(`payments_${payment}`);
  if (copy.reservation !== undefined) add(`reservations_${copy.reservation.status}`);
  for (const { status } of parcelsOf(copy)) add(`parcels_${status}`);
  for (const [source, part] of Object.entries(copy.sources)) {
    const { seen, expected } = eventsOf(part);
    add(`seen_${source}`, seen);
    add(`expected_${source}`, expected);
  }
  return counts;
}

function paymentStatus(copy: Copy): string | undefined {
  if (copy.payment === undefined) return undefined;
  if (takenAmount(copy) > 0) return refundedAmount(copy) >= takenAmount(copy) ? 'refunded' : 'captured';
  if (heldAmount(copy) > 0) return 'authorised';
  return copy.payment.last ?? 'authorised';
}

/** What to add to the counts when an order's counts change from `before` to `after`. */
export function difference(before: Counts, after: Counts): Counts {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  const changes = [...keys].map((key): [string, number] => [key, (after[key] ?? 0) - (before[key] ?? 0)]);
  return Object.fromEntries(changes.filter(([, change]) => change !== 0));
}

/** Two sums together. */
export function sum(one: Counts, other: Counts): Counts {
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return Object.fromEntries([...keys].map((key) => [key, (one[key] ?? 0) + (other[key] ?? 0)]));
}

type States = Record<string, number>;

export interface CountsView {
  readonly orders: States;
  readonly payments: States;
  readonly reservations: States;
  readonly parcels: States;
  readonly events: Record<string, { seen: number; expected: number }>;
}

/** The counts in the shape of the API, without zeros. */
export function countsView(counts: Counts): CountsView {
  const of = (what: string): States =>
    Object.fromEntries(
      Object.entries(counts)
        .filter(([key, count]) => key.startsWith(`${what}_`) && count > 0)
        .map(([key, count]) => [key.slice(what.length + 1), count]),
    );
  const [seen, expected] = [of('seen'), of('expected')];
  const events = Object.keys(expected).map((source) => [
    source as Source,
    { seen: seen[source] ?? 0, expected: expected[source] ?? 0 },
  ]);
  return {
    orders: of('orders'),
    payments: of('payments'),
    reservations: of('reservations'),
    parcels: of('parcels'),
    events: Object.fromEntries(events) as CountsView['events'],
  };
}

/** How many events are known to exist but have not arrived. */
export const missingOf = ({ events }: CountsView): number =>
  Object.values(events).reduce((missing, { seen, expected }) => missing + expected - seen, 0);
