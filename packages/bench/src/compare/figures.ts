import { median } from '../support/statistics.ts';

/** Name of a figure, `memory.atRest.total`, → its value. */
export type Figures = ReadonlyMap<string, number>;

/** Settings and times of day, which are no figures. */
const NOT_MEASURED = new Set(['prices', 'at', 'time', 'timestamp', 'options']);

/**
 * The figures of a run's results, by name. A list of objects or numbers becomes the medians of its members, so that
 * five starts are one figure a phase.
 *
 * @example
 * ```ts
 * figuresOf({ startup: { first: [{ readyAfter: 3 }, { readyAfter: 5 }] } }); // startup.first.readyAfter → 3
 * ```
 */
export function figuresOf(results: unknown): Figures {
  const found = new Map<string, number[]>();
  collect(results, [], found);
  return new Map([...found].map(([name, values]) => [name, median(values)]));
}

function collect(value: unknown, path: readonly string[], found: Map<string, number[]>): void {
  if (typeof value === 'number' && Number.isFinite(value)) {
    const name = path.join('.');
    found.set(name, [...(found.get(name) ?? []), value]);
  } else if (Array.isArray(value)) {
    for (const member of value) collect(member, path, found);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, member] of Object.entries(value))
      if (!NOT_MEASURED.has(key)) collect(member, [...path, key], found);
  }
}

export interface Compared {
  readonly name: string;
  readonly before: number;
  readonly after: number;
  /** After divided by before; undefined where that is no number. */
  readonly ratio: number | undefined;
}

export interface Comparison {
  /** Figures of both revisions: each the median of its runs. */
  readonly figures: readonly Compared[];
  /** Figures that only one revision has. */
  readonly onlyBefore: readonly string[];
  readonly onlyAfter: readonly string[];
}

/** Compares the runs of two revisions, figure by figure. */
export function compareFigures(before: readonly Figures[], after: readonly Figures[]): Comparison {
  const [old, current] = [merge(before), merge(after)];
  const figures = [...old].flatMap(([name, value]) => {
    const other = current.get(name);
    if (other === undefined) return [];
    return [{ name, before: value, after: other, ratio: value === 0 ? undefined : other / value }];
  });
  return {
    figures,
    onlyBefore: [...old.keys()].filter((name) => !current.has(name)),
    onlyAfter: [...current.keys()].filter((name) => !old.has(name)),
  };
}

function merge(runs: readonly Figures[]): Figures {
  const names = new Set(runs.flatMap((run) => [...run.keys()]));
  return new Map([...names].map((name) => [name, median(runs.flatMap((run) => run.get(name) ?? []))]));
}
