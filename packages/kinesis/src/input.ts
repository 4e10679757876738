import { invalid, optionalInteger, optionalText, violates } from '@dure/aws-protocols/aws-input';
import { AwsError } from '@dure/aws-protocols/aws-error';
import { isObject } from '@dure/local-http/json';
import { invalidArgument, notFound } from './kinesis-error.ts';
import type { Input, Parts } from './parts.ts';
import type { Stream } from './stream-store.ts';

const NAME = /^[a-zA-Z0-9_.-]+$/;
const MAX_NAME = 128;
const ARN = /^arn:[^:]+:kinesis:[^:]*:[^:]*:stream\/([^/]+)$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** A name as streams, shards and consumers have. @throws AwsError `ValidationException` */
export function requiredName(input: Input, member: string): string {
  const value = optionalText(input, member, MAX_NAME);
  const shown = camelCase(member);
  if (value === undefined) throw violates(shown, undefined, 'must not be null');
  if (value === '') throw violates(shown, '', 'must have length greater than or equal to 1');
  if (!NAME.test(value))
    throw violates(shown, value, `must satisfy regular expression pattern: ${NAME.source.slice(1, -1)}`);
  return value;
}

/**
 * The stream that a request names, by its name or its ARN.
 * @throws AwsError `ResourceNotFoundException`, or `InvalidArgumentException` where it names none, or two
 */
export function streamOf({ streams, accountId }: Parts, input: Input): Stream {
  if ((input['StreamId'] ?? undefined) !== undefined) throw invalid('StreamId is reserved for future use.');
  const [name, arn] = [input['StreamName'] ?? undefined, optionalText(input, 'StreamARN', 2048)];
  if (name === undefined && arn === undefined) {
    throw invalidArgument('Either StreamName or StreamARN has to be specified.');
  }
  const named = arn === undefined ? requiredName(input, 'StreamName') : nameIn(arn);
  if (name !== undefined && name !== named) {
    throw invalidArgument(`StreamName ${String(name)} does not match StreamARN ${arn}.`);
  }
  const stream = streams.find(named);
  if (stream !== undefined && (arn === undefined || arn === stream.arn)) return stream;
  throw notFound(`Stream ${named} under account ${accountId} not found.`);
}

/** @throws AwsError `ValidationException` for what is not the ARN of a stream */
function nameIn(arn: string): string {
  const [, name] = ARN.exec(arn) ?? [];
  if (name !== undefined) return name;
  throw violates('streamARN', arn, 'must satisfy regular expression pattern: arn:aws.*:kinesis:.*:\\d{12}:stream/\\S+');
}

/** @throws AwsError `ValidationException` unless it is one of these texts */
export function optionalEnum<Value extends string>(
  input: Input,
  member: string,
  values: readonly Value[],
): Value | undefined {
  const value = optionalText(input, member, MAX_NAME);
  if (value === undefined || values.includes(value as Value)) return value as Value | undefined;
  throw violates(camelCase(member), value, `must satisfy enum value set: [${values.join(', ')}]`);
}

export function requiredInteger(input: Input, member: string, least: number, most: number): number {
  const value = optionalInteger(input, member, least, most);
  if (value === undefined) throw violates(camelCase(member), undefined, 'must not be null');
  return value;
}

/** Bytes: base64 in the JSON protocol. @throws AwsError `ValidationException`, `SerializationException` */
export function requiredBytes(value: unknown, member: string): Uint8Array {
  if (value instanceof Uint8Array) return value;
  if (value === undefined || value === null) throw violates(member, undefined, 'must not be null');
  if (typeof value === 'string' && BASE64.test(value)) return Buffer.from(value, 'base64');
  throw new AwsError('SerializationException', `The value at '${member}' is not base64.`);
}

/** A list of texts. @throws AwsError `ValidationException` */
export function requiredTexts(input: Input, member: string, most: number): string[] {
  const value = input[member];
  const shown = camelCase(member);
  if (!Array.isArray(value)) throw violates(shown, undefined, 'must not be null');
  if (value.length === 0 || value.length > most) {
    throw invalid(
      `1 validation error detected: Value at '${shown}' failed to satisfy constraint: ` +
        `Member must have length between 1 and ${most}`,
    );
  }
  const wrong = (value as unknown[]).find((item) => typeof item !== 'string');
  if (wrong !== undefined) throw violates(shown, wrong, 'must be a list of strings');
  return value as string[];
}

/** Tags, a text for each name. @throws AwsError `ValidationException` */
export function tagsOf(input: Input): Record<string, string> {
  const tags = input['Tags'] ?? {};
  if (!isObject(tags)) throw violates('tags', tags, 'must be a map');
  for (const [key, value] of Object.entries(tags)) {
    if (key === '' || key.length > 128) throw violates('tags', key, 'must have length between 1 and 128');
    if (typeof value !== 'string' || value.length > 256)
      throw violates('tags', value, 'must be a string of at most 256');
  }
  return tags as Record<string, string>;
}

const camelCase = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);
