/** The values of a case, as JavaScript has them: a dict is an object, a list or tuple is an array, None is null. */

export type Named = Readonly<Record<string, unknown>>;

/** What a case can call. */
export class Callable {
  readonly call: (args: readonly unknown[], named: Named) => unknown;
  constructor(call: (args: readonly unknown[], named: Named) => unknown) {
    this.call = call;
  }
}

/** What has members and is no data: a module, a client, a class. */
export class Namespace {
  readonly member: (name: string) => unknown;
  constructor(members: Readonly<Record<string, unknown>> | ((name: string) => unknown)) {
    this.member = typeof members === 'function' ? members : (name) => members[name];
  }
}

/** A type of AWS's API: its values are their own names, and what is made of it is a dict. */
export class ApiType extends Callable {
  constructor() {
    super((_, named) => ({ ...named }));
  }
  member(name: string): string {
    return name.replace(/^(python|nodejs)(\d+)_(\w+)$/, '$1$2.$3');
  }
}

/** An error that AWS, or the case itself, raises. `response` is shaped as boto3 shapes it. */
export class Failure extends Error {
  readonly code: string;
  readonly response: unknown;
  constructor(code: string, message: string, response?: unknown) {
    super(message);
    this.code = code;
    this.response = response;
  }
}

/** The case uses something that the reader does not know. It counts neither as right nor as wrong. */
export class Unreadable extends Error {}

/** The emulator refuses by name what the case needs. */
export class Refused extends Error {}

/** What the case states does not hold here. */
export class Mismatch extends Error {}

export const isDict = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' &&
  value !== null &&
  [Object.prototype, null].includes(Object.getPrototypeOf(value) as object | null);

export function truthy(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return isDict(value) ? Object.keys(value).length > 0 : Boolean(value);
}

export function equal(one: unknown, other: unknown): boolean {
  if (Array.isArray(one)) {
    return Array.isArray(other) && one.length === other.length && one.every((item, index) => equal(item, other[index]));
  }
  if (one instanceof Uint8Array) return other instanceof Uint8Array && Buffer.compare(one, other) === 0;
  if (!isDict(one)) return (one ?? null) === (other ?? null);
  if (!isDict(other)) return false;
  const keys = Object.keys(one);
  return keys.length === Object.keys(other).length && keys.every((key) => key in other && equal(one[key], other[key]));
}

export function contains(container: unknown, item: unknown): boolean {
  if (typeof container === 'string') return container.includes(String(item));
  if (Array.isArray(container)) return container.some((element) => equal(element, item));
  if (isDict(container)) return Object.hasOwn(container, String(item));
  throw new Unreadable(`"in" of ${typeof container}`);
}

/** Python's str(). */
export function text(value: unknown): string {
  if (value === null || value === undefined) return 'None';
  if (value === true) return 'True';
  if (value === false) return 'False';
  if (value instanceof Failure) return value.message;
  if (value instanceof Namespace || value instanceof Callable) throw new Unreadable('str() of an object');
  return typeof value === 'string' || typeof value === 'number' ? String(value) : quoted(value);
}

/** Python's repr(). */
function quoted(value: unknown): string {
  if (typeof value === 'string') return value.includes("'") ? `"${value}"` : `'${value}'`;
  if (Array.isArray(value)) return `[${value.map(quoted).join(', ')}]`;
  if (isDict(value)) {
    return `{${Object.entries(value)
      .map(([key, item]) => `${quoted(key)}: ${quoted(item)}`)
      .join(', ')}}`;
  }
  return value instanceof Date ? value.toISOString() : text(value);
}

/** What a `for` goes through. */
export function items(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  if (typeof value === 'string') return [...value];
  if (isDict(value)) return Object.keys(value);
  throw new Unreadable(`a loop over ${typeof value}`);
}
