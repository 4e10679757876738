/** A copy of a JSON value that prints itself as Java does where a template writes it out: `{a=1, b=[1, 2]}`. */
export function printable(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const copy = Array.isArray(value)
    ? value.map(printable)
    : Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, printable(inner)]));
  Object.defineProperty(copy, 'toString', { value: () => textOf(copy), enumerable: false });
  return copy;
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(textOf).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  return `{${Object.entries(value)
    .map(([key, inner]) => `${key}=${textOf(inner)}`)
    .join(', ')}}`;
}
