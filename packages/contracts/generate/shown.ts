import type * as z from 'zod/mini';
import { markOf } from '../src/contracts/marks.ts';
import type { Shown } from '../src/binding/mask.ts';

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
