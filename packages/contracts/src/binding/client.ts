import * as z from 'zod/mini';
import type { Call } from './call.ts';
import type { EndpointContract } from '../contracts/contract.ts';
import type { CommonProblem, ProblemDetails } from '../contracts/problem.ts';

type Nothing = Record<never, never>;

/** A part of a request: required where its schema asks for something, absent where the endpoint has none. */
type Part<Name extends string, Schema> = Schema extends z.ZodMiniType
  ? Nothing extends z.input<Schema>
    ? { readonly [N in Name]?: z.input<Schema> }
    : { readonly [N in Name]: z.input<Schema> }
  : Nothing;

type Key<Needed> = Needed extends 'required'
  ? { readonly idempotencyKey: string }
  : Needed extends 'optional'
    ? { readonly idempotencyKey?: string }
    : Nothing;

type Match<Need> = Need extends 'required'
  ? { readonly ifMatch: string }
  : Need extends 'optional'
    ? { readonly ifMatch?: string }
    : Nothing;

/** What a caller says. Entity tags are without their quotes. */
export type ClientRequest<E extends EndpointContract> = Part<'params', E['params']> &
  Part<'query', E['query']> &
  Part<'body', E['body']> &
  Key<E['idempotencyKey']> &
  Match<E['ifMatch']> & {
    readonly ifNoneMatch?: string;
    /** What the request belongs to: its correlation and trace go on. */
    readonly call?: Partial<Pick<Call, 'correlationId' | 'traceparent'>>;
  };

interface Received {
  readonly headers: Headers;
  /** Without its quotes, as `ifMatch` and `ifNoneMatch` take it. */
  readonly etag: string | undefined;
}

type Success<E extends EndpointContract> = {
  [Status in keyof E['responses'] & number]: Received & {
    readonly status: Status;
    readonly body: E['responses'][Status]['body'] extends z.ZodMiniType
      ? z.output<E['responses'][Status]['body']>
      : undefined;
    readonly problem?: undefined;
  };
}[keyof E['responses'] & number];

interface NotModified extends Received {
  readonly status: 304;
  readonly body?: undefined;
  readonly problem?: undefined;
}

/** A refusal or failure, told as RFC 9457 has it. */
export interface Refusal<Code extends string = string> extends Received {
  readonly status: number;
  /** `gateway` where the answer does not come from the service itself. */
  readonly code: Code | CommonProblem | 'gateway';
  readonly problem: ProblemDetails;
  readonly body?: undefined;
}

/** One of the answers that the contract allows: told apart by `problem` first, then by `status`. */
export type ClientAnswer<E extends EndpointContract> =
  Success<E> | (E['method'] extends 'GET' ? NotModified : never) | Refusal<keyof E['problems'] & string>;

export interface ClientOptions {
  /** Of the service's stage: `http://localhost:4000/orders/local`. */
  readonly baseUrl: string;
  /** Until the whole answer is there. */
  readonly timeoutMs?: number;
  /** Of a usage plan, where the stage asks for one. */
  readonly apiKey?: string;
}

type Arguments<Request> = Nothing extends Request ? [request?: Request] : [request: Request];

/** There was no answer: nothing listens, the connection broke, or it took too long. Whether it had an effect is open. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

/** The service answered something that its contract does not have. */
export class UnexpectedAnswer extends Error {
  override readonly name = 'UnexpectedAnswer';
}

const DEFAULT_TIMEOUT_MS = 10_000;

/**
 * Makes a function that calls an endpoint of a service by its contract, and holds the answer to it. Fields that the
 * contract does not have are let through, because a service may add some. Nothing is tried again: that is the
 * caller's to decide, with the same Idempotency-Key.
 * @throws NoAnswer, UnexpectedAnswer
 */
export function client<E extends EndpointContract>(endpoint: E, options: ClientOptions) {
  return async (...[request]: Arguments<ClientRequest<E>>): Promise<ClientAnswer<E>> => {
    const asked: AnyRequest = request ?? {};
    const url = urlOf(endpoint, options.baseUrl, asked);
    const { response, text } = await send(endpoint, url, asked, options);
    const etag = /^(?:W\/)?"(.*)"$/.exec(response.headers.get('etag') ?? '')?.[1];
    const received = { status: response.status, headers: response.headers, etag };
    return { ...received, ...read(endpoint, url, response, text) } as ClientAnswer<E>;
  };
}

interface AnyRequest {
  readonly params?: unknown;
  readonly query?: unknown;
  readonly body?: unknown;
  readonly idempotencyKey?: string;
  readonly ifMatch?: string;
  readonly ifNoneMatch?: string;
  readonly call?: { readonly correlationId?: string; readonly traceparent?: string };
}

function urlOf(endpoint: EndpointContract, baseUrl: string, { params = {}, query = {} }: AnyRequest): string {
  const path = endpoint.fullPath.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(String((params as Record<string, unknown>)[name])),
  );
  const given = Object.entries(query as object).filter(([, value]) => value !== undefined);
  const search = new URLSearchParams(given.map(([name, value]): [string, string] => [name, String(value)]));
  return `${baseUrl.replace(/\/$/, '')}${path}${search.size > 0 ? `?${search}` : ''}`;
}

async function send(endpoint: EndpointContract, url: string, request: AnyRequest, options: ClientOptions) {
  const { apiKey, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  try {
    const response = await fetch(url, {
      method: endpoint.method,
      headers: headersOf(request, apiKey),
      body: request.body === undefined ? undefined : JSON.stringify(request.body),
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    return { response, text: await response.text() };
  } catch (error) {
    throw new NoAnswer(`No answer from ${endpoint.method} ${url}`, { cause: error });
  }
}

function headersOf(request: AnyRequest, apiKey?: string): Record<string, string> {
  const { body, idempotencyKey, ifMatch, ifNoneMatch, call } = request;
  const headers = {
    'x-api-key': apiKey,
    'content-type': body === undefined ? undefined : 'application/json',
    'idempotency-key': idempotencyKey,
    'if-match': ifMatch && `"${ifMatch}"`,
    'if-none-match': ifNoneMatch && `"${ifNoneMatch}"`,
    'x-correlation-id': call?.correlationId,
    traceparent: call?.traceparent,
  };
  const given = Object.entries(headers).filter((header): header is [string, string] => header[1] !== undefined);
  return Object.fromEntries(given);
}

function read(endpoint: EndpointContract, url: string, response: Response, text: string): object {
  const unexpected = (what: string) =>
    new UnexpectedAnswer(`${endpoint.method} ${url} answered ${response.status}, ${what}`);
  const type = response.headers.get('content-type')?.split(';')[0];
  if (type === 'application/problem+json') {
    const problem = parse(text) as ProblemDetails | undefined;
    if (problem === undefined) throw unexpected('whose problem is no JSON');
    return { problem, code: /^urn:dure:problem:(.+)$/.exec(problem.type)?.[1] ?? 'gateway' };
  }
  const contract = endpoint.responses[response.status];
  if (contract === undefined) {
    if (response.status === 304 && endpoint.method === 'GET') return {};
    throw unexpected(`which is not in its contract: ${text.slice(0, 200)}`);
  }
  if (contract.body === undefined) return {};
  const body = parse(text);
  const { error } = z.safeParse(contract.body, body);
  const broken = (error?.issues ?? []).filter((issue) => issue.code !== 'unrecognized_keys');
  if (broken.length === 0) return { body };
  const paths = broken.map((issue) => `${issue.path.join('.')}: ${issue.code}`);
  throw unexpected(`which breaks its contract: ${paths.join('; ')}`);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
