import type { Money, OrderLine } from '@dure/contracts/values';
import type { CancellationReason, PlacedOrder } from './order.ts';

/** What happened to the goods of an order, as reported by shipping. */
export interface Delivery {
  readonly delivered: readonly OrderLine[];
  readonly returned: readonly OrderLine[];
  readonly lost: readonly OrderLine[];
}

/** Whether nothing is missing, so that nothing can be owed. */
export const allDelivered = ({ delivered, returned, lost }: Delivery): boolean =>
  delivered.length > 0 && returned.length === 0 && lost.length === 0;

/** What is owed for goods that did not arrive, and how the order ends. */
export interface Settlement {
  /** What goes back into stock. */
  readonly returned: readonly OrderLine[];
  /** Omitted when nothing is refunded. */
  readonly refund?: Money;
  readonly reason: string;
  readonly ending:
    | { readonly type: 'complete'; readonly refunded?: Money }
    | { readonly type: 'cancel'; readonly reason: CancellationReason };
}

/**
 * An order of which something arrived is completed, and the rest is refunded at the order's own prices; an order of which
 * nothing arrived is cancelled. Returned goods can be sold again, lost ones cannot.
 */
export function settle(order: PlacedOrder, { delivered, returned, lost }: Delivery): Settlement {
  const amount = priceOf(order, [...returned, ...lost]);
  const refund = amount === 0 ? undefined : { amount, currency: order.currency };
  const reason = returned.length > 0 ? 'parcel-returned' : 'parcel-lost';
  const ending =
    delivered.length > 0
      ? ({ type: 'complete', refunded: refund } as const)
      : ({ type: 'cancel', reason: returned.length > 0 ? 'parcel-returned' : 'parcel-lost' } as const);
  return { returned, refund, reason, ending };
}

/** In minor units; never more than the order's total. */
function priceOf({ items, total }: PlacedOrder, lines: readonly OrderLine[]): number {
  const prices = new Map(items.map(({ sku, unitPrice }) => [sku, unitPrice?.amount ?? 0]));
  const amount = lines.reduce((sum, { sku, quantity }) => sum + quantity * (prices.get(sku) ?? 0), 0);
  return Math.min(amount, total?.amount ?? 0);
}
