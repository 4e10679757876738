/** Draws from 0 up to, but not, 1. */
export type Draw = () => number;

/**
 * Random numbers by a seed, in a sequence of their own for each name: what is drawn at one place does not depend on how
 * much was drawn at others.
 */
export function createDraws(seed: number): (name: string) => Draw {
  const draws = new Map<string, Draw>();
  return (name) => {
    const draw = draws.get(name) ?? mulberry32(hash(`${seed}/${name}`));
    draws.set(name, draw);
    return draw;
  };
}

/** Fisher and Yates. */
export function shuffled<Item>(items: readonly Item[], draw: Draw): Item[] {
  const result = [...items];
  for (let last = result.length - 1; last > 0; last -= 1) {
    const other = Math.floor(draw() * (last + 1));
    [result[last], result[other]] = [result[other] as Item, result[last] as Item];
  }
  return result;
}

/** FNV-1a. Source: https://datatracker.ietf.org/doc/html/draft-eastlake-fnv-17 */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const byte of Buffer.from(text)) value = Math.imul(value ^ byte, 0x01000193);
  return value >>> 0;
}

/** Tommy Ettinger's generator, public domain. Source: https://gist.github.com/tommyettinger/46a874533244883189143505d203312c */
function mulberry32(seed: number): Draw {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
