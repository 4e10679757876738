import { EXTERNAL, isSchema, list, type Node, resolved, type Schema } from '../schema/schema.ts';
import { arrayKeywords } from './array-keywords.ts';
import { and, atom, type Formula, nodeFormula, not, or, type Type, typeOf, valuesOf } from './formula.ts';
import { objectKeywords } from './object-keywords.ts';
import { numberKeywords, textKeywords } from './scalar-keywords.ts';

const cache = new WeakMap<Schema, Map<Type, Formula>>();

/** What a schema says of values of a type. */
export function formulaOf({ schema, root }: Node, type: Type): Formula {
  if (typeof schema === 'boolean') return schema;
  const byType = cache.get(schema) ?? new Map<Type, Formula>();
  cache.set(schema, byType);
  const formula = byType.get(type) ?? made(schema, root, type);
  byType.set(type, formula);
  return formula;
}

function made(schema: Schema, root: Schema, type: Type): Formula {
  const types = list(Array.isArray(schema['type']) ? schema['type'] : [schema['type']]);
  const integers = type === 'number' && !types.includes('number') && types.includes('integer');
  if (schema['type'] !== undefined && !types.includes(type) && !integers) return false;
  const values = valuesOf(schema)?.filter((value) => typeOf(value) === type);
  if (values?.length === 0) return false;
  return and(
    ...(integers ? [atom({ kind: 'multipleOf', of: 1 })] : []),
    ...(values === undefined ? [] : [atom({ kind: 'in', values })]),
    ...keywordsOf(schema, root, type),
    ...combinators(schema, root),
  );
}

function keywordsOf(schema: Schema, root: Schema, type: Type): Formula[] {
  if (type === 'number') return numberKeywords(schema);
  if (type === 'string') return textKeywords(schema);
  if (type === 'array') return arrayKeywords(schema, root);
  return type === 'object' ? objectKeywords(schema, root) : [];
}

function combinators(schema: Schema, root: Schema): Formula[] {
  const inside = (value: unknown): Formula => (isSchema(value) ? nodeFormula({ schema: value, root }) : true);
  const members = (keyword: string) => list(schema[keyword]).map(inside);
  const formulas: Formula[] = [...members('allOf')];
  if (typeof schema['$ref'] === 'string') formulas.push(nodeFormula(resolved({ schema, root })));
  if (typeof schema[EXTERNAL] === 'string') {
    formulas.push(atom({ kind: 'opaque', why: `the document ${schema[EXTERNAL]}` }));
  }
  if (typeof schema['$dynamicRef'] === 'string') formulas.push(atom({ kind: 'opaque', why: '$dynamicRef' }));
  if (Array.isArray(schema['anyOf'])) formulas.push(or(...members('anyOf')));
  if (Array.isArray(schema['oneOf'])) formulas.push(exactlyOne(members('oneOf')));
  if (isSchema(schema['not'])) formulas.push(not(inside(schema['not'])));
  if (isSchema(schema['if'])) {
    const condition = inside(schema['if']);
    formulas.push(or(not(condition), inside(schema['then'])), or(condition, inside(schema['else'])));
  }
  return formulas;
}

function exactlyOne(members: readonly Formula[]): Formula {
  const only = (index: number) => and(...members.map((it, other) => (other === index ? it : not(it))));
  return or(...members.map((_, index) => only(index)));
}
