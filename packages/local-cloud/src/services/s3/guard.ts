import { randomUUID } from 'node:crypto';
import { Agent, type IncomingMessage, request as httpRequest, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { toXml } from '@dure/aws-protocols/aws-query';
import { uncheckedSignature } from '@dure/aws-protocols/unchecked-signature';
import { requestUrl } from '@dure/local-http/request-url';
import { type S3Request, unsupportedPart } from './unsupported-requests.ts';

const VIRTUAL_HOST = /^([a-z\d][a-z\d.-]*?)\.(?:s3\.)?(?:localhost|127\.0\.0\.1)(?::\d+)?$/;
const WRITES = ['PUT', 'POST', 'DELETE'];

export interface Guard {
  readonly handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  stop(): void;
}

/**
 * Stands before the emulator of S3, which takes every PUT for an object and every DELETE for its end: what it does not
 * do is refused by name, and conditions of writes are checked, one write of a key at a time.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
export function createGuard(emulator: string): Guard {
  const agent = new Agent({ keepAlive: true });
  const writes = new Map<string, Promise<void>>();

  /** After the writes of this key that came before. */
  async function inTurn(path: string, work: () => Promise<void>): Promise<void> {
    const before = writes.get(path) ?? Promise.resolve();
    const mine = before.then(work);
    const settled = mine.catch(() => undefined);
    writes.set(path, settled);
    await mine.finally(() => {
      if (writes.get(path) === settled) writes.delete(path);
    });
  }

  function forward(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method, headers } = request;
    return new Promise((resolve, reject) => {
      const onward = httpRequest(requestUrl(request, emulator), { method, headers, agent }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        pipeline(answer, response).then(resolve, reject);
      });
      onward.on('error', reject);
      pipeline(request, onward).catch(reject);
    });
  }

  /** The entity tag of what is stored there; undefined when there is nothing. */
  async function etagOf(path: string, headers: IncomingMessage['headers']): Promise<string | undefined> {
    const { host, authorization = uncheckedSignature('s3') } = headers;
    return new Promise((resolve, reject) => {
      const sent = httpRequest(requestUrl({ url: path }, emulator), {
        method: 'HEAD',
        headers: { host, authorization },
        agent,
      });
      sent.on('response', (answer) => {
        answer.resume();
        resolve(answer.statusCode === 200 ? (answer.headers.etag ?? '') : undefined);
      });
      sent.on('error', reject);
      sent.end();
    });
  }

  async function write(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { 'if-none-match': ifNone, 'if-match': ifMatch } = request.headers;
    if (ifNone !== undefined && ifNone !== '*') {
      return sendError(request, response, 501, 'NotImplemented', 'Of a write, If-None-Match takes * alone.');
    }
    if (ifNone !== undefined || ifMatch !== undefined) {
      const etag = await etagOf(path, request.headers);
      const failed = ifNone !== undefined ? etag !== undefined : !sameEtag(ifMatch!, etag);
      if (failed && etag === undefined)
        return sendError(request, response, 404, 'NoSuchKey', 'The specified key does not exist.');
      if (failed) {
        const reason = 'At least one of the pre-conditions you specified did not hold';
        return sendError(request, response, 412, 'PreconditionFailed', reason);
      }
      delete request.headers['if-none-match'];
      delete request.headers['if-match'];
    }
    await forward(request, response);
  }

  return {
    async handle(request, response) {
      try {
        const asked = parse(request);
        const unsupported = unsupportedPart(asked);
        const { method, bucket, key, query } = asked;
        if (unsupported !== undefined) {
          const reason = `A header or parameter you provided implies functionality that is not implemented here: ${unsupported}.`;
          sendError(request, response, 501, 'NotImplemented', reason);
        } else if (key === undefined && method === 'GET' && query.has('location')) {
          sendXml(response, 200, toXml('LocationConstraint', ''));
        } else if (key !== undefined && WRITES.includes(method) && !query.has('partNumber')) {
          const path = requestUrl(request, emulator).pathname;
          await inTurn(`${bucket}/${key}`, () => write(path, request, response));
        } else await forward(request, response);
      } catch (error) {
        if (response.headersSent) return void response.destroy();
        sendError(request, response, 503, 'ServiceUnavailable', String(error));
      }
    },
    stop: () => agent.destroy(),
  };
}

/** By path, as `/bucket/key`, or with the bucket in the host's name. */
function parse(request: IncomingMessage): S3Request {
  const { method = 'GET', headers } = request;
  const { pathname, searchParams: query } = requestUrl(request);
  const named = VIRTUAL_HOST.exec(headers.host ?? '')?.[1];
  const host = named === 's3' ? undefined : named;
  const [first = '', ...rest] = pathname.slice(1).split('/');
  const [bucket, key] = host === undefined ? [first, rest.join('/')] : [host, pathname.slice(1)];
  return { method, query, headers, ...(bucket !== '' && { bucket }), ...(key !== '' && { key }) };
}

const unquoted = (etag: string): string => etag.replace(/^(W\/)?"(.*)"$/, '$2');
const sameEtag = (wanted: string, etag: string | undefined): boolean =>
  etag !== undefined && (wanted === '*' || unquoted(wanted) === unquoted(etag));

function sendError(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  code: string,
  reason: string,
): void {
  request.resume();
  sendXml(response, status, toXml('Error', { Code: code, Message: reason, RequestId: randomUUID() }));
}

function sendXml(response: ServerResponse, status: number, xml: string): void {
  response.writeHead(status, { 'content-type': 'application/xml' });
  response.end(`<?xml version="1.0" encoding="UTF-8"?>\n${xml}`);
}
