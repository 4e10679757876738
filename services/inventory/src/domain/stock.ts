/** The stock of one product. Reserved goods are on hand but not available. */
export interface Stock {
  readonly sku: string;
  /** Where it is kept, if known. */
  readonly location?: string;
  readonly onHand: number;
  readonly reserved: number;
  /** The quantity that left without being in stock; incoming goods reduce it first. */
  readonly shortage: number;
  /** Counts every change, so that decisions are made on the newest only. */
  readonly version: number;
  /** The number of the product's last published event. */
  readonly sequence: number;
  readonly updatedAt: string;
}

export type StockCommand =
  | { readonly type: 'count'; readonly onHand: number; readonly location?: string; readonly expectedVersion?: string }
  | { readonly type: 'receive'; readonly quantity: number };

export interface StockAdjustment {
  readonly sku: string;
  readonly onHand: number;
  readonly previousOnHand: number;
  readonly cause: 'count' | 'receipt';
  /** The shortage after the adjustment; omitted when there was none. */
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
 * Decides on a count or a receipt. Rejects a count that leaves reserved goods uncovered, and one that was made of another
 * version (`expectedVersion`, if given). A count ends a shortage, since whoever counts has seen what is missing; a
 * receipt reduces it first.
 */
export function decideStock(command: StockCommand, stock: Stock): StockAdjustment | StockRejection {
  switch (command.type) {
    case 'count':
      if (command.expectedVersion !== undefined && command.expectedVersion !== String(stock.version))
        return 'precondition-failed';
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
