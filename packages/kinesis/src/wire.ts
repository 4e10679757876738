import { cbor, tag } from '@smithy/core/cbor';
import { AwsError } from '@dure/aws-protocols/aws-error';
import { isObject, parseJson } from '@dure/local-http/json';
import type { Input } from './parts.ts';

/** How Kinesis's requests and answers are written. */
export interface Wire {
  readonly contentType: string;
  /** @throws AwsError `SerializationException` */
  read(body: Buffer): Input;
  /** Dates and bytes are written as the protocol has them. */
  write(output: object): string | Uint8Array;
}

const EPOCH_TAG = 1;

const JSON_WIRE: Wire = {
  contentType: 'application/x-amz-json-1.1',
  read: (body) => requireObject(body.length === 0 ? {} : parseJson(body.toString('utf8')), 'a JSON object'),
  write: (output) => JSON.stringify(jsonShape(output)),
};

/** Of Java's SDKs: bytes are bytes, and times are in milliseconds. */
const CBOR_WIRE: Wire = {
  contentType: 'application/x-amz-cbor-1.1',
  read(body) {
    try {
      return requireObject(body.length === 0 ? {} : inSeconds(cbor.deserialize(body)), 'a CBOR map');
    } catch (error) {
      if (error instanceof AwsError) throw error;
      throw new AwsError('SerializationException', `The request body is not CBOR: ${(error as Error).message}`);
    }
  },
  write: (output) =>
    cbor.serialize(map(output, (value) => (value instanceof Date ? tag({ tag: EPOCH_TAG, value: +value }) : value))),
};

/** Source: https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html; CBOR, 1.1 as well, has no specification. */
export function wireOf(contentType: string): Wire {
  return contentType.startsWith('application/x-amz-cbor') ? CBOR_WIRE : JSON_WIRE;
}

/** Dates as seconds, bytes as base64. */
export const jsonShape = (output: object): object =>
  map(output, (value) => {
    if (value instanceof Date) return +value / 1000;
    return value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value;
  }) as object;

const isTag = (value: unknown): value is { tag: number; value: number } =>
  isObject(value) && value['tag'] === EPOCH_TAG && typeof value['value'] === 'number';

/** Times as the JSON protocol has them. */
const inSeconds = (input: unknown): unknown => map(input, (value) => (isTag(value) ? value.value / 1000 : value));

/** Replaces the values in lists and objects, from above. */
function map(value: unknown, replace: (value: unknown) => unknown): unknown {
  const replaced = replace(value);
  if (replaced !== value) return replaced;
  if (Array.isArray(value)) return value.map((item: unknown) => map(item, replace));
  if (!isObject(value) || value instanceof Uint8Array || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, map(inner, replace)]));
}

function requireObject(value: unknown, what: string): Input {
  if (isObject(value) && !(value instanceof Uint8Array)) return value;
  throw new AwsError('SerializationException', `The request body is not ${what}.`);
}
