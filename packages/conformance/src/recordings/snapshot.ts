import { asOfToday, isAddedLater } from './later.ts';
import { hasBranches, withoutOrder } from './vocabulary/history.ts';
import { readString } from './reader/string-literals.ts';
import { Body, Callable, Failure, Namespace, Unreadable, copied, isDict, text } from './reader/values.ts';

/** One thing that AWS answered otherwise. */
export interface Difference {
  readonly path: string;
  readonly recorded: unknown;
  readonly here: unknown;
}

/** What a recording says about its own values: some have no order, others were replaced before it was written. */
export interface Reading {
  /** Names of lists that were sorted. */
  readonly unordered: Set<string>;
  /** Texts that stand for values that differ from run to run. */
  readonly replaced: Set<string>;
  /** Whether the events of branches were recorded without their places. */
  eventsHaveNoPlace: boolean;
  /** The day of the recording, in ISO 8601; empty where it is not known. */
  readonly recordedOn: string;
}

export const newReading = (recordedOn = ''): Reading => ({
  eventsHaveNoPlace: false,
  recordedOn,
  unordered: new Set(),
  replaced: new Set([
    'timestamp',
    'datetime',
    'date',
    'time',
    'start-date',
    'stop-date',
    'update-date',
    'snf_role_arn',
  ]),
});

/** What the recording client adds by itself, and what no two runs share. The functions of the cases are our own. */
const NOT_OF_AWS = new Set([
  'HTTPHeaders',
  'RetryAttempts',
  'RequestId',
  'QueryErrorCode',
  'stackTrace',
  'billedDurationInMilliseconds',
]);

/** Headers that CloudFront adds on the way, which stands before AWS's APIs and not before the account. */
const OF_CLOUDFRONT = /^(CloudFront-.*|X-Amz-Cf-.*|X-Cache|Via)$/i;

/** What a function's error says of where it was thrown, beside its stack: a stand-in has another language. */
const OF_ITS_LANGUAGE = new Set(['requestId', 'trace']);

/** The headers that Step Functions adds to the result of a task. */
const HEADERS = new Set(['AllHttpHeaders', 'HttpHeaders']);

const NO_VALUE = Symbol('no value');

/**
 * Differences between what AWS answered and what is answered here. Placeholders (`<id:1>`) match any text; ids of
 * accounts any id; JSON in a text is compared as JSON, as it was recorded.
 */
export function differences(recorded: unknown, here: unknown, reading: Reading, path = '$', name = ''): Difference[] {
  if (here instanceof Body) return differences(recorded, here.bytes, reading, path, name);
  if (typeof recorded === 'string') {
    const json = typeof here === 'string' && recorded !== here ? jsonOf(recorded) : undefined;
    const other = json === undefined ? undefined : jsonOf(here as string);
    if (other !== undefined) return differences(json, other, reading, path, name);
    return !isStandIn(recorded, name, here) && textDiffers(recorded, here, reading) ? [{ path, recorded, here }] : [];
  }
  const value = parsed(here);
  if (Array.isArray(recorded)) {
    if (!Array.isArray(value) || value.length !== recorded.length) return [{ path, recorded, here: value }];
    const other = reading.unordered.has(name) ? paired(recorded, value, reading) : value;
    return recorded.flatMap((item, index) => differences(item, other[index], reading, `${path}[${index}]`));
  }
  if (!isDict(recorded)) return (value ?? null) === recorded ? [] : [{ path, recorded, here: value }];
  if (!isDict(value)) return [{ path, recorded, here: value }];
  const renamed = withRecordedNames(recorded, value, reading);
  const keys = new Set([...Object.keys(recorded), ...Object.keys(renamed)]);
  // How far a task came before it was ended, AWS counts later.
  const ended = ['CANCELLED', 'FAILED'].includes(String(recorded['Status']));
  const thrown = 'errorMessage' in recorded && 'stackTrace' in recorded;
  const isError = 'Error' in recorded && 'ResponseMetadata' in recorded;
  return [...keys].flatMap((key) => {
    if (thrown && OF_ITS_LANGUAGE.has(key)) return [];
    if (OF_CLOUDFRONT.test(key)) return [];
    if (ended && key === 'ApproximateNumberOfMessagesMoved') return [];
    if (NOT_OF_AWS.has(key) || (isError && key.toLowerCase() === 'message')) return [];
    const [one, other] = [own(recorded, key), own(renamed, key)];
    const at = `${path}.${key}`;
    if (HEADERS.has(key) && isDict(one) && isDict(other)) return missingHeaders(one, other, at);
    if (one === NO_VALUE && isAddedLater(key, reading.recordedOn)) return [];
    if (one === NO_VALUE) return [{ path: at, recorded: undefined, here: other }];
    if (other === NO_VALUE) return [{ path: at, recorded: one, here: undefined }];
    return differences(one, other, reading, at, key);
  });
}

/** Of headers the names are compared; their values differ from run to run, and Connection is not always there on AWS. */
function missingHeaders(
  recorded: Record<string, unknown>,
  here: Record<string, unknown>,
  path: string,
): readonly Difference[] {
  const names = new Set(Object.keys(here).map((name) => name.toLowerCase()));
  return Object.keys(recorded)
    .filter((name) => name.toLowerCase() !== 'connection' && !names.has(name.toLowerCase()))
    .map((name) => ({ path: `${path}.${name}`, recorded: recorded[name], here: undefined }));
}

/** Members whose names were replaced in the recording: `{ <table:1>: … }`. */
function withRecordedNames(
  recorded: object,
  value: Record<string, unknown>,
  reading: Reading,
): Record<string, unknown> {
  const holes = Object.keys(recorded).filter((key) => /<[^<>]+>/.test(key) && !Object.hasOwn(value, key));
  if (holes.length === 0) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      const at = Object.hasOwn(recorded, key) ? -1 : holes.findIndex((hole) => !textDiffers(hole, key, reading));
      return [at < 0 ? key : (holes.splice(at, 1)[0] ?? key), item];
    }),
  );
}

const own = (value: Record<string, unknown>, key: string): unknown =>
  Object.hasOwn(value, key) ? value[key] : NO_VALUE;

/** The object, list or number that a text holds. */
function jsonOf(text: string): unknown {
  if (!/^\s*[{[\d-]/.test(text)) return undefined;
  const value = parsed(text);
  return typeof value === 'string' ? undefined : value;
}

/** What a text holds as JSON, for where no text was recorded but an object, a list, a number, true, false or null. */
function parsed(here: unknown): unknown {
  const value = here instanceof Uint8Array ? Buffer.from(here).toString() : here;
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}

/** The values in the order of the recording, as far as each finds one that is equal. */
function paired(recorded: readonly unknown[], values: readonly unknown[], reading: Reading): unknown[] {
  const left = [...values];
  const found = recorded.map((item) => {
    const at = left.findIndex((value) => differences(item, value, reading).length === 0);
    return at < 0 ? NO_VALUE : left.splice(at, 1)[0];
  });
  return found.map((value) => (value === NO_VALUE ? left.shift() : value));
}

/** A value that differs from run to run is recorded as the name of its member: `m-d5-of-body`. */
const isStandIn = (recorded: string, name: string, here: unknown): boolean =>
  name !== '' && recorded === hyphened(name) && here !== undefined;

/** Bytes are recorded as text, or as the literal that Python writes for them. */
function bytesLike(recorded: string, bytes: Uint8Array): string {
  if (!/^b['"]/.test(recorded)) return Buffer.from(bytes).toString();
  return Buffer.compare(readString(recorded) as Uint8Array, bytes) === 0 ? recorded : Buffer.from(bytes).toString();
}

/** Who makes the requests: a user there, the account itself here. */
const isCaller = (recorded: string, here: unknown): boolean =>
  /^arn:[^:]+:iam::[^:]+:user\/./.test(recorded) && /^arn:aws:iam::\d{12}:root$/.test(String(here));

/** Where queues are on AWS, or in an emulator whose address a recording has in its place. */
const ADDRESS = /https?:\/\/sqs\.[\w.<>-]+\.(amazonaws\.com|localstack\.cloud(:\d+)?)(?=\/)/g;
const ACCOUNT = /\b\d{12}\b/g;

/** Where the Java parser of AWS stood. Nobody relies on it, and no other parser can say the same. */
const PARSER_PLACE = /\n at \[Source: [\s\S]*$/;

const STACK_TRACE = /"stackTrace": ?\[(?:[^"\]]|"(?:\\.|[^"\\])*")*\]/g;

function textDiffers(recorded: string, here: unknown, reading: Reading): boolean {
  const { replaced } = reading;
  if (here === undefined) return true;
  if (here instanceof Failure) return textDiffers(recorded, here.message, reading);
  if (here instanceof Date)
    return /^\d{4}-/.test(recorded) && !replaced.has(recorded) && here.toISOString() !== recorded;
  if (isCaller(recorded, here) || replaced.has(recorded) || /^<(?:[^<>]|<[^<>]*>)*>$/.test(recorded)) return false;
  const value = here instanceof Uint8Array ? bytesLike(recorded, here) : here;
  if (typeof value !== 'string') return true;
  const [one, other] = [recorded, value].map((text) =>
    text.replace(ADDRESS, '<address>').replace(ACCOUNT, '<account>').replace(PARSER_PLACE, '').replace(STACK_TRACE, ''),
  ) as [string, string];
  if (one === other) return false;
  const words = [...replaced].filter((word) => word.length > 3).map(escaped);
  const hole = new RegExp(['<(?:[^<>]|<[^<>]*>)*>', ...words].join('|'), 'g');
  const pattern = one.split(hole).map(escaped).join('[\\s\\S]*');
  return !new RegExp(`^${pattern}$`).test(other);
}

const escaped = (plain: string): string => plain.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

const NOT_COMPARED = new WeakSet<object>();

/** Marks an answer that the account did not give. */
export function notCompared<T extends object>(answer: T): T {
  NOT_COMPARED.add(answer);
  return answer;
}

/** What a case compares with its recording. */
export interface Matches {
  /** `snapshot` of the case. */
  readonly value: Namespace;
  /** How often it has compared something. */
  count(): number;
  /** What differs, when the case has said all of what its recording leaves out. */
  differences(): Difference[];
}

/** `match` of a case's snapshot notes what is to be compared with what was recorded under the key. */
export function matchesOf(recorded: Readonly<Record<string, unknown>> | undefined, reading: Reading): Matches {
  const observed: Record<string, unknown> = {};
  const match = (key: string, value: unknown): true => {
    if (recorded === undefined) throw new Unreadable('no recording');
    if (typeof value === 'object' && value !== null && NOT_COMPARED.has(value)) return true;
    if (!Object.hasOwn(recorded, key)) throw new Unreadable(`nothing is recorded under ${key}`);
    observed[key] = copied(value);
    return true;
  };
  const compared = ([key, value]: [string, unknown]): Difference[] => {
    const shape = hasBranches(value) ? (history: unknown) => withoutOrder(history, reading.eventsHaveNoPlace) : same;
    const wanted = shape(asOfToday(recorded?.[key], reading.recordedOn));
    const found = differences(wanted, shape(value), reading);
    return found.map((difference) => ({ ...difference, path: `${key}${difference.path.slice(1)}` }));
  };
  const value = new Namespace({
    transform: transformOf(reading),
    observed_state: observed,
    match: new Callable(([key, value]) => match(text(key), value)),
    add_transformer: new Callable(() => null),
    add_transformers_list: new Callable(() => null),
  });
  return {
    value,
    count: () => Object.keys(observed).length,
    differences: () => Object.entries(observed).flatMap(compared),
  };
}

const same = (value: unknown): unknown => value;

const TAKES_REPLACEMENT = new Set(['key_value', 'jsonpath', 'regex', 'resource_name']);

/** `EventId` is replaced by `event-id` where no other word is given. */
const hyphened = (key: string): string => key.replace(/(?!^)(?=[A-Z])/g, '-').toLowerCase();

/** Remembers the text by which a recording replaces a value. */
function noteReplacement(
  name: string,
  args: readonly unknown[],
  named: Readonly<Record<string, unknown>>,
  reading: Reading,
): readonly unknown[] {
  const word =
    named['value_replacement'] ?? named['replacement'] ?? (TAKES_REPLACEMENT.has(name) ? args[1] : undefined);
  // `\1` in a replacement is a part of what it replaces.
  if (typeof word === 'string' && word !== '') reading.replaced.add(word.replace(/\\\d/g, ''));
  else if (name === 'key_value') reading.replaced.add(hyphened(text(args[0] ?? named['key'])));
  return [];
}

const transformOf = (reading: Reading): Namespace =>
  new Namespace((name) => new Callable((args, named) => noteReplacement(name, args, named, reading)));

/** Classes of transformers that cases make themselves. */
export const transformers = (reading: Reading): Readonly<Record<string, unknown>> => ({
  SortingTransformer: new Callable(([key]) => {
    reading.unordered.add(text(key));
    // The order does not count any more: what it is called with stays as it is.
    return new Namespace({ transform: new Callable(([value]) => value) });
  }),
  RegexTransformer: new Callable((args, named) => noteReplacement('regex', args, named, reading)),
  KeyValueBasedTransformer: new Callable((args, named) => noteReplacement('key_value', args, named, reading)),
  JsonpathTransformer: new Callable((args, named) => noteReplacement('jsonpath', args, named, reading)),
  TransformerUtility: transformOf(reading),
  SfnNoneRecursiveParallelTransformer: new Callable(() => {
    reading.eventsHaveNoPlace = true;
    return [];
  }),
  GenericTransformer: new Callable(() => []),
});
