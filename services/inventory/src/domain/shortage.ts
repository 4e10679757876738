import type { OrderLine } from '@dure/contracts/values';

/** The quantity that can be sold, and the quantity that left without being in stock. While there is a shortage, nothing is available. */
export interface Level {
  readonly available: number;
  readonly shortage: number;
}

/** By SKU; a product without stock has no entry. */
export type Levels = ReadonlyMap<string, Level>;

/** How much a product's stock changes. */
export interface Move {
  readonly sku: string;
  readonly onHand: number;
  readonly reserved: number;
  readonly shortage?: number;
  /** The levels that the move depends on; omitted when it is valid for any. */
  readonly expected?: Partial<Level>;
}

/**
 * Withdraws goods that have left, reserved or not: what is available is taken, and the rest becomes a shortage. What
 * others have reserved is untouched, and the count on hand never becomes negative.
 */
export function withdrawShipped(
  lines: readonly OrderLine[],
  stock: Levels,
): { readonly moves: readonly Move[]; readonly missing?: readonly OrderLine[] } {
  const moves = lines.map(({ sku, quantity }): Move => {
    const level = stock.get(sku) ?? { available: 0, shortage: 0 };
    const there = Math.min(quantity, level.available);
    if (there === quantity) return { sku, onHand: -there, reserved: 0 };
    return { sku, onHand: -there, reserved: 0, shortage: quantity - there, expected: level };
  });
  const missing = moves.flatMap(({ sku, shortage }) => (shortage === undefined ? [] : [{ sku, quantity: shortage }]));
  return missing.length > 0 ? { moves, missing } : { moves };
}

/** Stock that becomes available reduces a shortage first. */
export function coverShortage(move: Move, level: Level | undefined): Move {
  const freed = move.onHand - move.reserved;
  if (freed <= 0) return move;
  const shortage = level?.shortage ?? 0;
  const covered = Math.min(freed, shortage);
  const expected = { shortage };
  return covered === 0
    ? { ...move, expected }
    : { ...move, onHand: move.onHand - covered, shortage: -covered, expected };
}
