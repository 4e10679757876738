import { randomBytes, randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { S3Error } from './s3-error.ts';
import { errorDocument } from './xml.ts';

/** What a request is answered with: a document, the bytes of an object, or headers alone. */
export interface Answer {
  /** 200 by default. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | number | undefined>>;
  readonly xml?: string;
  readonly text?: { readonly type: string; readonly body: string };
  readonly bytes?: Readable;
}

export const NO_CONTENT: Answer = { status: 204 };

export async function send(response: ServerResponse, answer: Answer): Promise<void> {
  const { status = 200, headers = {}, xml, text, bytes } = answer;
  const body = text?.body ?? xml;
  response.statusCode = status;
  response.setHeader('x-amz-request-id', requestId(response));
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) response.setHeader(name, value);
  }
  if (body !== undefined) {
    response.setHeader('content-type', text?.type ?? 'application/xml');
    response.setHeader('content-length', Buffer.byteLength(body));
  }
  if (bytes === undefined) response.end(body);
  else await pipeline(bytes, response);
}

/** A HEAD or a 304 has no body, so that its client sees the status alone. */
export function errorAnswer(error: unknown, response: ServerResponse, method: string): Answer {
  const known = error instanceof S3Error ? error : new S3Error('InternalError', String(error));
  const { status, code, message, details, headers } = known;
  if (method === 'HEAD' || status === 304) return { status, headers };
  const RequestId = requestId(response);
  return { status, headers, xml: errorDocument({ Code: code, Message: message, ...details, RequestId }) };
}

const ids = new WeakMap<ServerResponse, string>();

function requestId(response: ServerResponse): string {
  const id = ids.get(response) ?? randomUUID().replaceAll('-', '').slice(0, 16).toUpperCase();
  ids.set(response, id);
  return id;
}

/** 32 characters, as AWS's ids of versions. */
export const randomId = (): string => randomBytes(24).toString('base64url').replaceAll('-', '.');
