import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { receiveBody } from '@dure/local-http/body';
import { isObject, parseJson } from '@dure/local-http/json';
import { AwsError } from './aws-error.ts';

/** A function's archive may come inline, as base64: 50 MB of it. */
const MAX_BODY_BYTES = 70 * 1024 * 1024;

const decompress = promisify(gunzip);

/**
 * The body of a request to a service, decompressed: the SDK compresses what is large and may be, metrics for one.
 * @throws AwsError `RequestEntityTooLarge`, `ServiceUnavailable`, or `SerializationException` for what is not gzip
 */
export async function readBody(
  request: IncomingMessage,
  response: ServerResponse,
  maxBytes = MAX_BODY_BYTES,
): Promise<Buffer> {
  const body = await receiveBody(request, response, maxBytes);
  if (body === 'too large') throw tooLarge(maxBytes);
  if (body === 'too many') throw new AwsError('ServiceUnavailable', 'Too much is being sent at once.', 503);
  if (body === undefined) throw new AwsError('RequestTimeout', 'The request did not arrive.', 408);
  if (request.headers['content-encoding'] !== 'gzip') return body;
  try {
    return await decompress(body, { maxOutputLength: maxBytes });
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(maxBytes);
    throw new AwsError('SerializationException', 'The body is not gzip, as its content-encoding says.');
  }
}

/**
 * The body of a request of a JSON protocol; `{}` where there is none.
 * @throws AwsError `SerializationException` for what is not a JSON object, and as `readBody` does
 */
export async function readJson(
  request: IncomingMessage,
  response: ServerResponse,
  maxBytes?: number,
): Promise<Record<string, unknown>> {
  return jsonIn(await readBody(request, response, maxBytes));
}

/** The JSON object that a body is, decompressed. @throws AwsError `SerializationException` */
export function jsonIn(body: Buffer): Record<string, unknown> {
  const value = body.length === 0 ? {} : parseJson(body.toString('utf8'));
  if (isObject(value)) return value;
  throw new AwsError('SerializationException', 'The request body is not a JSON object.');
}

const tooLarge = (maxBytes: number): AwsError =>
  new AwsError('RequestEntityTooLarge', `The request is larger than ${maxBytes / 1024 / 1024} MiB.`, 413);
