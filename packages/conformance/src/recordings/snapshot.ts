import { readString } from './reader/string-literals.ts';
import { Callable, Failure, Namespace, Unreadable, isDict, text } from './reader/values.ts';

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
}

export const newReading = (): Reading => ({
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

/** What the recording client adds by itself, and what no two runs share. */
const NOT_OF_AWS = new Set(['HTTPHeaders', 'RetryAttempts', 'RequestId', 'QueryErrorCode']);

const NO_VALUE = Symbol('no value');

/**
 * Differences between what AWS answered and what is answered here. Placeholders (`<id:1>`) match any text; ids of
 * accounts any id; JSON in a text is compared as JSON, as it was recorded.
 */
export function differences(recorded: unknown, here: unknown, reading: Reading, path = '$', name = ''): Difference[] {
  if (typeof recorded === 'string') return textDiffers(recorded, here, reading) ? [{ path, recorded, here }] : [];
  const value = parsedLike(recorded, here);
  if (Array.isArray(recorded)) {
    if (!Array.isArray(value) || value.length !== recorded.length) return [{ path, recorded, here: value }];
    const other = reading.unordered.has(name) ? paired(recorded, value, reading) : value;
    return recorded.flatMap((item, index) => differences(item, other[index], reading, `${path}[${index}]`));
  }
  if (!isDict(recorded)) return (value ?? null) === recorded ? [] : [{ path, recorded, here: value }];
  if (!isDict(value)) return [{ path, recorded, here: value }];
  const keys = new Set([...Object.keys(recorded), ...Object.keys(value)]);
  const isError = 'Error' in recorded && 'ResponseMetadata' in recorded;
  return [...keys].flatMap((key) => {
    if (NOT_OF_AWS.has(key) || (isError && key.toLowerCase() === 'message')) return [];
    const [one, other] = [own(recorded, key), own(value, key)];
    const at = `${path}.${key}`;
    if (one === NO_VALUE) return [{ path: at, recorded: undefined, here: other }];
    if (other === NO_VALUE) return [{ path: at, recorded: one, here: undefined }];
    return differences(one, other, reading, at, key);
  });
}

const own = (value: Record<string, unknown>, key: string): unknown =>
  Object.hasOwn(value, key) ? value[key] : NO_VALUE;

/** A text that holds JSON, where JSON was recorded. */
function parsedLike(recorded: unknown, here: unknown): unknown {
  const value = here instanceof Uint8Array ? Buffer.from(here).toString() : here;
  if (typeof value !== 'string' || typeof recorded !== 'object') return value;
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

/** Bytes are recorded as text, or as the literal that Python writes for them. */
function bytesLike(recorded: string, bytes: Uint8Array): string {
  if (!/^b['"]/.test(recorded)) return Buffer.from(bytes).toString();
  return Buffer.compare(readString(recorded) as Uint8Array, bytes) === 0 ? recorded : Buffer.from(bytes).toString();
}

const ACCOUNT = /\b\d{12}\b/g;

/** Where the Java parser of AWS stood. Nobody relies on it, and no other parser can say the same. */
const PARSER_PLACE = /\n at \[Source: [\s\S]*$/;

function textDiffers(recorded: string, here: unknown, reading: Reading): boolean {
  const { replaced } = reading;
  if (here === undefined) return true;
  if (here instanceof Failure) return textDiffers(recorded, here.message, reading);
  if (here instanceof Date)
    return /^\d{4}-/.test(recorded) && !replaced.has(recorded) && here.toISOString() !== recorded;
  if (replaced.has(recorded) || /^<(?:[^<>]|<[^<>]*>)*>$/.test(recorded)) return false;
  const value = here instanceof Uint8Array ? bytesLike(recorded, here) : here;
  if (typeof value !== 'string') return true;
  const [one, other] = [recorded, value].map((text) =>
    text.replace(ACCOUNT, '<account>').replace(PARSER_PLACE, ''),
  ) as [string, string];
  if (one === other) return false;
  const words = [...replaced].filter((word) => word.length > 3).map(escaped);
  const hole = new RegExp(['<(?:[^<>]|<[^<>]*>)*>', ...words].join('|'), 'g');
  const pattern = one.split(hole).map(escaped).join('[\\s\\S]*');
  return !new RegExp(`^${pattern}$`).test(other);
}

const escaped = (plain: string): string => plain.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** `snapshot` of a case. `match` compares with what was recorded under the key. */
export function snapshotValue(
  recorded: Readonly<Record<string, unknown>> | undefined,
  reading: Reading,
  onDifference: (difference: Difference) => void,
  onMatch: () => void,
): Namespace {
  const match = (key: string, value: unknown, shape: (value: unknown) => unknown = (same) => same): true => {
    if (recorded === undefined) throw new Unreadable('no recording');
    if (!Object.hasOwn(recorded, key)) throw new Unreadable(`nothing is recorded under ${key}`);
    onMatch();
    for (const difference of differences(shape(recorded[key]), shape(value), reading)) {
      onDifference({ ...difference, path: `${key}${difference.path.slice(1)}` });
    }
    return true;
  };
  return new Namespace({
    transform: transformOf(reading),
    matchAs: new Callable(([key, value, shape]) => match(text(key), value, shape as (value: unknown) => unknown)),
    match: new Callable(([key, value]) => match(text(key), value)),
    add_transformer: new Callable(() => null),
    add_transformers_list: new Callable(() => null),
  });
}

const TAKES_REPLACEMENT = new Set(['key_value', 'jsonpath', 'regex', 'resource_name']);

/** `EventId` is replaced by `event-id` where no other word is given. */
const hyphened = (key: string): string => key.replace(/(?<=[a-z0-9])(?=[A-Z])/g, '-').toLowerCase();

/** Remembers the text by which a recording replaces a value. */
function noteReplacement(
  name: string,
  args: readonly unknown[],
  named: Readonly<Record<string, unknown>>,
  reading: Reading,
): readonly unknown[] {
  const word =
    named['value_replacement'] ?? named['replacement'] ?? (TAKES_REPLACEMENT.has(name) ? args[1] : undefined);
  if (typeof word === 'string' && word !== '') reading.replaced.add(word);
  else if (name === 'key_value') reading.replaced.add(hyphened(text(args[0] ?? named['key'])));
  return [];
}

const transformOf = (reading: Reading): Namespace =>
  new Namespace((name) => new Callable((args, named) => noteReplacement(name, args, named, reading)));

/** Classes of transformers that cases make themselves. */
export const transformers = (reading: Reading): Readonly<Record<string, unknown>> => ({
  SortingTransformer: new Callable(([key]) => {
    reading.unordered.add(text(key));
    return [];
  }),
  RegexTransformer: new Callable((args, named) => noteReplacement('regex', args, named, reading)),
  KeyValueBasedTransformer: new Callable((args, named) => noteReplacement('key_value', args, named, reading)),
  JsonpathTransformer: new Callable((args, named) => noteReplacement('jsonpath', args, named, reading)),
  TransformerUtility: transformOf(reading),
  GenericTransformer: new Callable(() => []),
});
