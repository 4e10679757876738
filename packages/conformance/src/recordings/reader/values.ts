/** The values of a case, as JavaScript has them: a dict is an object, a list or tuple is an array, None is null. */

export type Named = Readonly<Record<string, unknown>>;

/** What a case can call. */
export class Callable {
  readonly call: (args: readonly unknown[], named: Named) => unknown;
  /** As Python names it: `dumps`. */
  readonly name: string | undefined;
  readonly #members: Readonly<Record<string, unknown>>;
  /** @param members what a function has beside: `get_client` of a maker of clients */
  constructor(
    call: (args: readonly unknown[], named: Named) => unknown,
    members: Readonly<Record<string, unknown>> = {},
    name?: string,
  ) {
    this.call = call;
    this.#members = members;
    this.name = name;
  }
  member(name: string): unknown {
    return this.#members[name];
  }
}

/** A number written as `1.0`, which Python keeps apart from `1`. */
export class Float extends Number {}

/** What has members and is no data: a module, a client, a class. */
export class Namespace {
  readonly member: (name: string) => unknown;
  constructor(members: Readonly<Record<string, unknown>> | ((name: string) => unknown)) {
    this.member = typeof members === 'function' ? members : (name) => members[name];
  }
}

/** The pages of a paginator: a loop goes through them, and `build_full_result` makes one of them. */
export class Pages extends Namespace {
  readonly pages: readonly unknown[];
  constructor(pages: readonly unknown[], whole: Callable) {
    super({ build_full_result: whole });
    this.pages = pages;
  }
}

/** A body that was received. */
export class Body extends Namespace {
  readonly bytes: Uint8Array;
  constructor(bytes: Uint8Array) {
    super({ read: new Callable(() => Buffer.from(bytes)), close: new Callable(() => null) });
    this.bytes = bytes;
  }
}

/** A number that another one may be near: `pytest.approx`. */
export class Approximation {
  readonly value: number;
  readonly tolerance: number;
  constructor(value: number, tolerance: number) {
    this.value = value;
    this.tolerance = tolerance;
  }
}

/** A type of AWS's API: its values are their own names, and what is made of it is a dict. */
export class ApiType extends Callable {
  constructor() {
    super((_, named) => ({ ...named }));
  }
  override member(name: string): string {
    return name.replace(/^(python|nodejs)(\d+)_(\w+)$/, '$1$2.$3');
  }
}

/** An error that AWS, or the case itself, raises. `response` is shaped as boto3 shapes it. */
export class Failure extends Error {
  readonly code: string;
  readonly response: unknown;
  /** What the service's model calls it, where that is not its code. */
  readonly modelled: string | undefined;
  constructor(code: string, message: string, response?: unknown, modelled?: string) {
    super(message);
    this.code = code;
    this.modelled = modelled;
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

/** As it is now: a case may change a list or dict later. */
export function copied(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copied);
  if (!isDict(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, copied(item)]));
}

export function truthy(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return isDict(value) ? Object.keys(value).length > 0 : Boolean(value instanceof Float ? value.valueOf() : value);
}

export function equal(one: unknown, other: unknown): boolean {
  if (other instanceof Approximation) return Math.abs(Number(one) - other.value) <= other.tolerance;
  if (one instanceof Float) return equal(one.valueOf(), other);
  if (other instanceof Float) return equal(one, other.valueOf());
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
  if (container instanceof Uint8Array && item instanceof Uint8Array)
    return Buffer.from(container).includes(Buffer.from(item));
  throw new Unreadable(`"in" of ${typeof container}`);
}

/** Python's str(). */
export function text(value: unknown): string {
  if (value === null || value === undefined) return 'None';
  if (value === true) return 'True';
  if (value === false) return 'False';
  if (value instanceof Float) return value.toFixed(1);
  if (value instanceof Failure) return value.message;
  if (value instanceof Namespace || value instanceof Callable) throw new Unreadable('str() of an object');
  return ['string', 'number', 'bigint'].includes(typeof value) ? String(value) : quoted(value);
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
  if (value instanceof Uint8Array) return `b${quoted(Buffer.from(value).toString('latin1'))}`;
  if (value instanceof Date) return value.toISOString();
  if (
    typeof value === 'object' &&
    ![Float, Failure, Namespace, Callable].some((type) => value instanceof type) &&
    value !== null
  )
    throw new Unreadable('repr() of an object');
  return text(value);
}

/** What a `for` goes through. */
export function items(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  if (value instanceof Pages) return [...value.pages];
  if (typeof value === 'string') return [...value];
  if (isDict(value)) return Object.keys(value);
  throw new Unreadable(`a loop over ${typeof value}`);
}
