import { canonical } from '../canonical.ts';
import type { Node } from '../schema/schema.ts';
import { type Atom, type Formula, type Json, typeOf } from './formula.ts';
import { formulaOf } from './formula-of.ts';
import { hasFormat } from './formats.ts';
import { matches } from './patterns.ts';

/** True or false; undefined where it is not known. */
type Truth = boolean | undefined;

const MAX_DEPTH = 200;

/** Whether a value is valid by a schema. */
export function holds(value: Json, node: Node, depth = 0): Truth {
  if (depth > MAX_DEPTH) return undefined;
  return truth(value, formulaOf(node, typeOf(value)), depth);
}

function truth(value: Json, formula: Formula, depth: number): Truth {
  if (typeof formula === 'boolean') return formula;
  switch (formula.kind) {
    case 'and':
      return every(formula.parts, (part) => truth(value, part, depth));
    case 'or':
      return negated(every(formula.parts, (part) => negated(truth(value, part, depth))));
    case 'not':
      return negated(truth(value, formula.part, depth));
    case 'node':
      return holds(value, formula.node, depth + 1);
    default:
      return atomHolds(value, formula, depth);
  }
}

const negated = (it: Truth): Truth => (it === undefined ? undefined : !it);

function every<T>(items: Iterable<T>, of: (item: T) => Truth): Truth {
  let result: Truth = true;
  for (const item of items) {
    const it = of(item);
    if (it === false) return false;
    if (it === undefined) result = undefined;
  }
  return result;
}

export const isMultiple = (value: number, of: number): boolean => {
  const times = value / of;
  return Math.abs(times - Math.round(times)) <= 1e-12 * Math.max(1, Math.abs(times));
};

export const lengthOf = (text: string): number => [...text].length;

/** Whether an atom holds of a value of its type. */
export function atomHolds(value: Json, it: Atom, depth = 0): Truth {
  switch (it.kind) {
    case 'in':
      return it.values.some((other) => other === value || canonical(other) === canonical(value));
    case 'atLeast':
      return it.exclusive ? (value as number) > it.bound : (value as number) >= it.bound;
    case 'multipleOf':
      return isMultiple(value as number, it.of);
    case 'minLength':
      return lengthOf(value as string) >= it.count;
    case 'pattern':
      return matches(it.pattern, value as string);
    case 'format':
      return hasFormat(it.format, value as string);
    case 'opaque':
      return undefined;
    default:
      return Array.isArray(value)
        ? arrayHolds(value as readonly Json[], it, depth)
        : objectHolds(value as { readonly [key: string]: Json }, it, depth);
  }
}

function arrayHolds(value: readonly Json[], it: Atom, depth: number): Truth {
  switch (it.kind) {
    case 'minItems':
      return value.length >= it.count;
    case 'unique':
      return new Set(value.map((element) => canonical(element))).size === value.length;
    case 'elements':
      return every(value.slice(it.from, it.to), (element) => holds(element, it.node, depth + 1));
    case 'contains': {
      const found = value.map((element) => holds(element, it.node, depth + 1));
      if (found.filter((one) => one === true).length >= it.count) return true;
      return found.filter((one) => one !== false).length >= it.count ? undefined : false;
    }
    default:
      return undefined;
  }
}

function objectHolds(value: { readonly [key: string]: Json }, it: Atom, depth: number): Truth {
  const entries = Object.entries(value);
  const of = (node: Node) => (name: string) => holds(value[name]!, node, depth + 1);
  const names = entries.map(([name]) => name);
  switch (it.kind) {
    case 'minProperties':
      return entries.length >= it.count;
    case 'has':
      return Object.hasOwn(value, it.name);
    case 'property':
      return Object.hasOwn(value, it.name) ? of(it.node)(it.name) : true;
    case 'matching':
      return every(names, (name) => (matches(it.pattern, name) ? of(it.node)(name) : true));
    case 'others':
      return every(
        names.filter((name) => isOther(name, it)),
        of(it.node),
      );
    case 'names':
      return every(names, (name) => holds(name, it.node, depth + 1));
    default:
      return undefined;
  }
}

export const isOther = (
  name: string,
  { names, patterns }: { readonly names: readonly string[]; readonly patterns: readonly string[] },
): boolean => !names.includes(name) && !patterns.some((pattern) => matches(pattern, name));
