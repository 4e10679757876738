/** What is held of one product. Reserved goods are on hand, but spoken for. */
export interface Stock {
  readonly sku: string;
  /** Where it is kept, if that was said. */
  readonly location?: string;
  readonly onHand: number;
  readonly reserved: number;
  /** How many left that were not in it: they are missing on the shelf, and are made good by what comes in. */
  readonly shortage: number;
  /** Counts every change, to decide upon the newest only. */
  readonly version: number;
  /** The number of the product's last published event. */
  readonly sequence: number;
  readonly updatedAt: string;
}

export type StockCommand =
  | { readonly type: 'count'; readonly onHand: number; readonly location?: string; readonly seen?: string }
  | { readonly type: 'receive'; readonly quantity: number };

export interface StockAdjustment {
  readonly sku: string;
  readonly onHand: number;
  readonly previousOnHand: number;
  readonly cause: 'count' | 'receipt';
  /** What is short after it, where something was. */
  readonly shortage?: number;
}

export type StockRejection = 'less-than-reserved' | 'too-much-stock' | 'precondition-failed';

export const MAX_ON_HAND = 1_000_000_000;

export const available = (stock: Stock): number => stock.onHand - stock.reserved;

export const initialStock = (sku: string): Stock => ({
  sku,
  onHand: 0,
  reserved: 0,
  shortage: 0,
  version: 0,
  sequence: 0,
  updatedAt: '',
});

/**
 * Decides on a count or a receipt. A count that would leave reserved goods uncovered is refused, and one that was made
 * of another version than the present (`seen`), where that was said. Who counts has seen what is missing, so a count
 * ends a shortage; a receipt makes it good first.
 */
export function decideStock(command: StockCommand, stock: Stock): StockAdjustment | StockRejection {
  switch (command.type) {
    case 'count':
      if (command.seen !== undefined && command.seen !== String(stock.version)) return 'precondition-failed';
      if (command.onHand < stock.reserved) return 'less-than-reserved';
      return adjustment(stock, command.onHand, 0, 'count');
    case 'receive': {
      if (stock.onHand + command.quantity > MAX_ON_HAND) return 'too-much-stock';
      const covered = Math.min(command.quantity, stock.shortage);
      return adjustment(stock, stock.onHand + command.quantity - covered, stock.shortage - covered, 'receipt');
    }
    default:
      return command satisfies never;
  }
}

const adjustment = (
  stock: Stock,
  onHand: number,
  shortage: number,
  cause: StockAdjustment['cause'],
): StockAdjustment => ({
  sku: stock.sku,
  onHand,
  previousOnHand: stock.onHand,
  cause,
  ...(stock.shortage > 0 && { shortage }),
});

export const evolveStock = (stock: Stock, event: StockAdjustment, time: string): Stock => ({
  ...stock,
  onHand: event.onHand,
  shortage: event.shortage ?? 0,
  version: stock.version + 1,
  sequence: stock.sequence + 1,
  updatedAt: time,
});
