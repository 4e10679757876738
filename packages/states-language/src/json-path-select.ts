import { isDefinite, type Filter, type Operand, type Path, type Selector } from './json-path-parser.ts';
import { isObject, type Json } from './json.ts';

/** What the paths in a filter start from. */
interface Roots {
  readonly $: Json;
  readonly '@': Json;
}

/**
 * What a path selects from a value: one value or undefined when the path is definite, otherwise a list, which is empty when
 * nothing is there.
 */
export function select(path: Path, from: Json, whole: Json = from): Json | undefined {
  if (isDefinite(path)) return path.selectors.reduce<Json | undefined>(step, from);
  let found: Json[] = [from];
  path.selectors.forEach((selector, at) => {
    const everywhere = path.selectors[at - 1]?.kind === 'deep';
    found = found.flatMap((value) => many(selector, value, whole, everywhere));
  });
  return found;
}

function step(value: Json | undefined, selector: Selector): Json | undefined {
  if (selector.kind === 'index') return Array.isArray(value) ? value.at(selector.index) : undefined;
  if (!isObject(value)) return undefined;
  if (selector.kind === 'key') return Object.hasOwn(value, selector.name) ? value[selector.name] : undefined;
  if (selector.kind !== 'keys') return undefined;
  return Object.fromEntries(
    selector.names.filter((name) => Object.hasOwn(value, name)).map((name) => [name, value[name] ?? null]),
  );
}

function many(selector: Selector, value: Json, whole: Json, everywhere: boolean): Json[] {
  switch (selector.kind) {
    case 'all':
      return children(value);
    case 'deep':
      return withDescendants(value);
    case 'slice':
      return Array.isArray(value) ? value.slice(selector.from, selector.to) : [];
    case 'indexes':
      return selector.indexes.flatMap((index) => present(step(value, { kind: 'index', index })));
    case 'filter':
      return filtered(selector.filter, value, whole, everywhere);
    default:
      return present(step(value, selector));
  }
}

/** A filter chooses among the items of a list, and takes or leaves an object. After `..`, items come by themselves. */
function filtered(filter: Filter, value: Json, whole: Json, everywhere: boolean): Json[] {
  const items = Array.isArray(value) ? (everywhere ? [] : value) : [value];
  return items.filter((item) => accepts(filter, { $: whole, '@': item }));
}

function accepts(filter: Filter, roots: Roots): boolean {
  switch (filter.kind) {
    case 'and':
      return filter.filters.every((inner) => accepts(inner, roots));
    case 'or':
      return filter.filters.some((inner) => accepts(inner, roots));
    case 'not':
      return !accepts(filter.filter, roots);
    case 'exists':
      return follow(filter.path, roots) !== undefined;
    case 'compare':
      return compare(filter.operator, filter.left, filter.right, roots);
  }
}

function compare(operator: string, left: Operand, right: Operand, roots: Roots): boolean {
  if ('pattern' in right) {
    const text = valueOf(left, roots);
    return operator === '=~' && typeof text === 'string' && right.pattern.test(text);
  }
  const [first, second] = [valueOf(left, roots), valueOf(right, roots)];
  return COMPARISONS[operator]?.(first, second) ?? false;
}

type Comparison = (left: Json | undefined, right: Json | undefined) => boolean;

const COMPARISONS: Readonly<Record<string, Comparison>> = {
  '==': equal,
  '===': (left, right) => typeof left === typeof right && equal(left, right),
  '!=': (left, right) => !equal(left, right),
  '!==': (left, right) => typeof left !== typeof right || !equal(left, right),
  '<': (left, right) => order(left, right) < 0,
  '<=': (left, right) => order(left, right) <= 0,
  '>': (left, right) => order(left, right) > 0,
  '>=': (left, right) => order(left, right) >= 0,
  in: (left, right) => list(right).some((item) => equal(left, item)),
  nin: (left, right) => !list(right).some((item) => equal(left, item)),
  contains: (left, right) =>
    typeof left === 'string'
      ? typeof right === 'string' && left.includes(right)
      : list(left).some((item) => equal(item, right)),
  size: (left, right) => lengthOf(left) === right,
  empty: (left, right) => lengthOf(left) !== undefined && (lengthOf(left) === 0) === right,
  subsetof: (left, right) => Array.isArray(left) && left.every((item) => list(right).some((one) => equal(item, one))),
  anyof: (left, right) => list(left).some((item) => list(right).some((one) => equal(item, one))),
  noneof: (left, right) => !list(left).some((item) => list(right).some((one) => equal(item, one))),
};

/** A number equals the text that writes it. What is not there equals nothing, null included. */
function equal(left: Json | undefined, right: Json | undefined): boolean {
  if (left === undefined || right === undefined) return false;
  if (typeof left === 'number' && typeof right === 'string') return right.trim() !== '' && Number(right) === left;
  if (typeof left === 'string' && typeof right === 'number') return left === String(right);
  if (typeof left !== 'object' || typeof right !== 'object') return left === right;
  if (left === null || right === null) return left === right;
  if (Array.isArray(left) !== Array.isArray(right)) return false;
  const [ours, theirs] = [Object.entries(left), Object.entries(right)];
  const other = right as Record<string, Json>;
  return (
    ours.length === theirs.length && ours.every(([key, value]) => Object.hasOwn(other, key) && equal(value, other[key]))
  );
}

/** Negative, 0 or positive; NaN for what has no order. */
function order(left: Json | undefined, right: Json | undefined): number {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  if (typeof left !== 'string' || typeof right !== 'string') return NaN;
  return left < right ? -1 : Number(left > right);
}

function valueOf(operand: Operand, roots: Roots): Json | undefined {
  if ('path' in operand) return follow(operand.path, roots);
  return 'value' in operand ? operand.value : undefined;
}

function follow(path: Path, roots: Roots): Json | undefined {
  return select(path, path.root === '@' ? roots['@'] : roots.$, roots.$);
}

function list(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : [];
}

function lengthOf(value: Json | undefined): number | undefined {
  return typeof value === 'string' || Array.isArray(value) ? value.length : undefined;
}

function children(value: Json): Json[] {
  if (Array.isArray(value)) return value;
  return isObject(value) ? Object.values(value) : [];
}

function withDescendants(value: Json): Json[] {
  return [value, ...children(value).flatMap(withDescendants)];
}

function present(value: Json | undefined): Json[] {
  return value === undefined ? [] : [value];
}
