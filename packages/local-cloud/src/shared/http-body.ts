import type { IncomingMessage } from 'node:http';
import { AwsError } from './protocols/aws-error.ts';

/** A function's archive may come inline, as base64: 50 MB of it. */
const MAX_BODY_BYTES = 70 * 1024 * 1024;

/** @throws AwsError `RequestEntityTooLarge` */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > MAX_BODY_BYTES) throw new AwsError('RequestEntityTooLarge', 'The request is larger than 70 MiB.', 413);
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

/** @throws AwsError `SerializationException` unless the body is a JSON object, or empty */
export function parseJson(body: Buffer): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body.length === 0 ? '{}' : body.toString('utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // falls through to the error below
  }
  throw new AwsError('SerializationException', 'The request body is not a JSON object.');
}
