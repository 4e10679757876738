import { type Copy, hasEnded, isUndone } from './copy.ts';
import { type Rule, safely, waitsForParcels } from './rule.ts';

const reservationLeft: Rule = ({ copy, order }) => {
  if (!hasEnded(order) || copy.reservation?.status !== 'reserved' || waitsForParcels(copy, order)) return undefined;
  return {
    kind: 'reservation-left',
    expected: isUndone(order) ? 'nothing reserved' : 'what was reserved is committed',
    found: `reserved for a ${order.status} order`,
    repair: safely(copy, order, 'release-stock'),
  };
};

const stockTaken: Rule = ({ copy, order, stuck }) => {
  if (copy.reservation?.status !== 'committed' || waitsForParcels(copy, order)) return undefined;
  const before = order.status === 'placed' || (order.status === 'confirmed' && stuck);
  const after = isUndone(order) && !isGone(copy);
  if (!before && !after) return undefined;
  const expected = after ? 'goods that were not lost are back in stock' : 'committed when the order is shipped';
  return { kind: 'stock-taken', expected, found: `committed for a ${order.status} order`, repair: 'needs-a-person' };
};

const stockNotCommitted: Rule = ({ copy, order }) => {
  const status = copy.reservation?.status;
  const sent = order.status === 'shipped' || order.status === 'completed';
  const left =
    status === 'committed' || status === 'returned' || (order.status === 'completed' && status === 'reserved');
  if (!sent || left) return undefined;
  const found = `${status ?? 'nothing reserved'} for a ${order.status} order`;
  return { kind: 'stock-not-committed', expected: 'committed', found, repair: 'needs-a-person' };
};

export const goodsRules: readonly Rule[] = [reservationLeft, stockTaken, stockNotCommitted];

/** Whether all goods that are not back are with a customer or lost. */
function isGone({ parcels, reservation }: Copy): boolean {
  const left = new Map<string, number>();
  const add = (sku: string, quantity: number) => left.set(sku, (left.get(sku) ?? 0) + quantity);
  for (const { status, lines } of Object.values(parcels)) {
    if (status === 'delivered' || status === 'lost') continue;
    for (const { sku, quantity } of lines) add(sku, quantity);
  }
  for (const { sku, quantity } of reservation?.returned ?? []) add(sku, -quantity);
  return Object.keys(parcels).length > 0 && [...left.values()].every((quantity) => quantity <= 0);
}
