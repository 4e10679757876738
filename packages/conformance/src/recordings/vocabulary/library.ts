import { createHash, randomBytes, randomUUID, verify, X509Certificate } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { basename, dirname, join, sep } from 'node:path';
import { JSONPath } from 'jsonpath-plus';
import json5 from 'json5';
import { duration, moments } from '../reader/dates.ts';
import { jsonText } from '../reader/json-text.ts';
import { Context } from '../reader/statements.ts';
import {
  Approximation,
  Callable,
  Failure,
  Mismatch,
  type Named,
  Namespace,
  Unreadable,
  items,
  text,
} from '../reader/values.ts';
import { BUILTINS, fn, invoke } from './builtins.ts';
import { ACCESS_KEY, SECOND_ACCOUNT } from './clients.ts';
import { CDK } from './cdk.ts';
import { ErrorType, raises } from './errors.ts';
import { xmlAsDict } from './http.ts';
import { THREADS } from './threads.ts';
import { pauseOf, poll, retry } from './waiting.ts';

export const shortId = (): string => randomBytes(4).toString('hex');

/** A file or folder by its path. */
class Path extends Namespace {
  readonly path: string;
  constructor(path: string) {
    super({ stem: basename(path).replace(/\.[^.]*$/, ''), name: basename(path) });
    this.path = path;
  }
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

const markers: Namespace = new Namespace(() => markers);

/** As AWS keeps them, in bytes and messages of one request. */
const MAX_MESSAGE_BYTES = 1_048_576;
const MAX_MESSAGES = 10;

/** The arguments come by position or by name. */
const queueArn = new Callable(([name, account, region], named) => {
  const parts = [region ?? named['region_name'], account ?? named['account_id'], name ?? named['queue_name']];
  return `arn:aws:sqs:${parts.map(text).join(':')}`;
});

const streamArn = new Callable(([name, account, region], named) => {
  const parts = [region ?? named['region_name'], account ?? named['account_id']];
  return `arn:aws:kinesis:${parts.map(text).join(':')}:stream/${text(name ?? named['stream_name'])}`;
});

/** Of a certificate as Python's `cryptography` reads it: whether a signature is that of its key. */
const certificateOf = fn((pem: Uint8Array) => {
  const { publicKey } = new X509Certificate(pem);
  const check = ([signature, data]: readonly unknown[], { algorithm }: Named): null => {
    if (verify(text(algorithm), data as Uint8Array, publicKey, signature as Uint8Array)) return null;
    throw new Mismatch('The signature is not that of the certificate.');
  };
  return new Namespace({ public_key: fn(() => new Namespace({ verify: new Callable(check) })) });
});

/** Names that need no import, and those that the cases import, whatever the module. */
export const NAMES: Readonly<Record<string, unknown>> = {
  ...BUILTINS,
  itemgetter: fn((key: string) => new Callable(([value]) => (value as Record<string, unknown>)[key])),
  open: fn((path: string) => new Context(new Namespace({ read: fn(() => readFileSync(path, 'utf8')) }), rethrow)),
  Path: fn((path: string) => new Path(path)),
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
    sqs_queue_arn: queueArn,
    kinesis_stream_arn: streamArn,
    dynamodb_stream_arn: new Callable((_, named) => {
      const [region, account, table, label] = ['region_name', 'account_id', 'table_name', 'latest_stream_label'].map(
        (name) => text(named[name]),
      );
      return `arn:aws:dynamodb:${region}:${account}:table/${table}/stream/${label}`;
    }),
    s3_bucket_arn: fn((bucket: string) => `arn:aws:s3:::${bucket}`),
    stepfunctions_standard_execution_arn: fn(
      (machine: string, name: string) => `${machine.replace(':stateMachine:', ':execution:')}:${name}`,
    ),
    stepfunctions_state_machine_arn: new Callable(([name, account, region], named) => {
      const place = [region ?? named['region_name'], account ?? named['account_id']].map(text).join(':');
      return `arn:aws:states:${place}:stateMachine:${text(name ?? named['name'])}`;
    }),
    apigateway_invocations_arn: fn(
      (arn: string, region: string) =>
        `arn:aws:apigateway:${region}:lambda:path/2015-03-31/functions/${arn}/invocations`,
    ),
  }),
  short_uid: fn(shortId),
  token_generator: fn((given: string) => Buffer.from(given).toString('base64')),
  short_uid_from_seed: fn((seed: string) => createHash('sha1').update(seed).digest('hex').slice(0, 8)),
  SQS_UUID_STRING_SEED: '123e4567-e89b-12d3-a456-426614174000',
  clone: fn((value: unknown) => structuredClone(value)),
  kinesis_stream_arn: streamArn,
  retry: new Callable(retry),
  poll_condition: new Callable(poll),
  wait_until: new Callable(poll),
  // Cases ask less of LocalStack than of AWS.
  is_aws_cloud: fn(() => true),
  is_old_provider: fn(() => false),
  is_v2_provider: fn(() => true),
  get_partition: fn(() => 'aws'),
  load_file: fn((path: string) => readFileSync(path, 'utf8')),
  to_str: fn((value: unknown) => (value instanceof Uint8Array ? Buffer.from(value).toString() : text(value))),
  to_bytes: fn((value: unknown) => Buffer.from(text(value))),
  md5: fn((value: unknown) => createHash('md5').update(text(value)).digest('hex')),
  TEST_AWS_REGION_NAME: 'us-east-1',
  TEST_AWS_ACCOUNT_ID: '000000000000',
  SECONDARY_TEST_AWS_ACCOUNT_ID: '000000000000',
  DEFAULT_MAXIMUM_MESSAGE_SIZE: MAX_MESSAGE_BYTES,
  MAX_NUMBER_OF_MESSAGES: MAX_MESSAGES,
  encode_move_task_handle: fn((taskId: string, sourceArn: string) =>
    Buffer.from(jsonText({ taskId, sourceArn })).toString('base64'),
  ),
  decode_move_task_handle: fn((handle: string) => {
    const { taskId, sourceArn } = JSON.parse(Buffer.from(handle, 'base64').toString()) as Record<string, string>;
    return [taskId, sourceArn];
  }),
  // LocalStack's own settings, and its marks on cases.
  config: new Namespace(() => null),
  markers,
  parse_arn: fn((arn: string) => {
    const [, partition, service, region, account, ...resource] = arn.split(':');
    return { partition, service, region, account, resource: resource.join(':') };
  }),
  // How boto3 is set up is nothing to the SDK that makes the requests here.
  Config: new Callable(() => new Namespace({})),
  _await_dynamodb_table_active: fn(() => null),
  aws_stack: new Namespace({ get_boto3_region: fn(() => 'us-east-1') }),
  testutil: new Namespace({ response_arn_matches_partition: fn(() => true) }),
  SigV4Auth: 'SigV4Auth',
  SigV4QueryAuth: 'SigV4QueryAuth',
  TEST_AWS_ACCESS_KEY_ID: ACCESS_KEY,
  TEST_AWS_SECRET_ACCESS_KEY: ACCESS_KEY,
  SECONDARY_TEST_AWS_ACCESS_KEY_ID: SECOND_ACCOUNT,
  SECONDARY_TEST_AWS_SECRET_ACCESS_KEY: ACCESS_KEY,
  x509: new Namespace({ load_pem_x509_certificate: certificateOf }),
  hashes: new Namespace({ SHA1: fn(() => 'sha1'), SHA256: fn(() => 'sha256') }),
  padding: new Namespace({ PKCS1v15: fn(() => 'PKCS1v15') }),
  TraceHeader: new Callable((_, { root, parent, sampled }) => {
    const header = `Root=${text(root)};Parent=${text(parent)};Sampled=${text(sampled)}`;
    return new Namespace({ to_header_str: fn(() => header) });
  }),
  ...THREADS,
};

const rethrow = (error: Error | undefined): void => {
  if (error !== undefined) throw error;
};

const path = new Namespace({
  join: fn((...parts: (string | Path)[]) => join(...parts.map((part) => (part instanceof Path ? part.path : part)))),
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

const matchOf = (found: RegExpExecArray | null): Namespace | null =>
  found && new Namespace({ group: fn((index: number = 0) => found[index] ?? null) });

/** Modules that the cases import whole. */
export const MODULES: Readonly<Record<string, Namespace | Callable>> = {
  ...CDK,
  json: new Namespace({
    dumps: new Callable(
      ([value], { separators, indent }) =>
        typeof indent === 'number'
          ? JSON.stringify(JSON.parse(jsonText(value)), undefined, indent)
          : jsonText(value, Array.isArray(separators) ? (separators as [string, string]) : undefined),
      {},
      'dumps',
    ),
    loads,
  }),
  // JSON is YAML.
  yaml: new Namespace({ dump: new Callable(([value]) => jsonText(value), {}, 'dump') }),
  itertools: new Namespace({
    chain: fn((...lists: unknown[]) => lists.flatMap(items)),
    product: fn((...lists: unknown[]) =>
      lists.reduce<unknown[][]>((sets, list) => sets.flatMap((set) => items(list).map((item) => [...set, item])), [[]]),
    ),
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
    sleep: fn((seconds: number) => pauseOf(seconds * 1000).then(() => null)),
    time: fn(() => Date.now() / 1000),
  }),
  xmltodict: new Namespace({ parse: fn((source: unknown) => xmlAsDict(Buffer.from(source as string).toString())) }),
  copy: new Namespace({
    deepcopy: fn((value: unknown) => structuredClone(value)),
    copy: fn((value: unknown) => structuredClone(value)),
  }),
  uuid: new Namespace({
    uuid4: fn(() => randomUUID()),
    UUID: fn((given: string) => {
      if (/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(given)) return given;
      throw new Failure('ValueError', 'badly formed hexadecimal UUID string');
    }),
  }),
  base64: new Namespace({
    b64encode: fn((value: Uint8Array) => Buffer.from(Buffer.from(value).toString('base64'))),
    b64decode: fn((value: unknown) => Buffer.from(text(value), 'base64')),
  }),
  re: new Namespace({
    match: fn((pattern: string, value: string) => matchOf(new RegExp(`^(?:${pattern})`).exec(value))),
    search: fn((pattern: string, value: string) => matchOf(new RegExp(pattern).exec(value))),
    sub: fn((pattern: string, replacement: string, value: string) =>
      value.replace(new RegExp(pattern, 'g'), replacement),
    ),
    compile: fn((pattern: string) => pattern),
  }),
  threading: new Namespace(THREADS),
  queue: new Namespace(THREADS),
  logging: new Namespace({ getLogger: fn(() => log) }),
  pytest: new Namespace({
    raises,
    mark: new Namespace(() => fn(() => null)),
    // What another emulator leaves out is replayed here.
    skip: fn(() => null),
    param: new Callable((values, { id }) => new Namespace({ values, id })),
    approx: new Callable(
      ([value, tolerance]) => new Approximation(Number(value), Math.abs(Number(value) * Number(tolerance ?? 1e-6))),
    ),
    fail: fn((message: string) => {
      throw new Mismatch(message);
    }),
  }),
};
