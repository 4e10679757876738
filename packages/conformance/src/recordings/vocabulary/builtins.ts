import { Duration, moments } from '../reader/dates.ts';
import { sorted } from '../reader/members.ts';
import { Callable, Unreadable, equal, isDict, items, text, truthy } from '../reader/values.ts';

export const fn = (call: (...args: never[]) => unknown): Callable => new Callable((args) => call(...(args as never[])));

export const invoke = (callee: unknown, ...args: unknown[]): unknown => {
  if (callee instanceof Callable) return callee.call(args, {});
  throw new Unreadable('a call of what is no function');
};

/** What Python has without an import, and of its collections. */
export const BUILTINS: Readonly<Record<string, unknown>> = {
  len: fn((value: unknown) => (isDict(value) ? Object.keys(value).length : (value as string).length)),
  str: fn((value: unknown = '') => text(value)),
  // More digits than a number has: a sequence number.
  int: fn((value: unknown = 0) =>
    typeof value === 'string' && /^\d{16,}$/.test(value) ? BigInt(value) : Math.trunc(Number(value)),
  ),
  float: fn((value: unknown = 0) => Number(value)),
  bool: fn((value: unknown) => truthy(value)),
  list: fn((value: unknown = []) => [...items(value)]),
  tuple: fn((value: unknown = []) => [...items(value)]),
  set: fn((value: unknown = []) => unique(items(value))),
  map: fn(async (callee: unknown, list: unknown) => Promise.all(items(list).map((item) => invoke(callee, item)))),
  filter: fn(async (callee: unknown, list: unknown) => {
    const kept: unknown[] = [];
    for (const item of items(list)) if (truthy(await invoke(callee, item))) kept.push(item);
    return kept;
  }),
  bytearray: fn((value: Uint8Array) => Buffer.from(value)),
  OrderedDict: fn((value: unknown = {}) =>
    Object.fromEntries(isDict(value) ? Object.entries(value) : (value as [string, unknown][])),
  ),
  chain: fn((...lists: unknown[]) => lists.flatMap(items)),
  dict: new Callable(([value], named) => ({ ...(value as object | undefined), ...named }), {
    fromkeys: fn((keys: unknown, value: unknown = null) =>
      Object.fromEntries(items(keys).map((key) => [text(key), value])),
    ),
  }),
  abs: fn((value: number | Duration) =>
    value instanceof Duration ? new Duration(Math.abs(value.milliseconds)) : Math.abs(value),
  ),
  range: fn((from: number, to?: number) =>
    Array.from(
      { length: Math.max(0, to === undefined ? from : to - from) },
      (_, index) => (to === undefined ? 0 : from) + index,
    ),
  ),
  enumerate: fn((value: unknown, from = 0) => items(value).map((item, index) => [index + (from as number), item])),
  zip: fn((...lists: unknown[][]) => (lists[0] ?? []).map((_, index) => lists.map((list) => list[index]))),
  any: fn((value: unknown) => items(value).some(truthy)),
  all: fn((value: unknown) => items(value).every(truthy)),
  sum: fn((value: unknown) => (items(value) as number[]).reduce((one, other) => one + other, 0)),
  min: fn((...values: unknown[]) => Math.min(...(values.flat() as number[]))),
  max: fn((...values: unknown[]) => Math.max(...(values.flat() as number[]))),
  chr: fn((code: number) => String.fromCodePoint(code)),
  sorted: new Callable(([list], named) => sorted(items(list), named)),
  next: fn((list: unknown, ...otherwise: unknown[]) => items(list).concat(otherwise)[0] ?? null),
  reversed: fn((list: unknown) => items(list).toReversed()),
  isinstance: fn((value: unknown, type: unknown) => isInstance(value, type)),
  print: fn(() => null),
};

const unique = (values: readonly unknown[]): unknown[] =>
  values.filter((value, index) => values.findIndex((other) => equal(value, other)) === index);

function isInstance(value: unknown, type: unknown): boolean {
  if (type === BUILTINS['str']) return typeof value === 'string';
  if (type === BUILTINS['int']) return Number.isInteger(value);
  if (type === BUILTINS['list']) return Array.isArray(value);
  if (type === BUILTINS['dict']) return isDict(value);
  if (type === moments) return value instanceof Date;
  throw new Unreadable('isinstance');
}
