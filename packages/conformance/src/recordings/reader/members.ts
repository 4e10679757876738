import { DATE_METHODS, DURATION_METHODS, Duration } from './dates.ts';
import { Callable, Failure, Float, Namespace, type Named, Unreadable, equal, isDict, items, text } from './values.ts';

/** What `value.name` is: a method of a text, list or dict, or a member of a module or client. */
export function memberOf(value: unknown, name: string, line: number): unknown {
  if (value instanceof Namespace || value instanceof Callable) return present(value.member(name), name, line);
  if (value instanceof Failure) return present(FAILURE[name]?.(value), name, line);
  const methods = methodsOf(value);
  const method = methods?.[name];
  if (method === undefined) throw new Unreadable(`.${name} in line ${line}`);
  return new Callable((args, named) => method(value as never, args, named));
}

function present(found: unknown, name: string, line: number): unknown {
  if (found === undefined) throw new Unreadable(`.${name} in line ${line}`);
  return found;
}

const FAILURE: Readonly<Record<string, (failure: Failure) => unknown>> = {
  response: ({ response }) => response,
  value: (failure) => failure,
  match: (failure) =>
    new Callable(([pattern]) => {
      if (new RegExp(text(pattern)).test(failure.message)) return true;
      throw new Unreadable('a match of an error that has other words');
    }),
};

type Method<T> = (value: T, args: readonly unknown[], named: Named) => unknown;

function methodsOf(value: unknown): Readonly<Record<string, Method<never>>> | undefined {
  if (typeof value === 'string') return TEXT;
  if (value instanceof Uint8Array) return BYTES;
  if (value instanceof Date) return DATE_METHODS;
  if (value instanceof Duration) return DURATION_METHODS;
  if (Array.isArray(value)) return LIST;
  if (typeof value === 'number' || value instanceof Float) return NUMBER;
  return isDict(value) ? DICT : undefined;
}

const NUMBER: Readonly<Record<string, Method<number>>> = { is_integer: (value) => Number.isInteger(value.valueOf()) };

const pattern = (characters: unknown): string =>
  characters === undefined || characters === null ? '\\s' : `[${text(characters).replace(/[\]\\^-]/g, '\\$&')}]`;

const TEXT: Readonly<Record<string, Method<string>>> = {
  lower: (value) => value.toLowerCase(),
  upper: (value) => value.toUpperCase(),
  strip: (value, [set]) => value.replace(new RegExp(`^${pattern(set)}+|${pattern(set)}+$`, 'g'), ''),
  rstrip: (value, [set]) => value.replace(new RegExp(`${pattern(set)}+$`), ''),
  lstrip: (value, [set]) => value.replace(new RegExp(`^${pattern(set)}+`), ''),
  startswith: (value, [start]) => items([start].flat()).some((one) => value.startsWith(text(one))),
  endswith: (value, [end]) => items([end].flat()).some((one) => value.endsWith(text(one))),
  split: (value, [separator, limit]) => splitText(value, separator, limit),
  rsplit: (value, [separator, limit], named) => splitRight(value, separator, limit ?? named['maxsplit']),
  splitlines: (value) => value.split('\n'),
  // A function, because `$$` in a replacement would be one `$`.
  replace: (value, [from, to]) => value.replaceAll(text(from), () => text(to)),
  join: (value, [list]) => items(list).map(text).join(value),
  count: (value, [part]) => value.split(text(part)).length - 1,
  find: (value, [part]) => value.indexOf(text(part)),
  isdigit: (value) => /^\d+$/.test(value),
  encode: (value) => Buffer.from(value),
  title: (value) => value.replace(/\b\w/g, (letter) => letter.toUpperCase()),
};

function splitText(value: string, separator: unknown, limit: unknown): string[] {
  if (separator === undefined) return value.trim().split(/\s+/);
  const parts = value.split(text(separator));
  if (typeof limit !== 'number' || parts.length <= limit) return parts;
  return [...parts.slice(0, limit), parts.slice(limit).join(text(separator))];
}

function splitRight(value: string, separator: unknown, limit: unknown): string[] {
  const parts = value.split(text(separator));
  if (typeof limit !== 'number' || parts.length <= limit + 1) return parts;
  return [parts.slice(0, -limit).join(text(separator)), ...parts.slice(-limit)];
}

const BYTES: Readonly<Record<string, Method<Uint8Array>>> = {
  decode: (value) => Buffer.from(value).toString(),
  hex: (value) => Buffer.from(value).toString('hex'),
};

const LIST: Readonly<Record<string, Method<unknown[]>>> = {
  append: (list, [item]) => void list.push(item),
  add: (list, [item]) => void (list.some((one) => equal(one, item)) || list.push(item)),
  extend: (list, [more]) => void list.push(...items(more)),
  insert: (list, [at, item]) => void list.splice(Number(at), 0, item),
  pop: (list, [at]) => list.splice(typeof at === 'number' ? at : -1, 1)[0],
  remove: (list, [item]) =>
    void list.splice(
      list.findIndex((one) => equal(one, item)),
      1,
    ),
  issubset: (list, [whole]) => list.every((item) => items(whole).some((other) => equal(item, other))),
  difference: (list, [without]) => list.filter((item) => !items(without).some((other) => equal(item, other))),
  clear: (list) => void list.splice(0),
  copy: (list) => [...list],
  index: (list, [item]) => list.findIndex((one) => equal(one, item)),
  count: (list, [item]) => list.filter((one) => equal(one, item)).length,
  reverse: (list) => void list.reverse(),
  sort: async (list, _, named) => void list.splice(0, list.length, ...(await sorted(list, named))),
};

/** @param named `key` and `reverse`, as of Python's sorted() */
export async function sorted(list: readonly unknown[], named: Named): Promise<unknown[]> {
  const { key, reverse } = named;
  const keyed: { item: unknown; by: unknown }[] = [];
  for (const item of list) keyed.push({ item, by: key instanceof Callable ? await key.call([item], {}) : item });
  keyed.sort((one, other) => order(one.by, other.by) * (reverse === true ? -1 : 1));
  return keyed.map(({ item }) => item);
}

function order(one: unknown, other: unknown): number {
  if (Array.isArray(one) && Array.isArray(other)) {
    const at = one.findIndex((item, index) => order(item, other[index]) !== 0);
    return at < 0 ? 0 : order(one[at], other[at]);
  }
  return (one as number) < (other as number) ? -1 : (one as number) > (other as number) ? 1 : 0;
}

const DICT: Readonly<Record<string, Method<Record<string, unknown>>>> = {
  get: (dict, [key, fallback]) => (Object.hasOwn(dict, text(key)) ? dict[text(key)] : undefined) ?? fallback ?? null,
  keys: (dict) => Object.keys(dict),
  values: (dict) => Object.values(dict),
  items: (dict) => Object.entries(dict),
  copy: (dict) => ({ ...dict }),
  update: (dict, [more], named) => void Object.assign(dict, more, named),
  setdefault: (dict, [key, value]) => (dict[text(key)] ??= value),
  clear: (dict) => Object.keys(dict).forEach((key) => delete dict[key]),
  pop: (dict, [key, fallback]) => {
    const found = dict[text(key)];
    delete dict[text(key)];
    return found ?? fallback ?? null;
  },
};
