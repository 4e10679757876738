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
