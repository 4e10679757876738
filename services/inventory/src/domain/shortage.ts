import type { OrderLine } from '@dure/contracts/values';

/** What can be sold of a product, and how many left that were not in its stock. While some are short, none is available. */
export interface Level {
  readonly available: number;
  readonly shortage: number;
}

/** By SKU; of a product that is missing nothing is there. */
export type Levels = ReadonlyMap<string, Level>;

/** How much a product's stock changes. */
export interface Move {
  readonly sku: string;
  readonly onHand: number;
  readonly reserved: number;
  readonly shortage?: number;
  /** What the move holds for alone; missing where it holds for any. */
  readonly seen?: Partial<Level>;
}

/**
 * Takes goods that have left, reserved or not: what is available, and the rest as a shortage. What others have reserved
 * stays theirs, and the count on hand never gets negative.
 */
export function takeGone(
  lines: readonly OrderLine[],
  stock: Levels,
): { readonly moves: readonly Move[]; readonly missing?: readonly OrderLine[] } {
  const moves = lines.map(({ sku, quantity }): Move => {
    const level = stock.get(sku) ?? { available: 0, shortage: 0 };
    const there = Math.min(quantity, level.available);
    if (there === quantity) return { sku, onHand: -there, reserved: 0 };
    return { sku, onHand: -there, reserved: 0, shortage: quantity - there, seen: level };
  });
  const missing = moves.flatMap(({ sku, shortage }) => (shortage === undefined ? [] : [{ sku, quantity: shortage }]));
  return missing.length > 0 ? { moves, missing } : { moves };
}

/** What becomes available makes a shortage good first. */
export function coverShortage(move: Move, level: Level | undefined): Move {
  const freed = move.onHand - move.reserved;
  if (freed <= 0) return move;
  const shortage = level?.shortage ?? 0;
  const covered = Math.min(freed, shortage);
  const seen = { shortage };
  return covered === 0 ? { ...move, seen } : { ...move, onHand: move.onHand - covered, shortage: -covered, seen };
}
