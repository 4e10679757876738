import { canonical } from '../canonical.ts';
import type { Node } from '../schema/schema.ts';
import type { Conjunction } from './conjunction.ts';
import type { Json } from './formula.ts';
import type { Finder, Found, Goal } from './found.ts';
import type { Vocabulary } from './vocabulary.ts';

interface Wanted {
  readonly length: number;
  /** What every element has to fulfil, by its place. */
  readonly slots: readonly (readonly Goal[])[];
  readonly unique: boolean;
}

/** `count` elements, of those from `from` to `to`, have to be so. */
interface Some {
  readonly goal: Goal;
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

const MAX_LENGTH = 12;
const TOO_LONG: Found = { unknown: 'long arrays' };

/** An array of some length, whose elements fulfil what all have to, and some what some have to. */
export function findArray(search: Finder, conjunction: Conjunction, words: Vocabulary): Found {
  const atoms = conjunction.all();
  const counts = (sign: boolean) =>
    atoms.flatMap(({ atom, sign: it }) => (atom.kind === 'minItems' && it === sign ? [atom.count] : []));
  const low = Math.max(0, ...counts(true));
  const high = Math.min(Infinity, ...counts(false).map((count) => count - 1));
  const unique = atoms.find(({ atom }) => atom.kind === 'unique')?.sign;
  const some = atoms.flatMap(({ atom, sign }): Some[] => {
    if (atom.kind === 'elements' && !sign)
      return [{ goal: { node: atom.node, sign: false }, from: atom.from, to: atom.to, count: 1 }];
    if (atom.kind === 'contains' && sign)
      return [{ goal: { node: atom.node, sign: true }, from: 0, to: Infinity, count: atom.count }];
    return [];
  });
  const needed = some.reduce((sum, { count, from }) => sum + count + from, 0) + (unique === false ? 2 : 0);
  const last = Math.min(high, low + needed + conjunction.excluded.length + 1);
  const lengths = Array.from({ length: Math.max(0, last - low + 1) }, (_, index) => low + index);
  return search.first(lengths, (length) => {
    if (length > MAX_LENGTH) return TOO_LONG;
    const slots = Array.from({ length }, (_, index) =>
      atoms.flatMap(({ atom, sign }): Goal[] =>
        atom.kind === 'elements' && sign && index >= atom.from && index < atom.to ? [{ node: atom.node, sign }] : [],
      ),
    );
    return placed(search, some, slots, (filled) =>
      limited(search, conjunction, filled, (judged) =>
        unique === false
          ? withEqual(search, judged, words, conjunction)
          : values(search, { length, slots: judged, unique: unique === true }, words, conjunction),
      ),
    );
  });
}

type Slots = readonly (readonly Goal[])[];

/** Tries every place for the elements that have to be somewhere. */
function placed(search: Finder, some: readonly Some[], slots: Slots, next: (slots: Slots) => Found): Found {
  const [first, ...rest] = some;
  if (first === undefined) return next(slots);
  const places = slots.map((_, index) => index).filter((index) => index >= first.from && index < first.to);
  return search.first(combinations(places, first.count), (chosen) =>
    placed(
      search,
      rest,
      slots.map((goals, index) => (chosen.includes(index) ? [...goals, first.goal] : goals)),
      next,
    ),
  );
}

/** All but a few elements may not be so: tries which the few are. */
function limited(search: Finder, conjunction: Conjunction, slots: Slots, next: (slots: Slots) => Found): Found {
  const limits = conjunction
    .all()
    .flatMap(({ atom, sign }) =>
      atom.kind === 'contains' && !sign ? [{ node: atom.node, most: atom.count - 1 }] : [],
    );
  const apply = (left: readonly { node: Node; most: number }[], now: Slots): Found => {
    const [first, ...rest] = left;
    if (first === undefined) return next(now);
    const goal = { node: first.node, sign: false };
    const places = now.map((_, index) => index);
    return search.first(combinations(places, Math.min(first.most, places.length)), (exempt) =>
      apply(
        rest,
        now.map((goals, index) => (exempt.includes(index) ? goals : [...goals, goal])),
      ),
    );
  };
  return apply(limits, slots);
}

/** Two elements are equal: tries which. */
function withEqual(search: Finder, slots: Slots, words: Vocabulary, conjunction: Conjunction): Found {
  const pairs = combinations(
    slots.map((_, index) => index),
    2,
  );
  return search.first(pairs, ([one, other]) => {
    const both = [...slots[one!]!, ...slots[other!]!];
    const merged = slots.map((goals, index) => (index === one || index === other ? both : goals));
    return values(search, { length: slots.length, slots: merged, unique: false }, words, conjunction);
  });
}

function values(search: Finder, { slots, unique }: Wanted, words: Vocabulary, { excluded }: Conjunction): Found {
  const found: Json[] = [];
  for (const [index, goals] of slots.entries()) {
    const element = search.find([...goals, ...(unique ? found.map(differs) : [])], words.element(index));
    if (element === 'none') {
      // The first values may have been chosen badly.
      return unique && found.length > 0 ? distinct(search, slots, words, excluded) : 'none';
    }
    if (!('value' in element)) return element;
    found.push(element.value);
  }
  return unlessExcluded(found, excluded);
}

const differs = (value: Json): Goal => ({ node: { schema: { const: value }, root: {} }, sign: false });

function unlessExcluded(found: readonly Json[], excluded: readonly Json[]): Found {
  if (!excluded.some((it) => canonical(it) === canonical(found))) return { value: found };
  return found.length === 0 ? 'none' : { unknown: 'arrays that are excluded' };
}

/** Different values for all places: as many candidates for each as there are places are enough. */
function distinct(search: Finder, slots: Slots, words: Vocabulary, excluded: readonly Json[]): Found {
  const candidates: Json[][] = [];
  for (const [index, goals] of slots.entries()) {
    const some: Json[] = [];
    while (some.length < slots.length) {
      const next = search.find([...goals, ...some.map(differs)], words.element(index));
      if (next === 'none') break;
      if (!('value' in next)) return next;
      some.push(next.value);
    }
    candidates.push(some);
  }
  const choose = (chosen: readonly Json[]): Found => {
    const here = candidates[chosen.length];
    if (here === undefined) return unlessExcluded(chosen, excluded);
    const taken = new Set(chosen.map((it) => canonical(it)));
    return search.first(
      here.filter((it) => !taken.has(canonical(it))),
      (value) => choose([...chosen, value]),
    );
  };
  return choose([]);
}

function* combinations(items: readonly number[], count: number): Generator<number[]> {
  if (count === 0) return yield [];
  for (const [index, item] of items.entries()) {
    for (const rest of combinations(items.slice(index + 1), count - 1)) yield [item, ...rest];
  }
}
