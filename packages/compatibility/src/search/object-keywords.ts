import { isSchema, list, object, type Schema } from '../schema/schema.ts';
import { and, atom, type Formula, mapOf, nodeFormula, nodeOf, not, or } from './formula.ts';
import { counts } from './scalar-keywords.ts';
import { judgedBy } from './unevaluated.ts';

export function objectKeywords(schema: Schema, root: Schema): Formula[] {
  const has = (name: unknown) => atom({ kind: 'has', name: String(name) });
  const properties = mapOf(schema, 'properties', root);
  const patterns = mapOf(schema, 'patternProperties', root);
  const names = properties.map(([name]) => name).sort();
  return [
    ...counts(schema, ['minProperties', 'maxProperties'], 'minProperties'),
    ...list(schema['required']).map(has),
    ...properties.map(([name, node]) => atom({ kind: 'property', name, node })),
    ...patterns.map(([pattern, node]) => atom({ kind: 'matching', pattern, node })),
    ...(isSchema(schema['additionalProperties'])
      ? [
          others(
            names,
            patterns.map(([it]) => it),
            nodeOf(schema, 'additionalProperties', root),
          ),
        ]
      : []),
    ...(isSchema(schema['propertyNames'])
      ? [atom({ kind: 'names', node: nodeOf(schema, 'propertyNames', root) })]
      : []),
    ...Object.entries(object(schema['dependentRequired'])).map(([name, needs]) =>
      or(not(has(name)), and(...list(needs).map(has))),
    ),
    ...mapOf(schema, 'dependentSchemas', root).map(([name, node]) => or(not(has(name)), nodeFormula(node))),
    ...unevaluated(schema, root),
  ];
}

const others = (names: readonly string[], patterns: readonly string[], node: ReturnType<typeof nodeOf>): Formula =>
  atom({ kind: 'others', names, patterns: [...patterns].sort(), node });

function unevaluated(schema: Schema, root: Schema): Formula[] {
  if (!isSchema(schema['unevaluatedProperties']) || schema['unevaluatedProperties'] === true) return [];
  const judged = judgedBy(schema, root);
  if (judged.all) return [];
  if (judged.depends) return [atom({ kind: 'opaque', why: 'unevaluatedProperties beside alternatives' })];
  const names = [...new Set(judged.names)].sort();
  return [others(names, [...new Set(judged.patterns)], nodeOf(schema, 'unevaluatedProperties', root))];
}
