import { Float, Unreadable, isDict, text } from './values.ts';

/** Text as Python's json.dumps writes it: a blank after `,` and `:`, and ASCII only. Bodies and lengths depend on it. */
export function jsonText(value: unknown, separators: readonly [string, string] = [', ', ': ']): string {
  if (typeof value === 'string') return ascii(JSON.stringify(value));
  if (value === undefined || value === null) return 'null';
  if (value instanceof Float) return text(value);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return `[${value.map((item) => jsonText(item, separators)).join(separators[0])}]`;
  if (!isDict(value)) throw new Unreadable('json.dumps of an object');
  const members = Object.entries(value).map(
    ([key, item]) => `${jsonText(key)}${separators[1]}${jsonText(item, separators)}`,
  );
  return `{${members.join(separators[0])}}`;
}

const ascii = (json: string): string =>
  json.replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
