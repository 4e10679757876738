import { type ClientRequest, type IncomingMessage, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { HttpIntegration } from './documents.ts';
import type { Answer, Exchange, Header } from './exchange.ts';
import { compileExpression, GatewayError } from './gateway-response.ts';
import { isSendable, passedOn } from './lambda-integration.ts';
import { eventHeaders } from './proxy-event.ts';
import type { Variables } from './template.ts';

/** Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html */
const MAX_PAYLOAD_BYTES = 10 * 1024 * 1024;

/**
 * Hands a request on to another server, and answers what that answers: also a redirect, which is not followed. What is
 * between one hop and the next (RFC 9110, 7.6.1) goes neither way.
 * @throws GatewayError for a path that would lead out of the integration's own (400), for no answer (504) and a late one
 *   (504)
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/setup-http-integrations.html
 */
export async function callHttp(
  exchange: Exchange,
  integration: HttpIntegration,
  variables: Variables,
): Promise<Answer> {
  const url = urlOf(exchange, integration, variables);
  const started = performance.now();
  const measure = (status: number, error?: string): void => {
    const latencyMs = Math.round(performance.now() - started);
    exchange.integration = { latencyMs, status, ...(error !== undefined && { error }) };
  };
  try {
    const answer = await send(url, exchange, integration, variables);
    measure(answer.status);
    return answer;
  } catch (error) {
    measure(504, String(error));
    const isLate = ((error as Error).cause as Partial<Error> | undefined)?.name === 'TimeoutError';
    const message = isLate ? 'Endpoint request timed out' : 'Internal server error';
    const type = isLate ? 'INTEGRATION_TIMEOUT' : 'INTEGRATION_FAILURE';
    throw new GatewayError(type, 'InternalServerErrorException', message);
  }
}

/** The URI with what the request puts in its place: never another host, and nothing above its own path. */
function urlOf({ request }: Exchange, { uri, parameters }: HttpIntegration, variables: Variables): URL {
  const valueOf = (place: string, name: string): string | undefined => {
    const expression = parameters[`integration.request.${place}.${name}`];
    return expression === undefined ? undefined : compileExpression(expression)(request, variables);
  };
  const base = new URL(uri.replace(/\{.*$/s, ''));
  const url = URL.parse(uri.replace(/\{([^}]+)\}/g, (_, name: string) => valueOf('path', name) ?? ''));
  if (url === null || url.origin !== base.origin || !url.pathname.startsWith(base.pathname)) {
    throw new GatewayError('DEFAULT_4XX', 'BadRequestException', 'The path leads out of what is served here');
  }
  for (const [name, values] of request.query) for (const value of values) url.searchParams.append(name, value);
  for (const target of Object.keys(parameters)) {
    const [, name] = /^integration\.request\.querystring\.(.+)$/.exec(target) ?? [];
    const value = name === undefined ? undefined : valueOf('querystring', name);
    if (name !== undefined && value !== undefined) url.searchParams.set(name, value);
  }
  return url;
}

/** `eventHeaders` leaves out what else is between two hops. */
const OWN = ['host', 'content-length', 'proxy-authorization'];

function headersOf(exchange: Exchange, { parameters }: HttpIntegration, variables: Variables): [string, string[]][] {
  const { request } = exchange;
  const listed = (request.headers.get('connection') ?? []).flatMap((value) => value.toLowerCase().split(','));
  const dropped = new Set([...OWN, ...listed.map((name) => name.trim())]);
  const headers = new Map<string, [string, string[]]>();
  for (const [name, values] of eventHeaders(exchange)) {
    const key = name.toLowerCase();
    if (!dropped.has(key)) headers.set(key, [name, [...values]]);
  }
  for (const [target, expression] of Object.entries(parameters)) {
    const [, name] = /^integration\.request\.header\.(.+)$/.exec(target) ?? [];
    const value = name === undefined ? undefined : compileExpression(expression)(request, variables);
    if (name !== undefined && value !== undefined) headers.set(name.toLowerCase(), [name, [value]]);
  }
  return [...headers.values()];
}

async function send(url: URL, exchange: Exchange, integration: HttpIntegration, variables: Variables): Promise<Answer> {
  const { body, method } = exchange.request;
  const { httpMethod, timeoutInMillis } = integration;
  const start = url.protocol === 'https:' ? httpsRequest : httpRequest;
  const sent = start(url, {
    method: httpMethod === 'ANY' ? method : httpMethod,
    headers: Object.fromEntries(headersOf(exchange, integration, variables)),
    signal: AbortSignal.timeout(timeoutInMillis),
  });
  // The body is of one piece, so that no upstream has to read chunks.
  if (body.length > 0) sent.setHeader('content-length', body.length);
  sent.end(body);
  return answerOf(await responseTo(sent));
}

function responseTo(sent: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    sent.once('response', resolve);
    sent.once('error', reject);
    // A server that switches protocols causes neither.
    sent.once('close', () => reject(new Error('The connection ended without an answer.')));
  });
}

async function answerOf(response: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_PAYLOAD_BYTES) throw new Error(`The answer has more than ${MAX_PAYLOAD_BYTES} bytes.`);
    chunks.push(chunk);
  }
  const { rawHeaders, statusCode = 0 } = response;
  const headers = rawHeaders.flatMap((name, at): Header[] => (at % 2 === 0 ? [[name, rawHeaders[at + 1]!]] : []));
  const listed = (response.headers.connection ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim());
  const between = new Set([...BETWEEN, ...listed]);
  const kept = headers.filter(([name]) => !between.has(name.toLowerCase()));
  return { status: statusCode, headers: passedOn(kept).filter(isSendable), body: Buffer.concat(chunks) };
}

const BETWEEN = ['connection', 'keep-alive', 'proxy-authenticate', 'proxy-connection', 'te', 'trailer', 'upgrade'];
