import { canonical } from '../canonical.ts';
import type { Node } from '../schema/schema.ts';
import type { Conjunction } from './conjunction.ts';
import { finiteValues } from './finite.ts';
import type { Atom, Json } from './formula.ts';
import { holds, isOther } from './holds.ts';
import { matches, samplesOf } from './patterns.ts';
import type { Finder, Found, Goal } from './found.ts';
import type { Vocabulary } from './vocabulary.ts';

const FRESH = ['zz', 'x', 'X1', '_0', 'a-b', '9', 'yy', 'Zz', 'b.c'];
const NAMES: Found = { unknown: 'patterns of names' };

/** Fields that have to be there, with what each has to fulfil besides. */
type Fields = ReadonlyMap<string, readonly Goal[]>;

/** An object with some fields and without others, whose values fulfil what theirs have to. */
export function findObject(search: Finder, conjunction: Conjunction, words: Vocabulary): Found {
  return new ObjectSearch(search, conjunction, words).find();
}

class ObjectSearch {
  readonly #search: Finder;
  readonly #words: Vocabulary;
  readonly #excluded: readonly Json[];
  readonly #rules: readonly Atom[];
  readonly #breaks: readonly Atom[];
  readonly #known: readonly string[];
  readonly #named: readonly Node[];
  /** A fresh name may be found or not, where names have patterns. */
  readonly #vague: boolean;

  constructor(search: Finder, conjunction: Conjunction, words: Vocabulary) {
    this.#search = search;
    this.#words = words;
    this.#excluded = conjunction.excluded;
    this.#rules = conjunction.all().flatMap(({ atom, sign }) => (sign ? [atom] : []));
    this.#breaks = conjunction.all().flatMap(({ atom, sign }) => (sign ? [] : [atom]));
    const all = [...this.#rules, ...this.#breaks];
    this.#named = this.#rules.flatMap((it) => (it.kind === 'names' ? [it.node] : []));
    const finite = this.#named.map((node) => finiteValues(node)).find((it) => it !== undefined);
    const mentioned = all.flatMap((it) => {
      if (it.kind === 'has' || it.kind === 'property') return [it.name];
      if (it.kind === 'others') return [...it.names, ...it.patterns.flatMap(samplesOf)];
      if (it.kind === 'matching') return samplesOf(it.pattern);
      return [];
    });
    const texts = (finite ?? []).filter((it) => typeof it === 'string');
    this.#known = [...new Set([...mentioned, ...texts, ...words.names, ...words.patterns.flatMap(samplesOf)])];
    const patterns = all.some((it) => it.kind === 'matching' || (it.kind === 'others' && it.patterns.length > 0));
    this.#vague = patterns || words.patterns.length > 0 || (this.#named.length > 0 && finite === undefined);
  }

  find(): Found {
    const counts = (atoms: readonly Atom[]) => atoms.flatMap((it) => (it.kind === 'minProperties' ? [it.count] : []));
    const low = Math.max(0, ...counts(this.#rules));
    const high = Math.min(Infinity, ...counts(this.#breaks).map((count) => count - 1));
    const must = this.#rules.flatMap((it) => (it.kind === 'has' ? [it.name] : []));
    const fields = new Map(must.map((name): [string, Goal[]] => [name, []]));
    return this.#broken(this.#breaks, fields, (all) => this.#filled(all, low, high));
  }

  /** Chooses a field for each rule that has to be broken by one. */
  #broken(breaks: readonly Atom[], fields: Fields, next: (fields: Fields) => Found): Found {
    const [first, ...rest] = breaks;
    if (first === undefined) return next(fields);
    const goals = 'node' in first && first.kind !== 'names' ? [{ node: first.node, sign: false }] : [];
    const wanted = this.#breaking(first);
    if (wanted === undefined) return this.#broken(rest, fields, next);
    const names = [...new Set([...this.#known, ...this.#freshNames(breaks.length)])].filter(
      (name) => wanted(name) && this.#allowed(name) !== false,
    );
    const all = first.kind === 'names' ? [...new Set([...names, ...this.#badNames(first.node)])] : names;
    const found = this.#search.first(all, (name) =>
      this.#broken(rest, new Map([...fields, [name, [...(fields.get(name) ?? []), ...goals]]]), next),
    );
    return found !== 'none' || first.kind === 'property' || this.#wereEnough(first, all) ? found : NAMES;
  }

  /**
   * Whether the names that were tried stand for all: there are no others, or the tried ones fall under as few rules as
   * any name can.
   */
  #wereEnough(rule: Atom, tried: readonly string[]): boolean {
    if (!this.#words.isFree && this.#words.patterns.length === 0) return true;
    if (this.#named.some((node) => finiteValues(node) !== undefined)) return true;
    const escapes = this.#rules.flatMap((it) => (it.kind === 'others' && it.patterns.length > 0 ? [it.patterns] : []));
    if (escapes.length > 1) return false;
    const own = rule.kind === 'matching' ? [rule.pattern] : [];
    const refused = rule.kind === 'others' ? rule.patterns : [];
    const kinds = [[], ...escapes.flat().map((pattern) => [pattern])].map((kind) => [...kind, ...own]);
    return kinds.every((kind) => {
      if (kind.some((pattern) => refused.includes(pattern))) return true;
      return tried.some((name) => this.#isPlain(name, kind));
    });
  }

  /** Whether no rule is about this name but those of some patterns. */
  #isPlain(name: string, patterns: readonly string[]): boolean {
    return (
      this.#allowed(name) === true &&
      patterns.every((pattern) => matches(pattern, name)) &&
      this.#rules.every((it) => {
        if (it.kind === 'property') return it.name !== name;
        if (it.kind === 'others') return !it.names.includes(name);
        return it.kind !== 'matching' || patterns.includes(it.pattern) || !matches(it.pattern, name);
      })
    );
  }

  /** Which names can break a rule; undefined for one that no single field breaks. */
  #breaking(rule: Atom): ((name: string) => boolean) | undefined {
    switch (rule.kind) {
      case 'property':
        return (name) => name === rule.name;
      case 'matching':
        return (name) => matches(rule.pattern, name);
      case 'others':
        return (name) => isOther(name, rule);
      case 'names':
        return (name) => holds(name, rule.node) === false;
      default:
        return undefined;
    }
  }

  #badNames(node: Node): string[] {
    const found = this.#search.find([
      { node, sign: false },
      { node: { schema: { type: 'string' }, root: {} }, sign: true },
    ]);
    return typeof found === 'object' && 'value' in found ? [found.value as string] : [];
  }

  #freshNames(count: number): string[] {
    if (!this.#words.isFree) return [];
    return FRESH.filter((name) => !this.#known.includes(name)).slice(0, this.#vague ? FRESH.length : count + 1);
  }

  /** Whether a field may have this name; undefined where that is not known. */
  #allowed(name: string): boolean | undefined {
    if (!this.#words.allows(name)) return false;
    if (this.#breaks.some((it) => it.kind === 'has' && it.name === name)) return false;
    const held = this.#named.map((node) => holds(name, node));
    return held.includes(false) ? false : held.includes(undefined) ? undefined : true;
  }

  #filled(fields: Fields, low: number, high: number): Found {
    const value = new Map<string, Json>();
    for (const [name, extra] of fields) {
      const found = this.#valueOf(name, extra);
      if (found === 'none' || !('value' in found)) return found;
      value.set(name, found.value);
    }
    const spare = [...this.#known, ...this.#freshNames(low + 1), ...numbered(low)].filter((it) => !value.has(it));
    let unclear: Found = 'none';
    for (const name of spare) {
      const object = Object.fromEntries(value);
      if (value.size >= low && !this.#excluded.some((it) => canonical(it) === canonical(object))) break;
      const found = this.#valueOf(name, []);
      if (found !== 'none' && 'value' in found) value.set(name, found.value);
      else if (found !== 'none') unclear = found;
    }
    if (value.size > high) return this.#excluded.length > 0 ? { unknown: 'objects that are excluded' } : 'none';
    if (value.size < low) return this.#vague ? NAMES : unclear;
    const object = Object.fromEntries(value) as Json;
    const taken = this.#excluded.some((it) => canonical(it) === canonical(object));
    return taken ? { unknown: 'objects that are excluded' } : { value: object };
  }

  #valueOf(name: string, extra: readonly Goal[]): Found {
    const allowed = this.#allowed(name);
    if (allowed === false) return 'none';
    if (allowed === undefined) return NAMES;
    const rules = this.#rules.flatMap((it): Goal[] => {
      const applies =
        (it.kind === 'property' && it.name === name) ||
        (it.kind === 'matching' && matches(it.pattern, name)) ||
        (it.kind === 'others' && isOther(name, it));
      return applies && 'node' in it ? [{ node: it.node, sign: true }] : [];
    });
    return this.#search.find([...rules, ...extra], this.#words.property(name));
  }
}

const numbered = (count: number): string[] => Array.from({ length: Math.min(count, 200) }, (_, index) => `n${index}`);
