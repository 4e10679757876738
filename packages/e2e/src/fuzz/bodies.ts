import fc from 'fast-check';
import { strangeText, strangeValue } from './values.ts';

export type Json = unknown;
type Path = readonly (string | number)[];

const PROTOTYPE_KEYS = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf'];

/** JSON texts of a body with one part changed, removed or added. */
export function breakBody(body: Json): fc.Arbitrary<string> {
  const paths = pathsOf(body);
  const path = fc.constantFrom(...paths);
  const objects = paths.filter((it) => isObject(at(body, it)));
  const object = objects.length === 0 ? fc.constant<Path>([]) : fc.constantFrom(...objects);
  const name = fc.oneof(fc.constantFrom('unknown', '', ...PROTOTYPE_KEYS), strangeText);
  return fc.oneof(
    fc.tuple(path, strangeValue).map(([where, value]) => withText(body, where, JSON.stringify(value) ?? 'null')),
    path.map((where) => JSON.stringify(without(body, where)) ?? ''),
    fc.tuple(object, name, strangeValue).map(([where, key, value]) => withMember(body, where, key, value)),
    fc.tuple(path, rawNumber).map(([where, text]) => withText(body, where, text)),
    fc.tuple(path, deep).map(([where, text]) => withText(body, where, text)),
  );
}

/** Numbers that are valid JSON but may trip up a program. */
const rawNumber = fc.constantFrom(
  '1e999',
  '-1e999',
  '9'.repeat(500),
  `0.${'0'.repeat(400)}1`,
  '-0',
  '1E+2',
  '12345678901234567890',
);

/** Arrays or objects nested too deeply for a recursive parser. */
const deep = fc
  .tuple(fc.integer({ min: 100, max: 10_000 }), fc.boolean())
  .map(([levels, arrays]) =>
    arrays ? '['.repeat(levels) + ']'.repeat(levels) : `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`,
  );

/** Texts that are often invalid JSON, or another JSON. */
export function breakText(body: Json): fc.Arbitrary<string> {
  const text = JSON.stringify(body);
  return fc.oneof(
    fc.integer({ min: 0, max: text.length - 1 }).map((end) => text.slice(0, end)),
    fc
      .tuple(fc.integer({ min: 0, max: text.length }), strangeText)
      .map(([where, odd]) => text.slice(0, where) + odd + text.slice(where)),
    fc.constantFrom(
      '',
      ' ',
      'null',
      '[]',
      '""',
      '0',
      'true',
      `${text},`,
      `[${text}]`,
      `\ufeff${text}`,
      '{"a":1,}',
      "{'a':1}",
    ),
    strangeText,
  );
}

function pathsOf(value: Json, path: Path = []): Path[] {
  const parts = Array.isArray(value) ? [...value.entries()] : isObject(value) ? Object.entries(value) : [];
  return [path, ...parts.flatMap(([key, part]) => pathsOf(part, [...path, key]))];
}

const isObject = (value: Json): value is Record<string, Json> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const at = (value: Json, path: Path): Json =>
  path.reduce<Json>((part, key) => (part as Record<string | number, Json>)[key], value);

/** The body with this text in place of a part, even if it is not a JSON value. */
function withText(body: Json, path: Path, text: string): string {
  const placeholder = '\u2603placeholder\u2603';
  return JSON.stringify(changed(body, path, placeholder)).replace(JSON.stringify(placeholder), () => text);
}

/** The body with one more member, whose name may be `__proto__`. */
function withMember(body: Json, path: Path, name: string, value: Json): string {
  const object = JSON.stringify(at(body, path) ?? {});
  const member = `${JSON.stringify(name)}:${JSON.stringify(value) ?? 'null'}`;
  return withText(body, path, object === '{}' ? `{${member}}` : `{${member},${object.slice(1)}`);
}

function changed(value: Json, path: Path, replacement: Json): Json {
  const [key, ...rest] = path;
  if (key === undefined) return replacement;
  if (Array.isArray(value))
    return value.map((part, index) => (index === key ? changed(part, rest, replacement) : part));
  const object = value as Record<string, Json>;
  return { ...object, [key]: changed(object[key], rest, replacement) };
}

function without(value: Json, path: Path): Json {
  const key = path.at(-1);
  if (key === undefined) return undefined;
  const parent = at(value, path.slice(0, -1));
  const rest = Array.isArray(parent)
    ? parent.filter((_, index) => index !== key)
    : Object.fromEntries(Object.entries(parent as object).filter(([name]) => name !== key));
  return changed(value, path.slice(0, -1), rest);
}
