import { isIPv6 } from 'node:net';
import { isObject } from './json.ts';
import { fieldsOf, type Field, type Membership } from './event-fields.ts';
import { invalidPattern } from './errors.ts';
import { whyNotJson } from './json-words.ts';
import { compileValues, RESERVED_INSIDE_OR, type ValueMatcher } from './pattern-values.ts';

/** One way to match: every field (by its dotted path) must match. `$or` makes several of them. */
type Alternative = ReadonlyMap<string, ValueMatcher>;

const MAX_ALTERNATIVES = 1000;

/**
 * Compiles an EventBridge event pattern into a predicate over events.
 *
 * As in AWS's own matcher, an event is a set of leaf values by dotted path, so `{"a": {"b": 1}}` and `{"a.b": 1}` are
 * the same event. A path inside arrays matches when any element does, and all paths through one array must match in
 * the same element. `exists` sees leaves only. Numbers compare as doubles.
 *
 * @param pattern the pattern as parsed JSON or as JSON text
 * @throws InvalidPatternError with AWS's reason
 * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html and
 * https://github.com/aws/event-ruler#readme
 */
export function compilePattern(pattern: unknown): (event: unknown) => boolean {
  const root = typeof pattern === 'string' ? parseJson(pattern) : pattern;
  if (!isObject(root)) throw invalidPattern('Filter is not an object');
  const alternatives = expandObject([new Map()], '', root, false);
  const plans = alternatives.map((alternative) => [...alternative].sort(([a], [b]) => (a < b ? -1 : 1)));
  const paths = new Set(alternatives.flatMap((alternative) => [...alternative.keys()]));
  const prefixes = new Set([...paths].flatMap(prefixesOf));
  const exact = exactNames(root);
  return (event) => {
    if (!isObject(event) || !exact.every(([name, values]) => mayBe(event[name], values))) return false;
    const fields = fieldsOf(event, prefixes);
    return plans.some((plan) => matchesAll(plan, fields));
  };
}

/**
 * The fields at the top that take certain texts and nothing else, as `source` and `detail-type` do: they tell most events
 * apart before their leaves are gathered, which takes far longer. An IPv6 address has several spellings: its field is
 * not among them.
 */
function exactNames(pattern: Record<string, unknown>): [name: string, values: ReadonlySet<unknown>][] {
  return Object.entries(pattern)
    .filter(([name]) => name !== '$or' && !name.includes('.'))
    .flatMap(([name, values]) =>
      Array.isArray(values) && values.every((value) => typeof value === 'string' && !isIPv6(value))
        ? [[name, new Set(values)]]
        : [],
    );
}

/** False where it is a text, and another one. */
const mayBe = (value: unknown, values: ReadonlySet<unknown>): boolean => typeof value !== 'string' || values.has(value);

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalidPattern(whyNotJson(text) ?? (error as SyntaxError).message);
  }
}

function expandObject(
  alternatives: readonly Alternative[],
  path: string,
  object: Record<string, unknown>,
  insideOr: boolean,
): readonly Alternative[] {
  const entries = Object.entries(object);
  if (entries.length === 0) throw invalidPattern('Empty objects are not allowed');
  let expanded = alternatives;
  for (const [name, value] of entries) {
    if (name === '$or') expanded = expandOr(expanded, path, value);
    else if (insideOr && RESERVED_INSIDE_OR.has(name)) {
      throw invalidPattern(`${name} is Ruler reserved fieldName which cannot be used inside $or.`);
    } else if (Array.isArray(value)) {
      const matcher = compileValues(value);
      expanded = expanded.map((alternative) => new Map(alternative).set(join(path, name), matcher));
    } else if (isObject(value)) expanded = expandObject(expanded, join(path, name), value, insideOr);
    else throw invalidPattern(`"${name}" must be an object or an array`);
  }
  return expanded;
}

function expandOr(alternatives: readonly Alternative[], path: string, branches: unknown): readonly Alternative[] {
  if (!Array.isArray(branches)) throw invalidPattern('It must be an Array followed with $or.');
  const expanded = branches.flatMap((branch: unknown) => {
    if (!isObject(branch)) throw invalidPattern('Only JSON object is allowed in array of $or relationship.');
    return expandObject(alternatives, path, branch, true);
  });
  if (branches.length < 2) throw invalidPattern('There must have at least 2 Objects in $or relationship.');
  if (expanded.length > MAX_ALTERNATIVES) {
    throw invalidPattern(`Rule is too complex - $or makes more than ${MAX_ALTERNATIVES} combinations`);
  }
  return expanded;
}

function matchesAll(plan: readonly [string, ValueMatcher][], fields: ReadonlyMap<string, Field[]>): boolean {
  const steps = plan.map(([path, matcher]) => {
    const found = fields.get(path) ?? [];
    const places = new Set(found.filter(({ value }) => matcher.matches(value)).map(({ membership }) => membership));
    return { found, places: [...places], matcher };
  });
  // Most events fail here, before the search for elements that agree.
  if (!steps.every(({ places, matcher }) => places.length > 0 || matcher.matchesAbsence)) return false;
  const search = (index: number, soFar: Membership): boolean => {
    const step = steps[index];
    if (step === undefined) return true;
    for (const place of step.places) {
      const merged = merge(soFar, place);
      if (merged !== undefined && search(index + 1, merged)) return true;
    }
    if (!step.matcher.matchesAbsence) return false;
    return step.found.every(({ membership }) => merge(soFar, membership) === undefined) && search(index + 1, soFar);
  };
  return search(0, new Map());
}

/** The two memberships together, or undefined when they name different elements of one array. */
function merge(soFar: Membership, place: Membership): Membership | undefined {
  if (place.size === 0) return soFar;
  for (const [array, index] of place) {
    const known = soFar.get(array);
    if (known !== undefined && known !== index) return undefined;
  }
  return new Map([...soFar, ...place]);
}

function prefixesOf(path: string): string[] {
  const names = path.split('.');
  return names.map((_, index) => names.slice(0, index + 1).join('.'));
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}
