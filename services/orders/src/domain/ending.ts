import type { CancellationReason, RejectionReason } from './order.ts';

/** How and why an order ends, and where undoing begins: steps that were never requested need no undoing. */
export type Ending = (
  | { readonly type: 'reject'; readonly reason: RejectionReason; readonly skus: readonly string[] }
  | { readonly type: 'cancel'; readonly reason: CancellationReason }
) & { readonly undo: 'shipping' | 'payment' | 'stock' | 'nothing' };

/**
 * Whether an order is being undone, so that a late answer must not confirm or ship it. `tooLate`: its parcels could not
 * be recalled, so that it continues to its end instead.
 */
export const isUndone = ({ ending, tooLate }: { readonly ending?: Ending; readonly tooLate?: boolean }): boolean =>
  ending !== undefined && tooLate !== true;
