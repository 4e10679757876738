import { type Copy, hasEnded, hasGap, isOnItsWay, isUndone, parcelsOf } from './copy.ts';
import type { Finding } from './drift.ts';
import { eventsOf } from './ingest.ts';
import type { Rule } from './rule.ts';
import { goodsRules } from './goods-rules.ts';
import { moneyRules } from './money-rules.ts';

/**
 * Everything on which the services disagree about an order. While events are missing, nothing else is judged: what looks
 * like a drift may be an event that has not arrived.
 */
export function findingsOf(copy: Copy, { stuck }: { readonly stuck: boolean }): readonly Finding[] {
  if (hasGap(copy)) return [missingEvents(copy)];
  const { order } = copy;
  if (order === undefined) return [unknownOrder(copy)];
  return rules.map((rule) => rule({ copy, order, stuck })).filter((finding) => finding !== undefined);
}

const parcelOnItsWay: Rule = ({ copy, order }) => {
  const open = parcelsOf(copy).filter(isOnItsWay);
  if (!hasEnded(order) || open.length === 0) return undefined;
  return {
    kind: 'parcel-on-its-way',
    expected: `no parcel of a ${order.status} order under way`,
    found: open
      .map(({ status }) => status)
      .join(', ')
      .slice(0, 200),
    repair: isUndone(order) ? 'cancel-shipping' : 'needs-a-person',
  };
};

const dispatchedNotShipped: Rule = ({ copy, order, stuck }) => {
  const early = order.status === 'placed' && parcelsOf(copy).some(isOnItsWay);
  const late = stuck && copy.dispatched === true && (order.status === 'placed' || order.status === 'confirmed');
  if (!early && !late) return undefined;
  const expected = early ? 'no parcel before the order is confirmed' : 'a shipped order';
  return { kind: 'dispatched-not-shipped', expected, found: `a ${order.status} order`, repair: 'needs-a-person' };
};

const deliveredNotCompleted: Rule = ({ copy, order, stuck }) => {
  const parcels = parcelsOf(copy);
  if (!stuck || order.status !== 'shipped' || parcels.length === 0 || parcels.some(isOnItsWay)) return undefined;
  const found = `a shipped order, its parcels ${[...new Set(parcels.map(({ status }) => status))].join(', ')}`;
  return { kind: 'delivered-not-completed', expected: 'an order that has ended', found, repair: 'needs-a-person' };
};

const rules: readonly Rule[] = [
  ...goodsRules,
  ...moneyRules,
  parcelOnItsWay,
  dispatchedNotShipped,
  deliveredNotCompleted,
];

function missingEvents({ sources }: Copy): Finding {
  const gaps = Object.entries(sources)
    .filter(([, { early }]) => early.length > 0)
    .map(([source, part]) => ({ source, next: part.applied + 1, ...eventsOf(part) }));
  return {
    kind: 'missing-events',
    expected: gaps.map(({ source, expected }) => `${expected} of ${source}`).join(', '),
    found: gaps.map(({ source, seen, next }) => `${seen} of ${source}, without number ${next}`).join(', '),
    repair: 'needs-a-person',
  };
}

const unknownOrder = ({ sources }: Copy): Finding => ({
  kind: 'unknown-order',
  expected: 'an order that orders has published',
  found: `events of ${Object.keys(sources).sort().join(', ')} alone`,
  repair: 'needs-a-person',
});
