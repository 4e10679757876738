import type { IncomingMessage, ServerResponse } from 'node:http';
import { parseJson } from './json.ts';

/** Of all requests that are being received or answered at a moment. Above it, further ones are asked to come again. */
const MAX_HELD_BYTES = 256 * 1024 * 1024;

let held = 0;

/** A body, or why it was not taken. Undefined when the client went away. */
export type Received = Buffer | 'too large' | 'too many' | undefined;

/**
 * Reads a body whole, as API Gateway does before it calls anything: a client that sends slowly occupies its own
 * connection and nothing else, until the server's time for a request is over. What is too large is read on and dropped,
 * since closing on it would lose the answer on its way.
 * @param response until it is closed the body counts as held
 */
export async function receiveBody(
  request: IncomingMessage,
  response: ServerResponse,
  maxBytes: number,
): Promise<Received> {
  const chunks: Buffer[] = [];
  let size = 0;
  let refused: 'too large' | 'too many' | undefined;
  const release = (): void => {
    held -= size;
    size = 0;
  };
  response.once('close', release);
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      if (refused !== undefined) continue;
      size += chunk.length;
      held += chunk.length;
      refused = size > maxBytes ? 'too large' : held > MAX_HELD_BYTES ? 'too many' : undefined;
      if (refused === undefined) chunks.push(chunk);
      else {
        chunks.length = 0;
        release();
      }
    }
  } catch {
    return undefined;
  }
  return refused ?? Buffer.concat(chunks);
}

/** The JSON of a body, or undefined where it is not JSON, or was not taken. */
export async function receiveJson(
  request: IncomingMessage,
  response: ServerResponse,
  maxBytes: number,
): Promise<unknown> {
  const body = await receiveBody(request, response, maxBytes);
  return Buffer.isBuffer(body) ? parseJson(body.toString('utf8')) : undefined;
}
