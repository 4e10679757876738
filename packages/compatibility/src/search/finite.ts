import { isObject, isSchema, list, type Node, resolved } from '../schema/schema.ts';
import { type Json, valuesOf } from './formula.ts';

const FEW: Readonly<Record<string, readonly Json[]>> = { null: [null], boolean: [true, false] };

/** Values among which all that a schema takes are; undefined where they cannot be counted. */
export function finiteValues(node: Node, depth = 0): readonly Json[] | undefined {
  const { schema, root } = node;
  if (!isObject(schema)) return schema ? undefined : [];
  if (depth > 20) return undefined;
  const values = valuesOf(schema);
  if (values !== undefined) return values;
  const types = typeof schema['type'] === 'string' ? [schema['type']] : list(schema['type']);
  if (types.length > 0 && types.every((type) => String(type) in FEW)) return types.flatMap((it) => FEW[String(it)]!);
  const inside = (part: unknown) => (isSchema(part) ? finiteValues({ schema: part, root }, depth + 1) : undefined);
  if (typeof schema['$ref'] === 'string') {
    const target = finiteValues(resolved(node), depth + 1);
    if (target !== undefined) return target;
  }
  for (const part of list(schema['allOf'])) {
    const found = inside(part);
    if (found !== undefined) return found;
  }
  for (const keyword of ['anyOf', 'oneOf']) {
    if (!Array.isArray(schema[keyword])) continue;
    const found = list(schema[keyword]).map(inside);
    if (found.every((it) => it !== undefined)) return found.flat();
  }
  return undefined;
}
