import { type Agent, type IncomingMessage, type ServerResponse, request as httpRequest } from 'node:http';
import { INSIDE } from '../../shared/doors/inside.ts';
import { sendProblem } from '../../shared/http/respond.ts';
import { HIDDEN_PREFIX, INTEGRATION_HEADER } from '../../services/lambda/pool/proxy-response.ts';
import { receiveBody } from '../../shared/http/body.ts';

export interface ProxyTarget {
  readonly port: number;
  /** Path and query as the service's API has them: `/local/v1/orders?status=placed`. */
  readonly path: string;
  /** Its `maxSockets` caps what is in flight; the rest waits in it. */
  readonly agent: Agent;
}

/** API Gateway's quota for a request's payload. */
const MAX_BODY_BYTES = 10 * 1024 * 1024;
/** Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html */
const INTEGRATION_TIMEOUT_MS = 29_000;
const HOP_BY_HOP = ['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade'];
const WITHOUT_BODY = ['GET', 'HEAD', 'OPTIONS'];

/**
 * Passes a request on to a service's API once it has arrived, and the answer back as a stream. What the emulated gateway
 * answers by itself (its own errors, not the function's) becomes the problem that API Gateway's answer is here.
 */
export function proxy(
  request: IncomingMessage,
  response: ServerResponse,
  target: ProxyTarget,
  timeoutMs = INTEGRATION_TIMEOUT_MS,
): void {
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) {
    request.resume();
    return refuseTooLarge(response);
  }
  void receiveBody(request, response, MAX_BODY_BYTES).then((body) => {
    if (body === undefined) return void response.destroy();
    if (body === 'too large') return refuseTooLarge(response);
    if (body === 'too many') {
      response.setHeader('retry-after', '1');
      return sendProblem(response, 503, 'Service Unavailable', 'Too much is being sent at once.');
    }
    passOn(request, response, target, { body, timeoutMs });
  });
}

function passOn(
  request: IncomingMessage,
  response: ServerResponse,
  target: ProxyTarget,
  { body, timeoutMs }: { readonly body: Buffer; readonly timeoutMs: number },
): void {
  const hasBody = !WITHOUT_BODY.includes(request.method ?? '');
  const upstream = httpRequest({
    host: '127.0.0.1',
    port: target.port,
    path: target.path,
    method: request.method,
    headers: [...forwardedHeaders(request), ...(hasBody ? ['content-length', String(body.length)] : [])],
    agent: target.agent,
  });
  const timer = setTimeout(() => {
    sendProblem(response, 504, 'Gateway Timeout', `The service did not answer within ${timeoutMs / 1000} seconds.`);
    upstream.destroy();
  }, timeoutMs);

  upstream.on('response', (answer) => {
    clearTimeout(timer);
    if (answer.headers[INTEGRATION_HEADER] === undefined && (answer.statusCode ?? 500) >= 400) {
      answer.resume();
      return sendGatewayError(response, answer.statusCode ?? 500);
    }
    response.writeHead(answer.statusCode ?? 502, responseHeaders(answer));
    answer.pipe(response);
    answer.on('error', () => response.destroy());
  });
  upstream.on('error', () => {
    clearTimeout(timer);
    if (!response.writableEnded) sendProblem(response, 503, 'Service Unavailable', 'The service cannot be reached.');
  });
  response.on('close', () => {
    clearTimeout(timer);
    if (!response.writableFinished) upstream.destroy();
  });
  upstream.end(hasBody ? body : undefined);
}

function refuseTooLarge(response: ServerResponse): void {
  sendProblem(response, 413, 'Content Too Large', 'The request body is larger than 10 MB.');
}

function forwardedHeaders(request: IncomingMessage): string[] {
  const headers: string[] = [];
  for (let index = 0; index < request.rawHeaders.length; index += 2) {
    const [given, value] = request.rawHeaders.slice(index, index + 2) as [string, string];
    const name = given.toLowerCase();
    if (HOP_BY_HOP.includes(name) || name.startsWith('x-forwarded-') || name.startsWith('x-local-')) continue;
    if (name === 'content-length') continue;
    headers.push(name === 'origin' ? `${HIDDEN_PREFIX}${given}` : given, value);
  }
  return [
    ...headers,
    ...INSIDE,
    'x-forwarded-for',
    [request.headers['x-forwarded-for'], request.socket.remoteAddress].filter(Boolean).join(', '),
    'x-forwarded-port',
    String(request.socket.localPort),
    'x-forwarded-proto',
    'http',
  ];
}

function responseHeaders(answer: IncomingMessage): string[] {
  const headers: string[] = [];
  for (let index = 0; index < answer.rawHeaders.length; index += 2) {
    const name = answer.rawHeaders[index]!.toLowerCase();
    if (name === INTEGRATION_HEADER || HOP_BY_HOP.includes(name)) continue;
    headers.push(answer.rawHeaders[index]!, answer.rawHeaders[index + 1]!);
  }
  return headers;
}

/** The emulated gateway's own refusals, in API Gateway's words. */
function sendGatewayError(response: ServerResponse, status: number): void {
  if (status === 401) return sendProblem(response, 401, 'Unauthorized', 'Unauthorized');
  if (status === 403) return sendProblem(response, 403, 'Forbidden', 'Forbidden');
  if (status === 404) return sendProblem(response, 403, 'Forbidden', 'Missing Authentication Token');
  if (status === 413) return sendProblem(response, 413, 'Content Too Large', 'The request body is larger than 10 MB.');
  if (status === 415)
    return sendProblem(response, 415, 'Unsupported Media Type', 'The content type is not understood.');
  if (status < 500) return sendProblem(response, 400, 'Bad Request', 'The request cannot be read.');
  return sendProblem(response, 502, 'Bad Gateway', 'Internal server error');
}
