import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { basename, dirname, join, sep } from 'node:path';
import { JSONPath } from 'jsonpath-plus';
import json5 from 'json5';
import { duration, moments } from '../reader/dates.ts';
import { jsonText } from '../reader/json-text.ts';
import { sorted } from '../reader/members.ts';
import { Context } from '../reader/statements.ts';
import {
  Callable,
  Failure,
  Mismatch,
  Namespace,
  Unreadable,
  equal,
  isDict,
  items,
  text,
  truthy,
} from '../reader/values.ts';
import { ErrorType, raises } from './errors.ts';

const fn = (call: (...args: never[]) => unknown): Callable => new Callable((args) => call(...(args as never[])));

const invoke = (callee: unknown, ...args: unknown[]): unknown => {
  if (callee instanceof Callable) return callee.call(args, {});
  throw new Unreadable('a call of what is no function');
};

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** What a case waits for on AWS for minutes takes moments here: a wait is never longer than this. */
const LONGEST_WAIT_MS = 5_000;
const PATIENCE_MS = 10_000;
const POLL_MS = 150;

export const shortId = (): string => randomBytes(4).toString('hex');

/** Calls until it does not fail any more. */
async function retry([callee]: readonly unknown[], named: Readonly<Record<string, unknown>>): Promise<unknown> {
  const { retries: _, sleep: __, sleep_before: ___, function: given, ...rest } = named;
  const action = callee ?? given;
  if (!(action instanceof Callable)) throw new Unreadable('retry of what is no function');
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await action.call([], rest);
    } catch (error) {
      if (error instanceof Unreadable || Date.now() > deadline) throw error;
      await pause(POLL_MS);
    }
  }
}

async function poll(
  [condition]: readonly unknown[],
  { condition: named }: Readonly<Record<string, unknown>>,
): Promise<boolean> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!truthy(await invoke(condition ?? named))) {
    if (Date.now() > deadline) return false;
    await pause(POLL_MS);
  }
  return true;
}

const log = new Namespace(() => fn(() => null));

/** Loads a definition that stands beside the cases. */
const loadDefinition = fn((path: string) => json5.parse<unknown>(readFileSync(path, 'utf8')));

const loadFrom = async (file: Namespace): Promise<unknown> =>
  json5.parse<unknown>(text(await invoke(file.member('read'))));

const walk = (folder: string): unknown[] => [
  [
    folder,
    [],
    readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => name)
      .toSorted(),
  ],
];

/** Names that need no import, and those that the cases import, whatever the module. */
export const NAMES: Readonly<Record<string, unknown>> = {
  len: fn((value: unknown) => (isDict(value) ? Object.keys(value).length : (value as string).length)),
  str: fn((value: unknown = '') => text(value)),
  int: fn((value: unknown = 0) => Math.trunc(Number(value))),
  float: fn((value: unknown = 0) => Number(value)),
  bool: fn((value: unknown) => truthy(value)),
  list: fn((value: unknown = []) => [...items(value)]),
  tuple: fn((value: unknown = []) => [...items(value)]),
  set: fn((value: unknown = []) => unique(items(value))),
  dict: new Callable(([value], named) => ({ ...(value as object | undefined), ...named })),
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
  reversed: fn((list: unknown) => items(list).toReversed()),
  isinstance: fn((value: unknown, type: unknown) => isInstance(value, type)),
  print: fn(() => null),
  itemgetter: fn((key: string) => new Callable(([value]) => (value as Record<string, unknown>)[key])),
  open: fn((path: string) => new Context(new Namespace({ read: fn(() => readFileSync(path, 'utf8')) }), rethrow)),
  Path: fn((path: string) => new Namespace({ stem: basename(path).replace(/\.[^.]*$/, ''), name: basename(path) })),
  TemplateLoader: new Namespace({ load_sfn_template: loadDefinition }),
  LOG: log,
  datetime: moments,
  timedelta: duration,
  UTC: 'UTC',
  long_uid: fn(() => randomUUID()),
  Exception: new ErrorType(),
  AssertionError: new ErrorType(),
  ClientError: new ErrorType(),
  type: fn((value: unknown) => {
    if (value instanceof Failure) return value.code;
    throw new Unreadable('type()');
  }),
  extract_json: fn((path: string, json: object) => {
    const found = JSONPath<unknown[]>({ path, json, wrap: true });
    return found.length === 1 ? found[0] : found;
  }),
  arns: new Namespace({
    get_partition: fn(() => 'aws'),
    sqs_queue_arn: fn((name: string, account: string, region: string) => `arn:aws:sqs:${region}:${account}:${name}`),
  }),
  short_uid: fn(shortId),
  retry: new Callable(retry),
  poll_condition: new Callable(poll),
  wait_until: new Callable(poll),
  is_aws_cloud: fn(() => false),
  is_old_provider: fn(() => false),
  is_v2_provider: fn(() => true),
  get_partition: fn(() => 'aws'),
  load_file: fn((path: string) => readFileSync(path, 'utf8')),
  to_str: fn((value: unknown) => (value instanceof Uint8Array ? Buffer.from(value).toString() : text(value))),
  to_bytes: fn((value: unknown) => Buffer.from(text(value))),
  md5: fn((value: unknown) => createHash('md5').update(text(value)).digest('hex')),
  TEST_AWS_REGION_NAME: 'us-east-1',
};

const rethrow = (error: Error | undefined): void => {
  if (error !== undefined) throw error;
};

const unique = (values: readonly unknown[]): unknown[] =>
  values.filter((value, index) => values.findIndex((other) => equal(value, other)) === index);

function isInstance(value: unknown, type: unknown): boolean {
  if (type === NAMES['str']) return typeof value === 'string';
  if (type === NAMES['int']) return Number.isInteger(value);
  if (type === NAMES['list']) return Array.isArray(value);
  if (type === NAMES['dict']) return isDict(value);
  throw new Unreadable('isinstance');
}

const path = new Namespace({
  join: fn((...parts: string[]) => join(...parts)),
  dirname: fn((file: string) => dirname(file)),
  basename: fn((file: string) => basename(file)),
  realpath: fn((file: string) => file),
  abspath: fn((file: string) => file),
  exists: fn((file: string) => existsSync(file)),
  sep,
});

const loads = fn((source: unknown) => {
  try {
    return JSON.parse(text(source)) as unknown;
  } catch {
    throw new Failure('JSONDecodeError', 'not JSON');
  }
});

/** Modules that the cases import whole. */
export const MODULES: Readonly<Record<string, Namespace>> = {
  json: new Namespace({
    dumps: new Callable(([value], { separators }) =>
      jsonText(value, Array.isArray(separators) ? (separators as [string, string]) : undefined),
    ),
    loads,
  }),
  datetime: new Namespace({
    datetime: moments,
    timedelta: duration,
    UTC: 'UTC',
    timezone: new Namespace({ utc: 'UTC' }),
  }),
  json5: new Namespace({ loads: fn((source: string) => json5.parse<unknown>(source)), load: fn(loadFrom) }),
  os: new Namespace({ path, walk: fn(walk), environ: {} }),
  'os.path': path,
  time: new Namespace({
    sleep: fn((seconds: number) => pause(Math.min(seconds * 1000, LONGEST_WAIT_MS)).then(() => null)),
    time: fn(() => Date.now() / 1000),
  }),
  copy: new Namespace({
    deepcopy: fn((value: unknown) => structuredClone(value)),
    copy: fn((value: unknown) => structuredClone(value)),
  }),
  uuid: new Namespace({ uuid4: fn(() => randomUUID()) }),
  base64: new Namespace({
    b64encode: fn((value: Uint8Array) => Buffer.from(Buffer.from(value).toString('base64'))),
    b64decode: fn((value: unknown) => Buffer.from(text(value), 'base64')),
  }),
  re: new Namespace({
    match: fn((pattern: string, value: string) => new RegExp(`^(?:${pattern})`).test(value)),
    search: fn((pattern: string, value: string) => new RegExp(pattern).test(value)),
    sub: fn((pattern: string, replacement: string, value: string) =>
      value.replace(new RegExp(pattern, 'g'), replacement),
    ),
    compile: fn((pattern: string) => pattern),
  }),
  logging: new Namespace({ getLogger: fn(() => log) }),
  pytest: new Namespace({
    raises,
    mark: new Namespace(() => fn(() => null)),
    param: new Callable((values, { id }) => new Namespace({ values, id })),
    fail: fn((message: string) => {
      throw new Mismatch(message);
    }),
  }),
};
