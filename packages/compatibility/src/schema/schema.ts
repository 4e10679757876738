import { canonical } from '../canonical.ts';

/** A JSON Schema 2020-12 document, or a part of one. Its references lead into itself. */
export type Schema = { readonly [keyword: string]: unknown };

/** `input`: callers send it. `output`: consumers read it. */
export type Direction = 'input' | 'output';

/** A schema, and the document that its references lead into. */
export interface Node {
  readonly schema: Schema | boolean;
  readonly root: Schema;
}

export const isObject = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
export const isSchema = (value: unknown): value is Schema | boolean => typeof value === 'boolean' || isObject(value);
export const object = (value: unknown): Schema => (isObject(value) ? value : {});
export const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
export const own = (schema: Schema, key: string): unknown => (Object.hasOwn(schema, key) ? schema[key] : undefined);

const externals = new Map<string, Schema>();

/** Another document, of which only the name is known. */
function external(reference: string): Schema {
  const schema = externals.get(reference) ?? { [EXTERNAL]: reference };
  externals.set(reference, schema);
  return schema;
}

export const EXTERNAL = '$external';

/** What a reference leads to. @throws Error when it leads nowhere */
export function resolved({ schema, root }: Node): Node {
  if (!isObject(schema) || typeof schema['$ref'] !== 'string') return { schema, root };
  const reference = schema['$ref'];
  if (!reference.startsWith('#')) return { schema: external(reference), root };
  const found = reachedBy(stepsOf(reference), root);
  if (!isSchema(found)) throw new Error(`The reference ${reference} leads nowhere.`);
  return { schema: found, root };
}

/**
 * The steps of a JSON Pointer in a fragment; undefined for what is none.
 * Source: https://www.rfc-editor.org/rfc/rfc6901
 */
export function stepsOf(reference: string): string[] | undefined {
  if (reference === '#') return [];
  if (!reference.startsWith('#/')) return undefined;
  try {
    const steps = reference.slice(2).split('/').map(decodeURIComponent);
    return steps.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  } catch {
    return undefined;
  }
}

/** The part of a document that steps lead to; undefined where there is none. */
export const reachedBy = (steps: readonly string[] | undefined, root: Schema): unknown =>
  steps?.reduce<unknown>((value, step) => {
    if (Array.isArray(value)) return /^(?:0|[1-9][0-9]*)$/.test(step) ? value[Number(step)] : undefined;
    return isObject(value) ? own(value, step) : undefined;
  }, root);

const numbers = new Map<string, number>();
const known = new WeakMap<Schema, number>();

/** One number for all nodes that say the same, whatever the order of what is a set. */
export function idOf({ schema, root }: Node): number {
  if (!isObject(schema)) return schema ? -1 : -2;
  const cached = known.get(schema);
  if (cached !== undefined) return cached;
  const id = numberOf(keyOf({ schema, root }));
  known.set(schema, id);
  return id;
}

/** A number for a text, the same for the same text. */
export function numberOf(key: string): number {
  const id = numbers.get(key) ?? numbers.size;
  numbers.set(key, id);
  return id;
}

function keyOf({ schema, root }: Node): string {
  const { text, references } = detailsOf(schema);
  return [text, ...references.map((reference) => `${reference}=${targetOf(reference, root)}`).sort()].join(' ');
}

const targets = new WeakMap<Schema, Map<string, number>>();

/** A number for everything that a reference leads to, however far. */
function targetOf(reference: string, root: Schema): number {
  // Documents made of the parts of one share what is referred to.
  const [, keyword = ''] = reference.split('/');
  const holder = isObject(root[keyword]) ? root[keyword] : root;
  const known = targets.get(holder) ?? new Map<string, number>();
  targets.set(holder, known);
  const found = known.get(reference) ?? numberOf(reached(reference, root));
  known.set(reference, found);
  return found;
}

function reached(first: string, root: Schema): string {
  const texts = new Map<string, string>();
  const left = [first];
  for (let reference = left.pop(); reference !== undefined; reference = left.pop()) {
    if (texts.has(reference)) continue;
    const { text, references } = detailsOf(resolved({ schema: { $ref: reference }, root }).schema);
    texts.set(reference, text);
    left.push(...references);
  }
  return [...texts].sort(([a], [b]) => (a < b ? -1 : 1)).join(' ');
}

interface Details {
  /** Short for the canonical text, with sets sorted. */
  readonly text: string;
  readonly references: readonly string[];
}

const details = new WeakMap<Schema, Details>();

/** Schemas that many refer to are read once. */
function detailsOf(schema: Schema | boolean): Details {
  if (!isObject(schema)) return { text: String(schema), references: [] };
  const known = details.get(schema);
  if (known !== undefined) return known;
  const made = { text: `#${numberOf(textOf(schema))}`, references: [...new Set(referencesIn(schema))] };
  details.set(schema, made);
  return made;
}

function referencesIn(part: unknown, found: string[] = []): string[] {
  if (Array.isArray(part)) for (const it of part) referencesIn(it, found);
  else if (isObject(part)) {
    for (const [key, it] of Object.entries(part)) {
      if (key === '$ref' && typeof it === 'string') found.push(it);
      else if (key !== '$defs' && key !== 'components') referencesIn(it, found);
    }
  }
  return found;
}

const SETS = ['enum', 'type', 'required', 'anyOf', 'allOf', 'oneOf'];

/** Canonical, with sets sorted. */
function textOf(schema: unknown): string {
  return canonical(sorted(schema));
}

function sorted(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) {
    const items = value.map((it) => sorted(it));
    return SETS.includes(key) ? items.map((it) => canonical(it)).sort() : items;
  }
  if (!isObject(value)) return value;
  const entries = Object.entries(value).filter(([name]) => name !== '$defs' && name !== 'components');
  return Object.fromEntries(entries.map(([name, it]) => [name, key === 'properties' ? sorted(it) : sorted(it, name)]));
}
