/** A JSON Schema, as the generator writes it. */
export type Schema = { readonly [keyword: string]: unknown };

/** `input`: callers send it. `output`: consumers read it. */
export type Direction = 'input' | 'output';

export interface Change {
  /** `data.lines[].quantity` */
  readonly at: string;
  readonly what: string;
  readonly breaking: boolean;
  /** The other end lacks a field that may be absent: worth a warning. */
  readonly missing?: true;
}

export interface CompareOptions {
  /** Paths of the fields that the other end uses; all without it. */
  readonly fields?: readonly string[];
}

interface Side {
  readonly schema: Schema;
  /** The document that `$ref`s point into. */
  readonly document: Schema;
}

const ANNOTATIONS = [
  ...['$schema', '$id', '$defs', '$comment', 'title', 'description', 'default', 'deprecated'],
  ...['examples', 'example', 'components', 'x-personal', 'x-secret'],
];
/** Keywords of which more lets more through, and those of which less does. */
const UPPER = ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems', 'maxProperties'];
const LOWER = ['minimum', 'exclusiveMinimum', 'minLength', 'minItems', 'minProperties'];
const LISTS = ['anyOf', 'oneOf', 'allOf', 'prefixItems'];
const INNER = ['items', 'additionalProperties', 'propertyNames', 'not'];

/**
 * What changed between two schemas, each change breaking or not for who is at the other end. Within a direction, what
 * lets more through is compatible for callers and breaks consumers, and the other way round. What these rules do not
 * know is taken for breaking.
 */
export function compareSchemas(
  before: Schema,
  after: Schema,
  direction: Direction,
  _options: CompareOptions = {},
): Change[] {
  const [one, other] = [before, after].map((schema) => ({ schema, document: schema })) as [Side, Side];
  return compare(one, other, direction, '', new Set());
}

function compare(before: Side, after: Side, direction: Direction, at: string, seen: Set<string>): Change[] {
  const names = `${String(before.schema['$ref'])} ${String(after.schema['$ref'])}`;
  if ('$ref' in before.schema || '$ref' in after.schema) {
    if (seen.has(names)) return [];
    return compare(resolved(before), resolved(after), direction, at, new Set([...seen, names]));
  }
  const inside = (keyword: string, key: string, place: string): Change[] => {
    const [one, other] = [child(before, keyword, key), child(after, keyword, key)];
    return one && other ? compare(one, other, direction, place, seen) : [];
  };
  const properties = Object.keys({ ...object(before.schema['properties']), ...object(after.schema['properties']) });
  return [
    ...keywords(before.schema, after.schema, direction, at),
    ...presence(before.schema, after.schema, direction, at),
    ...properties.flatMap((name) => inside('properties', name, at === '' ? name : `${at}.${name}`)),
    ...INNER.flatMap((keyword) => inside(keyword, '', `${at}[]`)),
    ...LISTS.flatMap((keyword) => {
      const [one, other] = [list(before.schema[keyword]), list(after.schema[keyword])];
      if (one.length !== other.length)
        return [{ at, what: `${keyword} has ${other.length} members, not ${one.length}`, breaking: true }];
      return one.flatMap((_, index) => inside(keyword, String(index), at));
    }),
  ];
}

/** Properties that came, went, or are needed now or no longer. */
function presence(before: Schema, after: Schema, direction: Direction, at: string): Change[] {
  const [old, now] = [object(before['properties']), object(after['properties'])];
  const [needed, needs] = [list(before['required']), list(after['required'])];
  const place = (name: string) => (at === '' ? name : `${at}.${name}`);
  const gone = Object.keys(old).filter((name) => !(name in now));
  const added = Object.keys(now).filter((name) => !(name in old));
  const kept = Object.keys(now).filter((name) => name in old);
  return [
    ...gone.map((name) => ({ at: place(name), what: 'is gone', breaking: true })),
    ...added.map((name) => {
      const must = needs.includes(name);
      return {
        at: place(name),
        what: must ? 'is new and required' : 'is new',
        breaking: must && direction === 'input',
      };
    }),
    ...kept.flatMap((name) => {
      if (needed.includes(name) === needs.includes(name)) return [];
      const must = needs.includes(name);
      const what = must ? 'is required now' : 'is no longer required';
      return [{ at: place(name), what, breaking: must === (direction === 'input') }];
    }),
  ];
}

function keywords(before: Schema, after: Schema, direction: Direction, at: string): Change[] {
  const known = [...ANNOTATIONS, 'properties', 'required', ...LISTS];
  const names = Object.keys({ ...before, ...after }).filter((name) => !known.includes(name));
  return names.flatMap((name) => {
    const [one, other] = [before[name], after[name]];
    if (JSON.stringify(one) === JSON.stringify(other)) return [];
    if (INNER.includes(name) && isSchema(one) && isSchema(other)) return [];
    const what = `${name} is ${textOf(other)}, not ${textOf(one)}`;
    const wider = widens(name, one, other);
    return [{ at, what, breaking: wider === undefined || wider === (direction === 'output') }];
  });
}

/** Whether more is let through than before, or less; undefined where that cannot be said. */
function widens(keyword: string, before: unknown, after: unknown): boolean | undefined {
  if (UPPER.includes(keyword)) return bound(after, Infinity) > bound(before, Infinity);
  if (LOWER.includes(keyword)) return bound(after, -Infinity) < bound(before, -Infinity);
  if (keyword !== 'enum' || before === undefined || after === undefined) return undefined;
  const [old, now] = [list(before), list(after)];
  if (old.every((value) => now.includes(value))) return true;
  return now.every((value) => old.includes(value)) ? false : undefined;
}

function resolved({ schema, document }: Side): Side {
  const reference = schema['$ref'];
  if (reference === undefined) return { schema, document };
  const path = String(reference).replace(/^#\//, '').split('/');
  const found = path.reduce<unknown>((value, key) => object(value)[key], document);
  if (!isSchema(found)) throw new Error(`The reference ${String(reference)} leads nowhere.`);
  return { schema: found, document };
}

function child({ schema, document }: Side, keyword: string, key: string): Side | undefined {
  const value = key === '' ? schema[keyword] : object(schema[keyword])[key];
  return isSchema(value) ? { schema: value, document } : undefined;
}

const bound = (value: unknown, none: number): number => (typeof value === 'number' ? value : none);
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const object = (value: unknown): Schema => (typeof value === 'object' && value !== null ? (value as Schema) : {});
const isSchema = (value: unknown): value is Schema => typeof value === 'object' && value !== null;
const textOf = (value: unknown): string => (value === undefined ? 'not set' : JSON.stringify(value));
