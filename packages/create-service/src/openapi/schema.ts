import { below, followed, isNode, listOf, type Node, nodeOf, type Part } from './document.ts';
import { call, type Expression, value, wrap } from './expression.ts';
import { marked } from './marked.ts';
import { merged } from './merged.ts';
import { type Notes, Unsupported } from './notes.ts';
import { numberSchema, textSchema } from './text-and-number.ts';
import { unionSchema } from './union.ts';

/** What is sent has no fields that are `readOnly`, and what is answered none that are `writeOnly`. */
export type Direction = 'input' | 'output';

export interface Context {
  readonly document: Node;
  readonly notes: Notes;
  readonly direction: Direction;
  /** The components that were met, by reference and direction; those that others need come first. */
  readonly components: Map<string, Expression>;
  /** The components that this one is in. */
  readonly open: readonly string[];
}

/** Keywords that are translated, that say nothing of values, or that are read with another. */
const READ = new Set(
  `$ref allOf anyOf oneOf discriminator enum const type nullable format pattern minLength maxLength minimum maximum
  exclusiveMinimum exclusiveMaximum multipleOf items prefixItems minItems maxItems properties required
  additionalProperties default title description example examples deprecated externalDocs xml readOnly writeOnly $comment
  $id $schema $anchor $defs contentMediaType contentEncoding`.split(/\s+/),
);

export const keyOf = (ref: string, direction: Direction): string => `${direction} ${ref}`;

/**
 * A JSON Schema of the document as a schema of zod/mini. What cannot be checked is noted.
 * @throws Unsupported for what has no meaning in JSON, or that no single schema can say
 */
export function convert(part: Part, context: Context): Expression {
  const { node, pointer } = part;
  const ref = node['$ref'];
  if (typeof ref === 'string') {
    const { $ref: _, ...beside } = node;
    if (!Object.keys(beside).some((keyword) => constrains(keyword))) return component(ref, part, context);
    return convert({ node: { allOf: [{ $ref: ref }, beside] }, pointer }, context);
  }
  const whole = merged(context.document, part);
  for (const keyword of Object.keys(whole)) {
    const isOff = whole[keyword] === false || (keyword === 'unevaluatedProperties' && whole[keyword] === true);
    if (!READ.has(keyword) && !keyword.startsWith('x-') && !isOff) {
      context.notes.add(below(pointer, keyword), `"${keyword}" is not checked`);
    }
  }
  const schema = bare({ node: whole, pointer }, context);
  const example = whole['example'] ?? listOf(whole['examples'])[0];
  const isNullable = whole['nullable'] === true || listOf(whole['type']).includes('null');
  const nullable = isNullable ? wrap('nullable', schema) : schema;
  return example === undefined || !('call' in nullable) ? nullable : { ...nullable, example };
}

const constrains = (keyword: string): boolean =>
  ![
    'title',
    'description',
    'example',
    'examples',
    'deprecated',
    'externalDocs',
    'xml',
    'readOnly',
    'writeOnly',
  ].includes(keyword) && !keyword.startsWith('x-');

function component(ref: string, part: Part, context: Context): Expression {
  const key = keyOf(ref, context.direction);
  if (context.open.includes(key)) {
    context.notes.add(part.pointer, 'it refers to a schema that it is part of: anything is taken here');
    return call('unknown');
  }
  if (!context.components.has(key)) {
    const target = followed(context.document, part);
    const expression = convert(target, { ...context, open: [...context.open, key] });
    context.components.set(key, expression);
  }
  return { ref: key };
}

function bare(part: Part, context: Context): Expression {
  const { node, pointer } = part;
  if (node['oneOf'] !== undefined || node['anyOf'] !== undefined) {
    return unionSchema(
      part,
      context.notes,
      (one) => convert(one, context),
      (one) => merged(context.document, one),
    );
  }
  if (node['const'] !== undefined) return literals([node['const']], part);
  if (Array.isArray(node['enum'])) return literals(node['enum'] as unknown[], part);
  const types = typesOf(node);
  if (types.length > 1) {
    return call('union', { list: types.map((type) => bare({ node: { ...node, type }, pointer }, context)) });
  }
  switch (types[0]) {
    case 'string':
      return textSchema(part, context.notes);
    case 'integer':
      return numberSchema(part, context.notes, node['format'] === 'int32' ? 'int32' : 'int');
    case 'number':
      return numberSchema(part, context.notes, 'number');
    case 'boolean':
      return call('boolean');
    case 'array':
      return arraySchema(part, context);
    case 'object':
      return objectSchema(part, context);
    case 'null':
      return call('null');
    default:
      return call('unknown');
  }
}

/** Without a type, by the keywords of one. */
function typesOf(node: Node): string[] {
  const given = [node['type']].flat().filter((it): it is string => typeof it === 'string');
  const types = given.filter((it) => it !== 'null');
  if (given.length > 0) return types.length === 0 ? ['null'] : types;
  if (node['properties'] !== undefined || node['additionalProperties'] !== undefined) return ['object'];
  if (node['items'] !== undefined) return ['array'];
  return node['pattern'] !== undefined || node['minLength'] !== undefined ? ['string'] : [];
}

/** @throws Unsupported for a list or an object among the values */
function literals(values: readonly unknown[], { node, pointer }: Part): Expression {
  const isNull = values.includes(null);
  const others = values.filter((it) => it !== null);
  if (others.some((it) => typeof it === 'object'))
    throw new Unsupported(pointer, 'a value that is an object cannot be prescribed');
  if (others.length === 0) return call('null');
  const texts = others.every((it) => typeof it === 'string');
  const schema =
    texts && others.length > 1
      ? call('enum', value(others))
      : call('literal', value(others.length === 1 ? others[0] : others));
  const isSaid = node['nullable'] === true || listOf(node['type']).includes('null');
  return isNull && !isSaid ? wrap('nullable', schema) : schema;
}

function arraySchema({ node, pointer }: Part, context: Context): Expression {
  const { items, prefixItems } = node;
  const at = (given: unknown, ...keys: (string | number)[]): Expression =>
    isNode(given) ? convert({ node: given, pointer: below(pointer, ...keys) }, context) : call('unknown');
  if (Array.isArray(prefixItems)) {
    const list = prefixItems.map((it, index) => at(it, 'prefixItems', index));
    return call('tuple', { list }, ...(items === false ? [] : [{ schema: at(items, 'items') }]));
  }
  const checks = [
    ...(typeof node['minItems'] === 'number' ? [call('minLength', value(node['minItems']))] : []),
    ...(typeof node['maxItems'] === 'number' ? [call('maxLength', value(node['maxItems']))] : []),
  ];
  return { ...wrap('array', at(items, 'items')), checks };
}

function objectSchema({ node, pointer }: Part, context: Context): Expression {
  const properties = Object.entries(nodeOf(node['properties']));
  const required = listOf(node['required']);
  const { additionalProperties: others } = node;
  const hidden = context.direction === 'input' ? 'readOnly' : 'writeOnly';
  const isHidden = (schema: unknown): boolean =>
    merged(context.document, { node: nodeOf(schema), pointer })[hidden] === true;
  const fields = properties
    .filter(([, schema]) => !isHidden(schema))
    .map(([name, schema]) => {
      const part = { node: nodeOf(schema), pointer: below(pointer, 'properties', name) };
      const field = marked(name, convert(part, context), (ref) => context.components.get(ref));
      return [name, required.includes(name) ? field : wrap('optional', field)] as const;
    });
  const known = properties.map(([name]) => name);
  const unnamed = required.filter((name): name is string => typeof name === 'string' && !known.includes(name));
  const all = { fields: [...fields, ...unnamed.map((name) => [name, call('unknown')] as const)] };
  if (others === false) return call('strictObject', all);
  if (!isNode(others) || Object.keys(others).length === 0) {
    if (all.fields.length > 0) return call(others === undefined ? 'object' : 'looseObject', all);
    return call('record', { schema: call('string') }, { schema: call('unknown') });
  }
  const rest = convert({ node: others, pointer: below(pointer, 'additionalProperties') }, context);
  if (all.fields.length === 0) return call('record', { schema: call('string') }, { schema: rest });
  return call('catchall', { schema: call('object', all) }, { schema: rest });
}
