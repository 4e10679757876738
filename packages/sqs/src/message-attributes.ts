import { createHash } from 'node:crypto';
import { isObject } from '@dure/local-http/json';
import { invalidParameter, sqsError } from './sqs-error.ts';

/** An attribute of a message as it stands on the wire: binary is base64. */
export interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  readonly BinaryValue?: string;
}
export type MessageAttributes = Readonly<Record<string, MessageAttribute>>;

const MAX_ATTRIBUTES = 10;
const NAME = /^(?!\.)(?!.*\.\.)(?!.*\.$)[\p{L}\p{N}_.-]{1,256}$/u;
const RESERVED = /^(aws|amazon)\./i;
const TYPE = /^(String|Number|Binary)(\..{1,250})?$/u;
const NUMBER = /^-?(\d+(\.\d*)?|\.\d+)(e[+-]?\d{1,3})?$/i;
const MAX_DIGITS = 38;
/** What XML 1.0 can carry. Without it, half a surrogate pair could not be written as UTF-8. */
const FORBIDDEN = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;

/**
 * @throws AwsError `InvalidMessageContents`
 * Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */
export function checkCharacters(text: string, what: string): void {
  const found = FORBIDDEN.exec(text)?.[0];
  if (found === undefined) return;
  const code = found.codePointAt(0)!.toString(16).toUpperCase();
  throw sqsError('InvalidMessageContents', `Invalid binary character '#x${code}' was found in ${what}.`);
}

/**
 * Checks a message's attributes.
 * @throws AwsError `InvalidParameterValueException`
 * Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
 */
export function parseAttributes(
  given: unknown,
  kind: 'user' | 'system' = 'user',
  most = MAX_ATTRIBUTES,
): MessageAttributes {
  if (given === undefined || given === null) return {};
  if (!isObject(given)) throw invalidParameter('The message attributes have to be an object.');
  const names = Object.keys(given);
  if (names.length > most) {
    const reason = `Number of message attributes [${names.length}] exceeds the allowed maximum [${most}].`;
    throw invalidParameter(reason);
  }
  return Object.fromEntries(names.map((name) => [name, parseAttribute(name, given[name], kind)]));
}

function parseAttribute(name: string, given: unknown, kind: 'user' | 'system'): MessageAttribute {
  const about = `Message (${kind}) attribute '${name}'`;
  if (kind === 'system' && name !== 'AWSTraceHeader') {
    throw invalidParameter(`Message system attribute name '${name}' is invalid.`);
  }
  if (kind === 'user' && (!NAME.test(name) || RESERVED.test(name))) {
    throw invalidParameter(`Message (user) attribute name '${name}' is invalid.`);
  }
  if (!isObject(given)) throw invalidParameter(`${about} has to be an object.`);
  const { DataType: type, StringValue: text, BinaryValue: binary } = given;
  if (type === undefined || type === '') {
    throw invalidParameter(`The message attribute '${name}' must contain non-empty message attribute type.`);
  }
  const base = typeof type === 'string' ? TYPE.exec(type)?.[1] : undefined;
  if (typeof type !== 'string' || base === undefined) {
    throw invalidParameter(
      `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
    );
  }
  const value = base === 'Binary' ? binary : text;
  if (typeof value !== 'string' || value === '') {
    throw invalidParameter(`${about} must contain a non-empty value of type '${base}'.`);
  }
  if (base === 'Binary') return { DataType: type, BinaryValue: value };
  if (FORBIDDEN.test(value)) throw invalidParameter(`${about} contains invalid characters.`);
  if (base === 'Number') checkNumber(name, value);
  return { DataType: type, StringValue: value };
}

function checkNumber(name: string, value: string): void {
  const digits = value.replace(/e.*$/i, '').replace(/[^\d]/g, '').replace(/^0+/, '');
  if (NUMBER.test(value) && digits.length <= MAX_DIGITS) return;
  throw invalidParameter(`Can't cast the value of message (user) attribute '${name}' to a number.`);
}

/** In bytes, as they count towards a message's size. */
export function sizeOfAttributes(attributes: MessageAttributes): number {
  let size = 0;
  for (const [name, { DataType, StringValue, BinaryValue }] of Object.entries(attributes)) {
    size += Buffer.byteLength(name) + Buffer.byteLength(DataType);
    size += StringValue === undefined ? Buffer.byteLength(BinaryValue ?? '', 'base64') : Buffer.byteLength(StringValue);
  }
  return size;
}

/**
 * The digest by which clients check what was understood; undefined without attributes.
 * Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html#sqs-attributes-md5-message-digest-calculation
 */
export function md5OfAttributes(attributes: MessageAttributes): string | undefined {
  const names = Object.keys(attributes).sort();
  if (names.length === 0) return undefined;
  const hash = createHash('md5');
  const add = (bytes: Buffer): void => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hash.update(length).update(bytes);
  };
  for (const name of names) {
    const { DataType, StringValue, BinaryValue = '' } = attributes[name]!;
    add(Buffer.from(name));
    add(Buffer.from(DataType));
    hash.update(Buffer.from([StringValue === undefined ? 2 : 1]));
    add(StringValue === undefined ? Buffer.from(BinaryValue, 'base64') : Buffer.from(StringValue));
  }
  return hash.digest('hex');
}

/**
 * Those that a receiver asked for: `All`, `*`, `.*`, names, and prefixes as `order.*`.
 * Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html
 */
export function selectAttributes(attributes: MessageAttributes, wanted: readonly string[]): MessageAttributes {
  if (['All', '*', '.*'].some((name) => wanted.includes(name))) return attributes;
  const fits = (name: string): boolean =>
    wanted.some((it) => it === name || (it.endsWith('.*') && name.startsWith(it.slice(0, -2))));
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => fits(name)));
}
