import type { Json } from './json.ts';

/** The text that a value was read from. Values are never changed, so that it stays true. */
const texts = new WeakMap<object, string>();

/** Reads JSON, and remembers its text. @throws {SyntaxError} */
export function parseJson(text: string): Json {
  return remember(JSON.parse(text) as Json, text);
}

/** A list of values, whose text is made of theirs. */
export function listOfJson(values: readonly Json[]): Json {
  return remember([...values], `[${values.map(jsonText).join(',')}]`);
}

/**
 * The value as JSON text: as it was read where nothing has changed it, blanks included, as in histories of AWS; otherwise
 * without blanks.
 */
export function jsonText(value: Json): string {
  return (typeof value === 'object' && value !== null ? texts.get(value) : undefined) ?? JSON.stringify(value);
}

function remember(value: Json, text: string): Json {
  if (typeof value === 'object' && value !== null) texts.set(value, text);
  return value;
}
