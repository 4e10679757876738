import { below, isNode, listOf, type Node, nodeOf, type Part } from './document.ts';
import { call, type Expression, value, wrap } from './expression.ts';
import type { Notes } from './notes.ts';

/**
 * A `oneOf` or `anyOf`, with what stands beside it in each alternative. With a discriminator, objects are told apart by
 * its field, which gets its values from the mapping.
 */
export function unionSchema(
  { node, pointer }: Part,
  notes: Notes,
  convert: (part: Part) => Expression,
  merge: (part: Part) => Node,
): Expression {
  const { oneOf, anyOf, discriminator, nullable: _, ...beside } = node;
  const keyword = oneOf === undefined ? 'anyOf' : 'oneOf';
  if (oneOf !== undefined && anyOf !== undefined)
    notes.add(below(pointer, 'anyOf'), '"anyOf" beside "oneOf" is not checked');
  const all = listOf(oneOf ?? anyOf).map((it, index) => ({
    node: nodeOf(it),
    pointer: below(pointer, keyword, index),
  }));
  const parts = all.filter((it) => it.node['type'] !== 'null');
  const shared = Object.fromEntries(Object.entries(beside).filter(([name]) => SHARED.includes(name)));
  const within = ({ node: one, pointer: at }: Part, more: Node = {}): Part =>
    Object.keys({ ...shared, ...more }).length === 0
      ? { node: one, pointer: at }
      : { node: { allOf: [shared, one, more] }, pointer: at };
  const withNull = (schema: Expression): Expression => (parts.length < all.length ? wrap('nullable', schema) : schema);
  const field = nodeOf(discriminator)['propertyName'];
  if (typeof field === 'string') {
    const told = parts.map((part) => within(part, valueOfField(part, field, nodeOf(nodeOf(discriminator)['mapping']))));
    if (told.every((part) => isToldApart(merge(part), field))) {
      const list = told.map((part) => convert(part));
      if (list.length > 1) return withNull(call('discriminatedUnion', value(field), { list }));
    }
    notes.add(
      below(pointer, 'discriminator'),
      'the discriminator is not checked, because not every alternative has its field',
    );
  }
  if (keyword === 'oneOf' && !differ(parts.map((part) => merge(part)))) {
    notes.add(below(pointer, 'oneOf'), 'oneOf is checked as anyOf: one alternative or more has to fit');
  }
  const list = parts.map((part) => convert(within(part)));
  return withNull(list.length === 1 ? list[0]! : call('union', { list }));
}

const SHARED = ['type', 'properties', 'required', 'additionalProperties'];

/** What the mapping, or the name of the component, says of the discriminator's field. */
function valueOfField({ node }: Part, field: string, mapping: Node): Node {
  const ref = node['$ref'];
  if (typeof ref !== 'string') return {};
  const name = ref.split('/').at(-1);
  const mapped = Object.entries(mapping).filter(([, target]) => target === ref || target === name);
  const values = mapped.length > 0 ? mapped.map(([key]) => key) : [name];
  return { properties: { [field]: { type: 'string', enum: values } }, required: [field] };
}

function isToldApart(schema: Node, field: string): boolean {
  const told = nodeOf(schema['properties'])[field];
  const parts = isNode(told) ? [told, ...listOf(told['allOf']).map(nodeOf)] : [];
  return parts.some((it) => it['enum'] !== undefined || it['const'] !== undefined);
}

/** Whether no value fits two alternatives: they have different types. */
function differ(schemas: readonly Node[]): boolean {
  const types = schemas.map(({ type }) => type);
  return (
    types.every((type) => typeof type === 'string') &&
    new Set(types).size === types.length &&
    !(types.includes('integer') && types.includes('number'))
  );
}
