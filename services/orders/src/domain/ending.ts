import type { CancellationReason, RejectionReason } from './order.ts';

/** How and why an order is to end, and with what undoing it begins: what was never asked for need not be undone. */
export type Ending = (
  | { readonly type: 'reject'; readonly reason: RejectionReason; readonly skus: readonly string[] }
  | { readonly type: 'cancel'; readonly reason: CancellationReason }
) & { readonly undo: 'shipping' | 'payment' | 'stock' | 'nothing' };
