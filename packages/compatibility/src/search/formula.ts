import { canonical } from '../canonical.ts';
import { idOf, isSchema, type Node, numberOf, object, own, type Schema } from '../schema/schema.ts';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** The types of JSON; an integer is a number. */
export type Type = 'null' | 'boolean' | 'number' | 'string' | 'array' | 'object';
export const TYPES: readonly Type[] = ['null', 'boolean', 'number', 'string', 'array', 'object'];

/** What a schema says of values of one type. */
export type Formula =
  | boolean
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Formula[] }
  | { readonly kind: 'not'; readonly part: Formula }
  | { readonly kind: 'node'; readonly node: Node; readonly id: number }
  | Atom;

/** What is said of a value in one word. What says the same has the same `id`. */
export type Atom = { readonly id: number } & (
  | { readonly kind: 'in'; readonly values: readonly Json[] }
  | { readonly kind: 'atLeast'; readonly bound: number; readonly exclusive: boolean }
  | { readonly kind: 'multipleOf'; readonly of: number }
  | { readonly kind: 'minLength' | 'minItems' | 'minProperties'; readonly count: number }
  | { readonly kind: 'pattern'; readonly pattern: string }
  | { readonly kind: 'format'; readonly format: string }
  | { readonly kind: 'unique' }
  | { readonly kind: 'elements'; readonly from: number; readonly to: number; readonly node: Node }
  | { readonly kind: 'contains'; readonly node: Node; readonly count: number }
  | { readonly kind: 'has'; readonly name: string }
  | { readonly kind: 'property'; readonly name: string; readonly node: Node }
  | { readonly kind: 'matching'; readonly pattern: string; readonly node: Node }
  | {
      readonly kind: 'others';
      readonly names: readonly string[];
      readonly patterns: readonly string[];
      readonly node: Node;
    }
  | { readonly kind: 'names'; readonly node: Node }
  | { readonly kind: 'opaque'; readonly why: string }
);

type Bare = Atom extends infer A ? (A extends Atom ? Omit<A, 'id'> : never) : never;

export const and = (...parts: readonly Formula[]): Formula => ({ kind: 'and', parts });
export const or = (...parts: readonly Formula[]): Formula => ({ kind: 'or', parts });
export const not = (part: Formula): Formula => ({ kind: 'not', part });
export const nodeFormula = (node: Node): Formula => ({ kind: 'node', node, id: idOf(node) });

export function atom(bare: Bare): Atom {
  const plain = 'node' in bare ? { ...bare, node: idOf(bare.node) } : bare;
  return { ...bare, id: numberOf(`atom ${canonical(plain)}`) } as Atom;
}

export const typeOf = (value: Json): Type =>
  value === null ? 'null' : Array.isArray(value) ? 'array' : (typeof value as Type);

/** The values of `enum` and `const`; undefined without either. */
export function valuesOf(schema: Schema): readonly Json[] | undefined {
  const [values, single] = [own(schema, 'enum'), own(schema, 'const')] as [Json[] | undefined, Json | undefined];
  if (values === undefined) return single === undefined ? undefined : [single];
  return single === undefined ? values : values.filter((it) => canonical(it) === canonical(single));
}

/** The node of a keyword; any value without it. */
export const nodeOf = (schema: Schema, keyword: string, root: Schema): Node => {
  const value = schema[keyword];
  return { schema: isSchema(value) ? value : true, root };
};

export const mapOf = (schema: Schema, keyword: string, root: Schema): [name: string, node: Node][] =>
  Object.entries(object(schema[keyword]))
    .filter((entry): entry is [string, Schema | boolean] => isSchema(entry[1]))
    .map(([name, part]) => [name, { schema: part, root }]);
