/**
 * Refuses by name a property that is not supported here.
 * @throws TypeError
 */
export function onlyKnown(type: string, properties: Readonly<Record<string, unknown>>, known: readonly string[]): void {
  const unknown = Object.keys(properties).find((name) => !known.includes(name));
  if (unknown !== undefined) throw new TypeError(`${type}: the property ${unknown} is not supported here.`);
}

/** A required property as text. @throws TypeError */
export function textOf(properties: Readonly<Record<string, unknown>>, name: string): string {
  const value = properties[name];
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  throw new TypeError(`#: required key [${name}] not found`);
}
