/**
 * What people may see of a value. For a value without parts: whether it is shown. For an object: by field, and none of
 * its other fields. For a map: its values, under `*`. For a list: each member. Plain JSON, so that it can be generated.
 */
export type Shown = boolean | { readonly [field: string]: Shown };

export const MASK = '***';

/**
 * A value as people may see it: what is not to be shown is `***`, and so is what the contract does not have, because it
 * may be anything. When nothing is known of the value (undefined), the names of its fields are shown.
 *
 * @example
 * ```ts
 * import { mask } from '@dure/contracts/binding/mask';
 *
 * // { orderId: 'o-1', email: '***', more: '***' }
 * export const shown = mask({ orderId: true, email: false }, { orderId: 'o-1', email: 'a@example.com', more: 1 });
 * ```
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
