import { isSchema, list, type Schema } from '../schema/schema.ts';
import { atom, type Formula, nodeOf, not } from './formula.ts';
import { counts } from './scalar-keywords.ts';
import { alternativesIn } from './unevaluated.ts';

export function arrayKeywords(schema: Schema, root: Schema): Formula[] {
  const prefix = list(schema['prefixItems']).filter(isSchema);
  const elements = prefix.map((it, from) => atom({ kind: 'elements', from, to: from + 1, node: { schema: it, root } }));
  const rest = isSchema(schema['items']) ? schema['items'] : undefined;
  return [
    ...counts(schema, ['minItems', 'maxItems'], 'minItems'),
    ...elements,
    ...(rest === undefined
      ? []
      : [atom({ kind: 'elements', from: prefix.length, to: Infinity, node: { schema: rest, root } })]),
    ...(schema['uniqueItems'] === true ? [atom({ kind: 'unique' })] : []),
    ...contains(schema, root),
    ...unevaluated(schema, root, prefix.length),
  ];
}

function contains(schema: Schema, root: Schema): Formula[] {
  if (!isSchema(schema['contains'])) return [];
  const node = nodeOf(schema, 'contains', root);
  const [min, max] = [schema['minContains'] ?? 1, schema['maxContains']];
  return [
    ...(Number(min) > 0 ? [atom({ kind: 'contains', node, count: Number(min) })] : []),
    ...(max === undefined ? [] : [not(atom({ kind: 'contains', node, count: Number(max) + 1 }))]),
  ];
}

/** Elements that nothing beside has judged. Without alternatives these are the ones after the prefix. */
function unevaluated(schema: Schema, root: Schema, from: number): Formula[] {
  if (!isSchema(schema['unevaluatedItems']) || schema['unevaluatedItems'] === true || isSchema(schema['items'])) {
    return [];
  }
  if (alternativesIn(schema) || schema['contains'] !== undefined || schema['allOf'] !== undefined || schema['$ref']) {
    return [atom({ kind: 'opaque', why: 'unevaluatedItems beside alternatives' })];
  }
  return [atom({ kind: 'elements', from, to: Infinity, node: nodeOf(schema, 'unevaluatedItems', root) })];
}
