import { matches } from '../search/patterns.ts';
import { Vocabulary } from '../search/vocabulary.ts';
import { isObject, isSchema, list, type Node, object, resolved, type Schema } from '../schema/schema.ts';

/** Fields by the segments of their paths; an empty one ends a path: all that is below. */
type Paths = ReadonlyMap<string, Paths>;

/** Paths such as `lines.quantity`, without the brackets of arrays; undefined for all fields. */
function pathsOf(fields: readonly string[]): Paths | undefined {
  if (fields.includes('*')) return undefined;
  const root = new Map<string, Paths>();
  const whole = fields.filter((field) => !fields.some((other) => field.startsWith(`${other}.`)));
  for (const field of whole) {
    let place = root;
    for (const segment of field.replaceAll('[]', '').split('.')) {
      const next = (place.get(segment) ?? new Map()) as Map<string, Paths>;
      place.set(segment, next);
      place = next;
    }
  }
  return root;
}

/** What a reader of some fields needs: everything else may be anything, or absent. */
export function readOnly(document: Schema, fields: readonly string[] | undefined): Schema {
  const paths = fields === undefined ? undefined : pathsOf(fields);
  if (paths === undefined) return document;
  if (paths.size === 0) return {};
  const { $defs, components } = document;
  const read = narrowed({ schema: document, root: document }, paths, new Set());
  return {
    ...(isObject(read) ? read : { not: {} }),
    ...($defs ? { $defs } : {}),
    ...(components ? { components } : {}),
  };
}

const KEPT = ['type', 'enum', 'const', 'minItems', 'maxItems', 'pattern', 'format', 'multipleOf'];
const BOUNDS = ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'minLength', 'maxLength'];

function narrowed(node: Node, paths: Paths, active: ReadonlySet<Schema>): Schema | boolean {
  const { schema, root } = node;
  if (!isObject(schema) || paths.size === 0) return schema;
  if (active.has(schema)) return true;
  const inPlace = new Set([...active, schema]);
  const here = (part: unknown) => (isSchema(part) ? narrowed({ schema: part, root }, paths, inPlace) : true);
  const below = (part: unknown) => (isSchema(part) ? narrowed({ schema: part, root }, paths, new Set()) : true);
  const result: Record<string, unknown> = {};
  for (const keyword of [...KEPT, ...BOUNDS]) if (keyword in schema) result[keyword] = schema[keyword];
  if (list(result['enum'] ?? [result['const']]).some((it) => typeof it === 'object' && it !== null)) {
    delete result['enum'];
    delete result['const'];
  }
  if (isSchema(schema['items'])) result['items'] = below(schema['items']);
  if (Array.isArray(schema['prefixItems'])) result['prefixItems'] = list(schema['prefixItems']).map((it) => below(it));
  Object.assign(result, objectPart(schema, root, paths));
  const all: (Schema | boolean)[] = list(schema['allOf']).map(here);
  if (typeof schema['$ref'] === 'string') all.push(narrowed(resolved(node), paths, inPlace));
  // Alternatives may differ in fields that are not read, so more than one may fit.
  for (const keyword of ['anyOf', 'oneOf']) {
    if (Array.isArray(schema[keyword])) all.push({ anyOf: list(schema[keyword]).map(here) });
  }
  for (const [name, part] of Object.entries(object(schema['dependentSchemas']))) {
    if (covers(paths, name)) all.push({ dependentSchemas: { [name]: here(part) } });
  }
  all.push(...conditions(schema, root, paths, here));
  return all.length === 0 ? result : { ...result, allOf: all };
}

function objectPart(schema: Schema, root: Schema, paths: Paths): Record<string, unknown> {
  const properties: Record<string, unknown> = {};
  const into = (part: unknown, rest: Paths) =>
    isSchema(part) ? narrowed({ schema: part, root }, rest, new Set()) : true;
  const patterns = Object.entries(object(schema['patternProperties']));
  const declared = Object.entries(object(schema['properties']));
  for (const [name, part] of declared) {
    const rest = paths.get(name) ?? paths.get('*');
    if (rest !== undefined) properties[name] = into(part, rest);
  }
  for (const [name, rest] of paths) {
    if (name === '*' || declared.some(([it]) => it === name)) continue;
    const found = patterns.filter(([pattern]) => matches(pattern, name)).map(([, part]) => part);
    const parts = found.length > 0 ? found : [schema['additionalProperties']];
    if (parts.every((it) => it === undefined)) continue;
    properties[name] = { allOf: parts.map((part) => into(part, rest)) };
  }
  const any = paths.get('*');
  const required = list(schema['required']).filter((name) => covers(paths, String(name)));
  const dependent = Object.entries(object(schema['dependentRequired'])).filter(([name, needs]) =>
    [name, ...list(needs)].every((it) => covers(paths, String(it))),
  );
  return {
    ...(Object.keys(properties).length > 0 ? { properties } : {}),
    ...(required.length > 0 ? { required } : {}),
    ...(dependent.length > 0 ? { dependentRequired: Object.fromEntries(dependent) } : {}),
    ...(any !== undefined && patterns.length > 0
      ? { patternProperties: Object.fromEntries(patterns.map(([pattern, part]) => [pattern, into(part, any)])) }
      : {}),
    ...(any !== undefined && isSchema(schema['additionalProperties'])
      ? { additionalProperties: into(schema['additionalProperties'], any) }
      : {}),
  };
}

const covers = (paths: Paths, name: string): boolean => paths.has(name) || paths.has('*');

/** `not` and `if` hold where they speak of fields that are read, and of nothing else. */
function conditions(schema: Schema, root: Schema, paths: Paths, here: (part: unknown) => Schema | boolean): Schema[] {
  const known = (part: unknown) => isSchema(part) && speaksOf({ schema: part, root }, paths);
  const found: Schema[] = [];
  if (isSchema(schema['not']) && known(schema['not'])) found.push({ not: schema['not'] });
  if (!isSchema(schema['if'])) return found;
  const [then, otherwise] = [here(schema['then']), here(schema['else'])];
  if (known(schema['if'])) found.push({ if: schema['if'], then, else: otherwise });
  else found.push({ anyOf: [then, otherwise] });
  return found;
}

function speaksOf(node: Node, paths: Paths): boolean {
  const words = new Vocabulary([node]);
  if (words.isFree || words.patterns.length > 0) return isObject(node.schema) && words.names.size === 0 && !words.says;
  return [...words.names].every((name) => paths.get(name)?.size === 0);
}

/** What a sender of some fields sends: those, and what its schema requires. */
export function sentOnly(document: Schema, fields: readonly string[] | undefined): Schema {
  const paths = fields === undefined ? undefined : pathsOf(fields);
  if (paths === undefined) return document;
  const { $defs, components } = document;
  const sent = restricted({ schema: document, root: document }, paths, new Set());
  return { ...object(sent), ...($defs ? { $defs } : {}), ...(components ? { components } : {}) };
}

function restricted(
  node: Node,
  paths: Paths,
  active: ReadonlySet<Schema>,
  needed: ReadonlySet<string> = new Vocabulary([node]).required,
): Schema | boolean {
  const { schema, root } = node;
  if (!isObject(schema)) return schema;
  if (active.has(schema)) return true;
  const inPlace = new Set([...active, schema]);
  const here = (part: unknown) => (isSchema(part) ? restricted({ schema: part, root }, paths, inPlace, needed) : part);
  const into = (part: unknown, rest: Paths) =>
    isSchema(part) && rest.size > 0 ? restricted({ schema: part, root }, rest, new Set()) : part;
  const { $ref, ...rest } = schema;
  const result: Record<string, unknown> = { ...rest };
  const properties = Object.entries(object(schema['properties'])).map(([name, part]): [string, unknown] => {
    const further = paths.get(name) ?? paths.get('*');
    if (further !== undefined) return [name, into(part, further)];
    return [name, needed.has(name) ? part : false];
  });
  if (properties.length > 0) result['properties'] = Object.fromEntries(properties);
  if (isSchema(schema['items'])) result['items'] = into(schema['items'], paths);
  // Not in `oneOf`: a member that takes less could make another the only one.
  for (const keyword of ['allOf', 'anyOf']) {
    if (Array.isArray(schema[keyword])) result[keyword] = list(schema[keyword]).map(here);
  }
  if ($ref !== undefined)
    result['allOf'] = [...list(result['allOf']), restricted(resolved(node), paths, inPlace, needed)];
  return result;
}
