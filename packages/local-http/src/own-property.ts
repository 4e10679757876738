/**
 * The value of a key that a client chose. What every object inherits, `constructor` or `toString`, is none of its keys.
 */
export function own<Value>(values: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(values, key) ? values[key] : undefined;
}
