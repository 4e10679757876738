import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gunzip, inflate } from 'node:zlib';
import { receiveBody } from '@dure/local-http/body';
import type { ReceivedRequest } from './exchange.ts';
import { GatewayError } from './gateway-response.ts';
import type { InvokeTarget } from './index.ts';

/** Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html */
const MAX_PAYLOAD_BYTES = 10 * 1024 * 1024;

const DECODERS: Record<string, (body: Buffer, options: object) => Promise<Buffer>> = {
  gzip: promisify(gunzip),
  deflate: promisify(inflate),
};

/** A request, or what of it came before its body was refused. */
export interface Received {
  readonly request: ReceivedRequest;
  readonly refusal: GatewayError | undefined;
}

/**
 * The request, with its body read to the end, so that a refusal reaches a client that is still sending. Undefined for a
 * client that went away.
 */
export async function receive(
  target: InvokeTarget,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<Received | undefined> {
  const body = await receiveBody(message, response, MAX_PAYLOAD_BYTES);
  if (body === undefined) return undefined;
  const [path = '', ...query] = target.path.split('?');
  const address = target.sourceIp ?? message.socket.remoteAddress ?? '';
  const request = {
    method: message.method ?? 'GET',
    path: path.replace(/^\/*/, '/'),
    sentPath: path,
    url: message.url ?? '/',
    basePath: target.basePath ?? `/${target.stage}`,
    ...readHeaders(message.rawHeaders),
    query: readQuery(query.join('?')),
    pathParameters: {},
    body: Buffer.isBuffer(body) ? body : Buffer.alloc(0),
    sourceIp: address.replace(/^::ffff:/, ''),
    protocol: `HTTP/${message.httpVersion}`,
  };
  const refusal = body === 'too large' ? tooLarge() : body === 'too many' ? tooMany() : undefined;
  return { request, refusal };
}

export function readHeaders(raw: readonly string[]): Pick<ReceivedRequest, 'headers' | 'headerNames'> {
  const headers = new Map<string, string[]>();
  const headerNames = new Map<string, string>();
  for (let index = 0; index < raw.length; index += 2) {
    const name = raw[index]!;
    const key = name.toLowerCase();
    headers.set(key, [...(headers.get(key) ?? []), raw[index + 1]!]);
    headerNames.set(key, name);
  }
  return { headers, headerNames };
}

export function readQuery(text: string): Map<string, string[]> {
  const query = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(text)) query.set(name, [...(query.get(name) ?? []), value]);
  return query;
}

/**
 * The request with its body as it was before the client compressed it, for an API with payload compression.
 * @throws GatewayError for a body that is not what its Content-Encoding says, or too large
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-make-request-with-compressed-payload.html
 */
export async function decompressed(request: ReceivedRequest): Promise<ReceivedRequest> {
  const decode = DECODERS[request.headers.get('content-encoding')?.at(-1) ?? 'identity'];
  if (decode === undefined || request.body.length === 0) return request;
  try {
    return { ...request, body: await decode(request.body, { maxOutputLength: MAX_PAYLOAD_BYTES }) };
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge();
    throw new GatewayError('DEFAULT_4XX', 'BadRequestException', 'Bad Request');
  }
}

function tooMany(): GatewayError {
  return new GatewayError('THROTTLED', 'TooManyRequestsException', 'Too Many Requests');
}

function tooLarge(): GatewayError {
  const message = `HTTP content length exceeded ${MAX_PAYLOAD_BYTES} bytes.`;
  return new GatewayError('REQUEST_TOO_LARGE', 'RequestTooLargeException', message);
}
