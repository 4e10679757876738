import { canonical } from '../canonical.ts';
import { idOf } from '../schema/schema.ts';
import { findArray } from './arrays.ts';
import { propagate } from './choices.ts';
import { Conjunction } from './conjunction.ts';
import type { Finder, Found, Goal } from './found.ts';
import { finiteValues } from './finite.ts';
import { type Json, nodeFormula, TYPES } from './formula.ts';
import { atomHolds, holds } from './holds.ts';
import { findNumber } from './numbers.ts';
import { findObject } from './objects.ts';
import { findText } from './texts.ts';
import { FREE, type Vocabulary } from './vocabulary.ts';

const MAX_STEPS = 30_000;
const TOO_LARGE = { unknown: 'alternatives that are too many to try' };

/**
 * Looks for a value that is valid by some schemas and by others not. A search, and no proof by rules: what it finds is
 * an example of a break, and where it finds none there is none.
 */
export class Search implements Finder {
  #steps = 0;
  readonly #known = new Map<string, Found>();
  /** What is being looked for, and how deep: a value that holds itself is no value. */
  readonly #active = new Map<string, number>();
  #lowest = Infinity;

  /** @param words what the writer of the value knows at its place */
  find(goals: readonly Goal[], words: Vocabulary = FREE): Found {
    const byId = new Map<number, Goal>();
    for (const goal of goals) {
      const { schema } = goal.node;
      if (typeof schema === 'boolean') {
        if (schema !== goal.sign) return 'none';
        continue;
      }
      const id = idOf(goal.node);
      if ((byId.get(id)?.sign ?? goal.sign) !== goal.sign) return 'none';
      byId.set(id, goal);
    }
    const ids = [...byId].map(([id, { sign }]) => `${sign ? '' : '!'}${id}`).sort();
    return this.#remembered(`${ids.join(' ')} ${words.key}`, [...byId.values()], words);
  }

  #remembered(key: string, goals: readonly Goal[], words: Vocabulary): Found {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const depth = this.#active.get(key);
    if (depth !== undefined) {
      this.#lowest = Math.min(this.#lowest, depth);
      return 'none';
    }
    this.#active.set(key, this.#active.size);
    const [mine, outer] = [this.#active.size - 1, this.#lowest];
    this.#lowest = Infinity;
    const found = this.#findValue(goals, words);
    this.#active.delete(key);
    // "None" that leans on a search that is under way further out holds within that one only.
    if (this.#lowest >= mine || typeof found === 'object') this.#known.set(key, found);
    this.#lowest = Math.min(outer, this.#lowest >= mine ? Infinity : this.#lowest);
    return found;
  }

  #findValue(goals: readonly Goal[], words: Vocabulary): Found {
    const finite = goals.filter(({ sign }) => sign).map(({ node }) => finiteValues(node));
    const values = finite.find((it) => it !== undefined);
    if (values !== undefined) return among(values, goals);
    return this.first(TYPES, (type) => {
      const conjunction = new Conjunction(type);
      const fits = goals.every(({ node, sign }) => conjunction.add({ formula: nodeFormula(node), sign }));
      return fits ? this.#solve(conjunction, words) : 'none';
    });
  }

  /** The first value that is found; why not, when something is not known. */
  first<T>(options: Iterable<T>, find: (option: T) => Found): Found {
    let result: Found = 'none';
    for (const option of options) {
      if ((this.#steps += 1) > MAX_STEPS) return TOO_LARGE;
      const found = find(option);
      if (found === 'none') continue;
      if ('value' in found) return found;
      result = found;
    }
    return result;
  }

  #solve(conjunction: Conjunction, words: Vocabulary): Found {
    if (!propagate(this, conjunction)) return 'none';
    const [choice, ...rest] = conjunction.choices.toSorted((a, b) => a.length - b.length);
    if (choice === undefined) return this.#leaf(conjunction, words);
    return this.first(choice, (option) => {
      const next = conjunction.copy();
      next.choices = [...rest];
      return next.add(option) ? this.#solve(next, words) : 'none';
    });
  }

  #leaf(conjunction: Conjunction, words: Vocabulary): Found {
    const opaque = conjunction.all().find(({ atom }) => atom.kind === 'opaque')?.atom;
    const found = this.#leafValue(conjunction, words);
    return opaque?.kind === 'opaque' && found !== 'none' ? { unknown: opaque.why } : found;
  }

  #leafValue(conjunction: Conjunction, words: Vocabulary): Found {
    const { candidates, excluded, type } = conjunction;
    const isExcluded = (value: Json) => excluded.some((it) => canonical(it) === canonical(value));
    const simple = candidates ?? (type === 'null' ? [null] : type === 'boolean' ? [true, false] : undefined);
    if (simple !== undefined) {
      const goals = conjunction.all().filter(({ atom }) => atom.kind !== 'opaque');
      return this.first(simple, (value): Found => {
        if (isExcluded(value)) return 'none';
        const held = goals.map(({ atom, sign }) => sameAs(atomHolds(value, atom), sign));
        if (held.includes(false)) return 'none';
        return held.includes(undefined) ? { unknown: 'formats' } : { value };
      });
    }
    if (type === 'number') return findNumber(conjunction.all(), isExcluded);
    if (type === 'string') return findText(conjunction.all(), isExcluded, excluded.length);
    if (type === 'array') return findArray(this, conjunction, words);
    return findObject(this, conjunction, words);
  }
}

function among(values: readonly Json[], goals: readonly Goal[]): Found {
  let result: Found = 'none';
  for (const value of values) {
    const held = goals.map(({ node, sign }) => sameAs(holds(value, node), sign));
    if (held.every((it) => it === true)) return { value };
    if (!held.includes(false)) result = { unknown: 'formats' };
  }
  return result;
}

const sameAs = (held: boolean | undefined, sign: boolean): boolean | undefined =>
  held === undefined ? undefined : held === sign;
