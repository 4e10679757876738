import {
  type Copy,
  hasEnded,
  heldAmount,
  isOnItsWay,
  isUndone,
  type OrderPart,
  owedAmount,
  parcelsOf,
  refundedAmount,
  takenAmount,
} from './copy.ts';
import { type Rule, safely, waitsForParcels } from './rule.ts';

const inWords = (amount: number, { currency }: OrderPart): string => `${amount} ${currency}`.trim();

/** Adds what payments knows that it still has to refund. */
const alsoOwed = (owed: number, order: OrderPart): string => (owed === 0 ? '' : `, ${inWords(owed, order)} owed`);

const moneyHeld: Rule = ({ copy, order }) => {
  if (!hasEnded(order) || heldAmount(copy) === 0 || waitsForParcels(copy, order)) return undefined;
  return {
    kind: 'money-held',
    expected: 'nothing held',
    found: `${inWords(heldAmount(copy), order)} held for a ${order.status} order`,
    repair: safely(copy, order, 'cancel-payment'),
  };
};

/** A refused refund is owed: payments retries it a few times, and then a person refunds it another way. */
const moneyKept: Rule = ({ copy, order }) => {
  const [kept, owed] = [takenAmount(copy) - refundedAmount(copy), owedAmount(copy)];
  if (!isUndone(order) || kept <= 0 || waitsForParcels(copy, order)) return undefined;
  return {
    kind: 'money-kept',
    expected: 'what was captured is refunded',
    found: `${inWords(kept, order)} kept of a ${order.status} order${alsoOwed(owed, order)}`,
    repair: kept > owed ? safely(copy, order, 'cancel-payment') : 'needs-a-person',
  };
};

/** If a capture fails when it is too late to recall the goods, the amount is written off, and a person claims it. */
const deliveredNotPaid: Rule = ({ copy, order }) => {
  const arrived = parcelsOf(copy).some(({ status }) => status === 'delivered');
  if (!isUndone(order) || !arrived || takenAmount(copy) > refundedAmount(copy)) return undefined;
  const expected = `nothing delivered of a ${order.status} order`;
  return { kind: 'delivered-not-paid', expected, found: 'delivered, and no money kept', repair: 'needs-a-person' };
};

const capturedUnconfirmed: Rule = ({ copy, order }) => {
  if (order.status !== 'placed' || takenAmount(copy) === 0) return undefined;
  return {
    kind: 'captured-unconfirmed',
    expected: 'nothing taken before the order is confirmed',
    found: `${inWords(takenAmount(copy), order)} taken`,
    repair: 'needs-a-person',
  };
};

/** Applies until the surplus is refunded. */
const capturedTwice: Rule = ({ copy, order }) => {
  const captures = Object.keys(copy.payment?.taken ?? {}).length;
  if (captures < 2 || takenAmount(copy) - refundedAmount(copy) <= order.total) return undefined;
  return {
    kind: 'captured-twice',
    expected: `${inWords(order.total, order)}, taken once`,
    found: `${inWords(takenAmount(copy), order)}, taken ${captures} times`,
    repair: 'needs-a-person',
  };
};

const capturedNotTotal: Rule = ({ copy, order }) => {
  const sent = order.status === 'shipped' || order.status === 'completed';
  const captures = Object.keys(copy.payment?.taken ?? {}).length;
  if (!sent || captures > 1 || takenAmount(copy) === order.total) return undefined;
  return {
    kind: 'captured-not-total',
    expected: `${inWords(order.total, order)} taken`,
    found: `${inWords(takenAmount(copy), order)} taken of a ${order.status} order`,
    repair: 'needs-a-person',
  };
};

/**
 * What did not arrive is owed. A refund beyond that is right after the order has ended, when a person made it; before
 * that, it was made twice.
 */
const refundWrong: Rule = ({ copy, order }) => {
  if (order.status !== 'completed' || parcelsOf(copy).some(isOnItsWay)) return undefined;
  const missing = missingAmount(copy, order);
  const before = Object.values(copy.payment?.refunds ?? {})
    .filter(({ at }) => at <= (order.endedAt ?? at))
    .reduce((total, { amount }) => total + amount, 0);
  const owed = owedAmount(copy);
  if (owed === 0 && refundedAmount(copy) >= missing && before <= missing) return undefined;
  return {
    kind: 'refund-wrong',
    expected: `${inWords(missing, order)} refunded for what did not arrive`,
    found: `${inWords(before > missing ? before : refundedAmount(copy), order)} refunded${alsoOwed(owed, order)}`,
    repair: 'needs-a-person',
  };
};

export const moneyRules: readonly Rule[] = [
  moneyHeld,
  moneyKept,
  deliveredNotPaid,
  capturedUnconfirmed,
  capturedTwice,
  capturedNotTotal,
  refundWrong,
];

/** The price of what was not delivered, by the parcels; never more than the order's total. */
function missingAmount(copy: Copy, { lines, total }: OrderPart): number {
  const prices = new Map(lines.map(({ sku, unitPrice }) => [sku, unitPrice]));
  const missing = parcelsOf(copy).filter(({ status }) => status !== 'delivered');
  const amount = missing
    .flatMap((parcel) => parcel.lines)
    .reduce((owed, { sku, quantity }) => owed + quantity * (prices.get(sku) ?? 0), 0);
  return Math.min(amount, total);
}
