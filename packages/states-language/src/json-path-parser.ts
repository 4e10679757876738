import { expect, skipBlanks, take, takeIf, type Cursor } from './cursor.ts';
import type { Json } from './json.ts';

export type Selector =
  | { readonly kind: 'key'; readonly name: string }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'keys'; readonly names: readonly string[] }
  | { readonly kind: 'indexes'; readonly indexes: readonly number[] }
  | { readonly kind: 'slice'; readonly from: number | undefined; readonly to: number | undefined }
  | { readonly kind: 'all' }
  /** `..`: the value and everything in it. */
  | { readonly kind: 'deep' }
  | { readonly kind: 'filter'; readonly filter: Filter };

/** `root` is `$` (the input), `$$` (the context object), `$name` (a variable), or `@` (the item that a filter looks at). */
export interface Path {
  readonly root: string;
  readonly selectors: readonly Selector[];
}

export type Operand = { readonly path: Path } | { readonly value: Json } | { readonly pattern: RegExp };

export type Filter =
  | { readonly kind: 'and' | 'or'; readonly filters: readonly Filter[] }
  | { readonly kind: 'not'; readonly filter: Filter }
  | { readonly kind: 'exists'; readonly path: Path }
  | { readonly kind: 'compare'; readonly operator: string; readonly left: Operand; readonly right: Operand };

const OPERATOR = /===|==|!==|!=|<=|>=|=~|<|>|(?:in|nin|contains|size|empty|subsetof|anyof|noneof)(?![\w-])/y;
const parsed = new Map<string, Path>();

/**
 * Parses a whole path in the dialect of AWS, which is Jayway's. Throws an Error that says what is wrong with it.
 * Source: https://github.com/json-path/JsonPath
 */
export function parsePath(source: string): Path {
  const known = parsed.get(source);
  if (known !== undefined) return known;
  const cursor = { source, at: 0 };
  const path = parsePathAt(cursor, /\$\$|\$[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}]*|\$/uy);
  if (cursor.at < source.length) throw new Error(`"${source.slice(cursor.at)}" in ${source} is no part of a path`);
  if (parsed.size < 10_000) parsed.set(source, path);
  return path;
}

/** Whether the path leads to one value or to none; any other answers a list. */
export function isDefinite({ selectors }: Path): boolean {
  return selectors.every(({ kind }) => kind === 'key' || kind === 'index' || kind === 'keys');
}

function parsePathAt(cursor: Cursor, roots: RegExp): Path {
  const root = take(cursor, roots);
  if (root === undefined) throw new Error(`${cursor.source} is not a path`);
  const selectors: Selector[] = [];
  for (;;) {
    if (cursor.source.startsWith('..', cursor.at)) {
      cursor.at += 2;
      selectors.push({ kind: 'deep' }, parseStep(cursor));
    } else if (cursor.source[cursor.at] === '.') {
      cursor.at += 1;
      selectors.push(parseStep(cursor));
    } else if (cursor.source[cursor.at] === '[') selectors.push(parseStep(cursor));
    else return { root, selectors };
  }
}

function parseStep(cursor: Cursor): Selector {
  if (cursor.source[cursor.at] === '[') return parseBrackets(cursor);
  if (takeIf(cursor, '*')) return { kind: 'all' };
  const name = take(cursor, /[^.[\]()*?,'"\s=!<>&|~`^@]+/y);
  if (name === undefined) throw new Error(`a name is missing in ${cursor.source}`);
  if (cursor.source[cursor.at] === '(') throw new Error(`${cursor.source} calls a function, which a path cannot do`);
  return { kind: 'key', name };
}

function parseBrackets(cursor: Cursor): Selector {
  expect(cursor, '[');
  const selector = parseBracketed(cursor);
  expect(cursor, ']');
  return selector;
}

function parseBracketed(cursor: Cursor): Selector {
  if (takeIf(cursor, '*')) return { kind: 'all' };
  if (takeIf(cursor, '?')) {
    expect(cursor, '(');
    const filter = parseOr(cursor);
    expect(cursor, ')');
    return { kind: 'filter', filter };
  }
  const slice = take(cursor, /-?\d*\s*:\s*(-?\d+)?(?=\s*\])/y);
  if (slice !== undefined) {
    const [from = '', to = ''] = slice.split(':').map((part) => part.trim());
    return { kind: 'slice', from: from === '' ? undefined : Number(from), to: to === '' ? undefined : Number(to) };
  }
  const names = parseList(cursor, parseText);
  if (names.length > 0) return names.length === 1 ? { kind: 'key', name: names[0]! } : { kind: 'keys', names };
  const indexes = parseList(cursor, (at) => take(at, /-?\d+/y)).map(Number);
  if (indexes.length === 1) return { kind: 'index', index: indexes[0]! };
  if (indexes.length > 1) return { kind: 'indexes', indexes };
  throw new Error(`the brackets in ${cursor.source} have neither names, numbers, * nor a filter`);
}

function parseList(cursor: Cursor, parseOne: (cursor: Cursor) => string | undefined): string[] {
  const list: string[] = [];
  do {
    skipBlanks(cursor);
    const one = parseOne(cursor);
    if (one === undefined && list.length > 0) throw new Error(`something is missing after a comma in ${cursor.source}`);
    if (one === undefined) return list;
    list.push(one);
  } while (takeIf(cursor, ','));
  return list;
}

/** A backslash stands for itself, but before a backslash or the quotation mark that ends the text. */
function parseText(cursor: Cursor): string | undefined {
  const quoted = take(cursor, /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/sy);
  if (quoted === undefined) return undefined;
  const mark = quoted.charAt(0);
  return quoted
    .slice(1, -1)
    .replace(/\\(.)/gs, (whole, next: string) => (next === mark || next === '\\' ? next : whole));
}

function parseOr(cursor: Cursor): Filter {
  const filters = [parseAnd(cursor)];
  while (takeIf(cursor, '||')) filters.push(parseAnd(cursor));
  return filters.length === 1 ? filters[0]! : { kind: 'or', filters };
}

function parseAnd(cursor: Cursor): Filter {
  const filters = [parseCondition(cursor)];
  while (takeIf(cursor, '&&')) filters.push(parseCondition(cursor));
  return filters.length === 1 ? filters[0]! : { kind: 'and', filters };
}

function parseCondition(cursor: Cursor): Filter {
  if (takeIf(cursor, '!')) return { kind: 'not', filter: parseCondition(cursor) };
  if (takeIf(cursor, '(')) {
    const filter = parseOr(cursor);
    expect(cursor, ')');
    return filter;
  }
  const left = parseOperand(cursor);
  skipBlanks(cursor);
  const operator = take(cursor, OPERATOR);
  if (operator !== undefined) return { kind: 'compare', operator, left, right: parseOperand(cursor) };
  if ('path' in left) return { kind: 'exists', path: left.path };
  throw new Error(`a filter in ${cursor.source} lacks an operator that is known`);
}

function parseOperand(cursor: Cursor): Operand {
  skipBlanks(cursor);
  const next = cursor.source[cursor.at];
  if (next === '@' || next === '$') return { path: parsePathAt(cursor, /[@$]/y) };
  if (next === '/') return { pattern: parsePattern(cursor) };
  if (next === '[') return { value: parseListLiteral(cursor) };
  return { value: parseLiteral(cursor) };
}

function parsePattern(cursor: Cursor): RegExp {
  const [, source, flags] = /^\/(.*)\/(i?)$/s.exec(take(cursor, /\/(?:[^/\\]|\\.)*\/i?/sy) ?? '') ?? [];
  if (source === undefined) throw new Error(`a pattern in ${cursor.source} does not end`);
  return new RegExp(`^(?:${source})$`, flags);
}

function parseListLiteral(cursor: Cursor): Json[] {
  expect(cursor, '[');
  const values: Json[] = [];
  while (!takeIf(cursor, ']')) {
    if (values.length > 0) expect(cursor, ',');
    skipBlanks(cursor);
    values.push(parseLiteral(cursor));
  }
  return values;
}

function parseLiteral(cursor: Cursor): Json {
  const text = parseText(cursor);
  if (text !== undefined) return text;
  const literal = take(cursor, /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y);
  if (literal === undefined)
    throw new Error(`a filter in ${cursor.source} has neither a path nor a value where it needs one`);
  return JSON.parse(literal) as Json;
}
