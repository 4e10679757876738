import { createDraws } from '@dure/local-cloud/faults/seeded-random';

/** Random choices from a seed; each name has its own sequence. */
export interface RandomChoices {
  chance(probability: number): boolean;
  /** An integer from `low` to `high`, both inclusive. */
  between(low: number, high: number): number;
  pick<Item>(items: readonly Item[]): Item;
  /** One of the names, by weight. */
  weighted<Name extends string>(weights: Readonly<Record<Name, number>>): Name;
}

export function seededRandom(seed: number): (name: string) => RandomChoices {
  const draws = createDraws(seed);
  return (name) => {
    const draw = draws(name);
    const between = (low: number, high: number): number => low + Math.floor(draw() * (high - low + 1));
    return {
      chance: (probability) => draw() < probability,
      between,
      pick: (items) => items[between(0, items.length - 1)]!,
      weighted(weights) {
        const entries = Object.entries(weights) as [keyof typeof weights, number][];
        let left = draw() * entries.reduce((sum, [, weight]) => sum + weight, 0);
        return (entries.find(([, weight]) => (left -= weight) < 0) ?? entries[0]!)[0];
      },
    };
  };
}
