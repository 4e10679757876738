import { validateHeaderName, validateHeaderValue } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { InvokeLambda, InvokeResult } from '../../shared/types.ts';
import type { LambdaIntegration } from './documents.ts';
import type { Answer, Exchange, Header } from './exchange.ts';
import { GatewayError } from './gateway-response.ts';
import { matchesMediaType, proxyEvent } from './proxy-event.ts';
import { isRecord } from './reader.ts';

/** Lambda takes and answers 6 MB at most, when it is waited for. */
const MAX_EVENT_BYTES = 6 * 1024 * 1024;

/**
 * Calls the function and answers what it said.
 * @throws GatewayError where there is no such answer: a fault of the function or an answer of another shape (502), a
 *   time-out (504), a function that cannot be called (500)
 */
export async function callLambda(
  exchange: Exchange,
  integration: LambdaIntegration,
  invokeLambda: InvokeLambda,
  accountId: string,
): Promise<Answer> {
  const event = proxyEvent(exchange, accountId);
  if (Buffer.byteLength(JSON.stringify(event)) > MAX_EVENT_BYTES) {
    throw new GatewayError('REQUEST_TOO_LARGE', 'RequestEntityTooLargeException', 'Request Too Long');
  }
  const functionArn = withStageVariables(integration.functionArn, exchange.stage.variables);
  const started = performance.now();
  const measure = (status: number, error?: string): void => {
    const latencyMs = Math.round(performance.now() - started);
    exchange.integration = { latencyMs, status, ...(error !== undefined && { error }) };
  };
  const result = await invokeWithin(invokeLambda, functionArn, event, integration.timeoutInMillis).catch(
    (error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      measure(error instanceof GatewayError ? 504 : 500, message);
      throw error instanceof GatewayError ? error : configurationError();
    },
  );
  if (!result.ok) {
    measure(200, `${result.errorType}: ${result.errorMessage}`);
    throw internalServerError();
  }
  const answer = toAnswer(result.payload, exchange);
  if (answer === undefined) {
    measure(200, 'Malformed Lambda proxy response');
    throw internalServerError();
  }
  measure(200);
  return answer;
}

/** `${stageVariables.alias}` in an integration's URI. */
export function withStageVariables(functionArn: string, variables: Readonly<Record<string, string>>): string {
  return functionArn.replace(/\$\{stageVariables\.(\w+)\}/g, (_match, name: string) => variables[name] ?? '');
}

/** @throws GatewayError INTEGRATION_TIMEOUT */
export async function invokeWithin(
  invokeLambda: InvokeLambda,
  functionArn: string,
  event: unknown,
  timeoutMs: number,
): Promise<InvokeResult> {
  const done = new AbortController();
  const timedOut = delay(timeoutMs, undefined, { signal: done.signal }).then(() => {
    throw new GatewayError('INTEGRATION_TIMEOUT', 'InternalServerErrorException', 'Endpoint request timed out');
  });
  try {
    return await Promise.race([invokeLambda(functionArn, event), timedOut]);
  } finally {
    done.abort();
    timedOut.catch(() => undefined);
  }
}

function internalServerError(): GatewayError {
  return new GatewayError('DEFAULT_5XX', 'InternalServerErrorException', 'Internal server error');
}

function configurationError(): GatewayError {
  return new GatewayError('API_CONFIGURATION_ERROR', 'InternalServerErrorException', 'Internal server error');
}

/** All members are optional, and there are no others. */
const MEMBERS = ['statusCode', 'headers', 'multiValueHeaders', 'body', 'isBase64Encoded'];

const BASE64 = /^[A-Za-z0-9+/\s]*={0,2}\s*$/;

/** Undefined for what is not of the proxy integration's format. */
function toAnswer(payload: unknown, { request, snapshot }: Exchange): Answer | undefined {
  if (!isRecord(payload) || Object.keys(payload).some((name) => !MEMBERS.includes(name))) return undefined;
  const { statusCode, headers, multiValueHeaders, body, isBase64Encoded } = payload;
  const status = Number(statusCode ?? 200);
  const isStatus = Number.isInteger(status) && status >= 100 && status <= 599;
  if (!isStatus || !isHeaders(headers, isScalar) || !isHeaders(multiValueHeaders, isScalarList)) return undefined;
  if (body !== undefined && body !== null && typeof body !== 'string') return undefined;
  const ready = responseHeaders(headers ?? {}, multiValueHeaders ?? {});
  if (!ready.every(isSendable)) return undefined;
  const isBinary =
    isBase64Encoded === true && matchesMediaType(snapshot.api.binaryMediaTypes, request.headers.get('accept')?.at(-1));
  if (isBinary && !BASE64.test(body ?? '')) throw configurationError();
  return {
    status,
    headers: ready,
    body: Buffer.from(body ?? '', isBinary ? 'base64' : 'utf8'),
  };
}

/** Whether Node.js, and so any client, takes the header. */
export function isSendable([name, value]: Header): boolean {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return true;
  } catch {
    return false;
  }
}

type Headers<Value> = Readonly<Record<string, Value>>;
type Scalar = string | number | boolean;

function isScalar(value: unknown): value is Scalar {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

function isScalarList(value: unknown): value is Scalar[] {
  return Array.isArray(value) && value.every(isScalar);
}

function isHeaders<Value>(
  value: unknown,
  isValue: (item: unknown) => item is Value,
): value is Headers<Value> | undefined | null {
  return value === undefined || value === null || (isRecord(value) && Object.values(value).every(isValue));
}

/** Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html */
const REMAPPED = new Set([
  'authorization',
  'connection',
  'date',
  'max-forwards',
  'server',
  'user-agent',
  'www-authenticate',
]);
const NOT_PASSED = new Set(['content-length', 'expect', 'host', 'te', 'trailer', 'transfer-encoding', 'upgrade']);

/** Both kinds of headers in one list, without what is in both twice. JSON unless the function says otherwise. */
function responseHeaders(single: Headers<Scalar>, multiple: Headers<Scalar[]>): Header[] {
  const all: Header[] = Object.entries(multiple).flatMap(([name, values]) =>
    values.map((value): Header => [name, String(value)]),
  );
  for (const [name, value] of Object.entries(single)) {
    const isThere = all.some(([other, text]) => other.toLowerCase() === name.toLowerCase() && text === String(value));
    if (!isThere) all.push([name, String(value)]);
  }
  if (!all.some(([name]) => name.toLowerCase() === 'content-type')) all.push(['Content-Type', 'application/json']);
  return passedOn(all);
}

/** The headers of an integration's answer, as the client gets them. */
export function passedOn(headers: readonly Header[]): Header[] {
  return headers
    .filter(([name]) => !NOT_PASSED.has(name.toLowerCase()))
    .map(([name, value]) => [REMAPPED.has(name.toLowerCase()) ? `x-amzn-Remapped-${name}` : name, value]);
}
