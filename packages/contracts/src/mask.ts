import type * as z from 'zod/mini';
import { markOf } from './marks.ts';

/**
 * What people may see of a value: of what has no parts, whether it is shown; of an object, by field, and nothing of the
 * others; of a map, the values under `*`; of a list, of each member. Plain JSON, so that it can be generated.
 */
export type Shown = boolean | { readonly [field: string]: Shown };

export const MASK = '***';

/**
 * A value for people's eyes: what is not to be shown is `***`, and so is what the contract does not know, for that may be
 * anything. Where nothing at all is known of it (undefined), the names of its fields are shown.
 */
export function mask(shown: Shown | undefined, value: unknown): unknown {
  if (value === undefined || value === null) return value;
  if (shown === false) return MASK;
  if (Array.isArray(value)) return value.map((part) => mask(shown ?? false, part));
  if (typeof value !== 'object') return shown === true ? value : MASK;
  if (shown === true) return MASK;
  const parts = Object.entries(value).map(([name, part]) => [name, mask(partOf(shown ?? {}, name), part)] as const);
  return Object.fromEntries(parts);
}

const partOf = (shown: Exclude<Shown, boolean>, name: string): Shown =>
  (Object.hasOwn(shown, name) ? shown[name] : shown['*']) ?? false;

const LEAVES = ['string', 'number', 'int', 'boolean', 'enum', 'literal'];

/** What may be seen of the values of a schema: all that it declares, but what is marked as personal or secret. */
export function shownOf(schema: z.core.$ZodType): Shown {
  if (markOf(schema, 'x-personal') === true || markOf(schema, 'x-secret') === true) return false;
  const { def } = (schema as z.core.$ZodTypes)._zod;
  if ('innerType' in def) return shownOf(def.innerType);
  if (def.type === 'array') return shownOf(def.element);
  if (def.type === 'record') return shownOf(def.keyType) && { '*': shownOf(def.valueType) };
  if (def.type === 'union') return def.options.map(shownOf).reduce(both);
  if (def.type !== 'object') return LEAVES.includes(def.type);
  return Object.fromEntries(Object.entries(def.shape).map(([name, part]) => [name, shownOf(part)]));
}

/** Of what may have either form: a field that one of them has, and what neither hides. */
function both(one: Shown, other: Shown): Shown {
  if (one === false || other === false) return false;
  if (one === true) return other;
  if (other === true) return one;
  const shared = Object.keys(one).filter((name) => Object.hasOwn(other, name));
  return { ...one, ...other, ...Object.fromEntries(shared.map((name) => [name, both(one[name]!, other[name]!)])) };
}
