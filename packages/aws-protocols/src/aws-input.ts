import { isObject } from '@dure/local-http/json';
import { AwsError } from './aws-error.ts';

export type Input = Record<string, unknown>;

/** What a Date can hold. */
const MAX_TIME_MS = 8.64e15;
const NAME = /^[.\-_A-Za-z0-9]+$/;

export function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}

export function notFound(message: string): AwsError {
  return new AwsError('ResourceNotFoundException', message);
}

export function limitExceeded(): AwsError {
  return new AwsError('LimitExceededException', 'The requested resource exceeds the maximum number allowed.');
}

/** AWS's words for an input that breaks a constraint of the API's model. `member` is in camel case. */
export function violates(member: string, value: unknown, constraint: string): AwsError {
  const shown = value === undefined ? 'null' : `'${typeof value === 'string' ? value : JSON.stringify(value)}'`;
  return invalid(
    `1 validation error detected: Value ${shown} at '${member}' failed to satisfy constraint: Member ${constraint}`,
  );
}

/** Refuses by name what an action of AWS has, and not here. */
export function allowOnly(what: string, input: Input, supported: readonly string[]): void {
  for (const [name, value] of Object.entries(input)) {
    if (value !== null && value !== undefined && !supported.includes(name)) {
      throw invalid(`${what}: ${name} is not supported here.`);
    }
  }
}

export function optionalText(input: Input, name: string, max: number): string | undefined {
  const value = input[name] ?? undefined;
  if (value === undefined) return undefined;
  const member = camelCase(name);
  if (typeof value !== 'string') throw violates(member, value, 'must be a string');
  if (value.length > max) throw violates(member, value, `must have length less than or equal to ${max}`);
  return value;
}

export function requiredText(input: Input, name: string, max: number): string {
  const value = optionalText(input, name, max);
  if (value === undefined) throw violates(camelCase(name), undefined, 'must not be null');
  if (value === '') throw violates(camelCase(name), '', 'must have length greater than or equal to 1');
  return value;
}

export function requiredName(input: Input, name: string, max: number, member = camelCase(name)): string {
  const value = requiredText(input, name, Number.MAX_SAFE_INTEGER);
  if (!NAME.test(value)) throw violates(member, value, 'must satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+');
  if (value.length > max) throw violates(member, value, `must have length less than or equal to ${max}`);
  return value;
}

export function optionalInteger(input: Input, name: string, min: number, max: number): number | undefined {
  const value = input[name] ?? undefined;
  if (value === undefined) return undefined;
  const member = camelCase(name);
  if (typeof value !== 'number' || !Number.isInteger(value)) throw violates(member, value, 'must be an integer');
  if (value < min) throw violates(member, value, `must have value greater than or equal to ${min}`);
  if (value > max) throw violates(member, value, `must have value less than or equal to ${max}`);
  return value;
}

/** A time of the API, in seconds since the epoch, as ms. */
export function requiredTime(input: Input, name: string): number {
  const value = input[name];
  const time = typeof value === 'number' ? Math.round(value * 1000) : NaN;
  if (!(Math.abs(time) <= MAX_TIME_MS)) throw violates(camelCase(name), value ?? undefined, 'must be a timestamp');
  return time;
}

/** A list of objects. `max` 0 means that its length is checked elsewhere. */
export function requiredObjects(input: Input, name: string, max: number): Input[] {
  const value = input[name];
  const member = camelCase(name);
  if (!Array.isArray(value)) throw violates(member, undefined, 'must not be null');
  if (value.length === 0) throw violates(member, [], 'must have length greater than or equal to 1');
  if (max > 0 && value.length > max) {
    throw invalid(
      `1 validation error detected: Value at '${member}' failed to satisfy constraint: ` +
        `Member must have length less than or equal to ${max}`,
    );
  }
  return value.map((item: unknown) => {
    if (isObject(item)) return item;
    throw violates(member, item, 'must be a structure');
  });
}

export function optionalObject(input: Input, name: string): Input | undefined {
  const value = input[name] ?? undefined;
  if (value === undefined) return undefined;
  if (typeof value !== 'object' || Array.isArray(value)) throw violates(camelCase(name), value, 'must be a structure');
  return value as Input;
}

/** One page of `items`, in the order of their keys. The token is the key of the last item shown. */
export function paginate<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
  input: Input,
): { page: Item[]; NextToken?: string } {
  const limit = optionalInteger(input, 'Limit', 1, 100) ?? 100;
  const token = optionalText(input, 'NextToken', 2048);
  const after = token === undefined ? undefined : Buffer.from(token, 'base64url').toString('utf8');
  const sorted = [...items].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const rest = after === undefined ? sorted : sorted.filter((item) => keyOf(item) > after);
  const page = rest.slice(0, limit);
  const last = page.at(-1);
  if (last === undefined || rest.length <= limit) return { page };
  return { page, NextToken: Buffer.from(keyOf(last), 'utf8').toString('base64url') };
}

function camelCase(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}
