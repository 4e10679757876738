import type { CancellationReason, RejectionReason } from './order.ts';

/** How and why an order ends, and where undoing begins: steps that were never requested need no undoing. */
export type Ending = (
  | { readonly type: 'reject'; readonly reason: RejectionReason; readonly skus: readonly string[] }
  | { readonly type: 'cancel'; readonly reason: CancellationReason }
) & { readonly undo: 'shipping' | 'payment' | 'stock' | 'nothing' };
