import * as z from 'zod/mini';
import type { Call, Credentials } from './call.ts';
import { ATTEMPT, TIME_LEFT } from './carried-headers.ts';
import { parseJson, violationsOf } from './check.ts';
import type { EndpointContract } from '../contracts/contract.ts';
import type { Output } from './http-request.ts';
import type { CommonProblem, ProblemDetails } from '../contracts/problem.ts';

type Nothing = Record<never, never>;

/** A part of a request: required when its schema requires something, absent when the endpoint has none. */
type Part<Name extends string, Schema> = Schema extends z.ZodMiniType
  ? Nothing extends z.input<Schema>
    ? { readonly [N in Name]?: z.input<Schema> }
    : { readonly [N in Name]: z.input<Schema> }
  : Nothing;

/** A header of the request, by what the contract says of it. */
type Header<Name extends string, Need> = Need extends 'required'
  ? { readonly [N in Name]: string }
  : Need extends 'optional'
    ? { readonly [N in Name]?: string }
    : Nothing;

/** What a caller sends. Entity tags are without their quotes. */
export type ClientRequest<E extends EndpointContract> = Part<'params', E['params']> &
  Part<'query', E['query']> &
  Part<'body', E['body']> &
  Header<'idempotencyKey', E['idempotencyKey']> &
  Header<'ifMatch', E['ifMatch']> & {
    readonly ifNoneMatch?: string;
    /** The call that the request belongs to: its correlation and trace continue. */
    readonly call?: Partial<Pick<Call, 'correlationId' | 'traceparent' | 'caller' | 'attempt' | 'until'>>;
    /** Whose request it is: `call.credentials`, to ask on behalf of the caller. Only for services of the same system. */
    readonly credentials?: Credentials | undefined;
    /** Milliseconds for the whole response, if less than the client's. */
    readonly within?: number;
  };

interface Received {
  readonly headers: Headers;
  /** Without its quotes, as `ifMatch` and `ifNoneMatch` take it. */
  readonly etag: string | undefined;
}

type Success<E extends EndpointContract, Field> = {
  [Status in keyof E['responses'] & number]: Received & {
    readonly status: Status;
    readonly body: Shown<Output<E['responses'][Status]['body']>, Field>;
    readonly problem?: undefined;
  };
}[keyof E['responses'] & number];

/** All of a body, as a caller declares it that uses every field. */
type All = '*';

/** The part of a body that a caller declared; each variant of a union for itself. */
type Shown<Body, Field> = All extends Field ? Body : Body extends object ? Pick<Body, Field & keyof Body> : Body;

type KeyOf<Body> = Body extends object ? keyof Body & string : never;

/** The fields that the bodies of an endpoint's answers have, problems aside. */
type FieldOf<E extends EndpointContract> = {
  [Status in keyof E['responses'] & number]: KeyOf<Output<E['responses'][Status]['body']>>;
}[keyof E['responses'] & number];

interface NotModified extends Received {
  readonly status: 304;
  readonly body?: undefined;
  readonly problem?: undefined;
}

/** A refusal or failure, as RFC 9457 describes it. */
export interface Refusal<Code extends string = string> extends Received {
  readonly status: number;
  /** `gateway` when the response does not come from the service itself. */
  readonly code: Code | CommonProblem | 'gateway';
  readonly problem: ProblemDetails;
  readonly body?: undefined;
}

/**
 * One of the responses that the contract allows: distinguished by `problem` first, then by `status`. Its body has the
 * declared fields, or all of them.
 */
export type ClientAnswer<E extends EndpointContract, Field = All> =
  Success<E, Field> | (E['method'] extends 'GET' ? NotModified : never) | Refusal<keyof E['problems'] & string>;

export interface ClientOptions {
  /** Of the service in its stage: `http://localhost:4000/orders/local`. */
  readonly baseUrl: string;
  /** For the whole response; 10 seconds by default. */
  readonly timeoutMs?: number;
  /** Of a usage plan, if the stage requires one. */
  readonly apiKey?: string;
  /** Makes the headers that show who asks, of those that the request has: `@dure/service-identity` does. */
  readonly identify?: (asking: Asking) => Promise<Readonly<Record<string, string>>>;
  /** Decides where a request is sent, and how often: `@dure/mesh` does. Without it, it is sent once to `baseUrl`. */
  readonly through?: Through;
}

/** One try of a request. */
export interface Try {
  readonly url: string;
  /** From 1. */
  readonly number: number;
  /** Milliseconds for the whole answer. */
  readonly within: number;
  /** Milliseconds that are left of the whole request. */
  readonly left: number;
}

/** An answer as it came. */
export interface Tried {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** What decides about the way of a request. */
export interface Sent {
  readonly endpoint: EndpointContract;
  /** Names are in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Whose request it is; undefined for nobody's. */
  readonly actor: string | undefined;
  /** Milliseconds for all tries. */
  readonly within: number;
  /** The number of the try that the caller itself was called with. */
  readonly attempt: number;
}

/** @throws what the last `send` rejected with, or an error of its own when nothing was sent */
export type Through = (sent: Sent, baseUrl: string, send: (attempt: Try) => Promise<Tried>) => Promise<Tried>;

/** A request that is about to be sent. */
export interface Asking {
  readonly endpoint: EndpointContract;
  readonly url: string;
  /** Names are in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  /** Aborted when nobody waits any more. */
  readonly signal: AbortSignal;
}

type Arguments<Request> = Nothing extends Request ? [request?: Request] : [request: Request];

/** No response: nothing listens, the connection broke, or it took too long. It may have had its effect. */
export class NoAnswer extends Error {
  override readonly name: string = 'NoAnswer';
}

/** Nothing was sent: who asks could not be shown, which says nothing of the service. */
export class NotIdentified extends NoAnswer {
  override readonly name = 'NotIdentified';
}

/** The service sent a response that its contract does not have. */
export class UnexpectedAnswer extends Error {
  override readonly name = 'UnexpectedAnswer';
}

const DEFAULT_TIMEOUT_MS = 10_000;

/**
 * Makes a function that calls an endpoint of a service by its contract, and checks the response against it. `fields` are
 * those of the response's body that the caller uses, `['*']` for all: the body has no others, and the rest may change
 * freely. Whether a release of the service would break the caller is decided by them. Without `through` nothing is retried:
 * the caller decides about that, with the same Idempotency-Key.
 * @throws NoAnswer, UnexpectedAnswer
 *
 * @example
 * ```ts
 * import { client } from '@dure/contracts/binding/client';
 * import { GetThing } from '@dure/contracts/things';
 *
 * const getThing = client(GetThing, ['size'], { baseUrl: 'http://localhost:4000/things/local' });
 *
 * export async function sizeOf(id: string): Promise<number | undefined> {
 *   const response = await getThing({ params: { id } });
 *   return response.body?.size;
 * }
 * ```
 */
export function client<E extends EndpointContract, Field extends FieldOf<E> | All>(
  endpoint: E,
  fields: readonly Field[],
  options: ClientOptions,
) {
  return async (...[request]: Arguments<ClientRequest<E>>): Promise<ClientAnswer<E, NoInfer<Field>>> => {
    const asked: AnyRequest = request ?? {};
    const answer = await sendThrough(endpoint, pathOf(endpoint, asked), asked, options);
    const { status, headers } = answer;
    const etag = /^(?:W\/)?"(.*)"$/.exec(headers.get('etag') ?? '')?.[1];
    return { status, headers, etag, ...read({ endpoint, fields }, answer) } as ClientAnswer<E, Field>;
  };
}

type AnyRequest = Partial<Record<'params' | 'query' | 'body', unknown>> &
  Partial<Record<'idempotencyKey' | 'ifMatch' | 'ifNoneMatch', string>> &
  Pick<ClientRequest<EndpointContract>, 'call' | 'credentials' | 'within'>;

function pathOf(endpoint: EndpointContract, { params = {}, query = {} }: AnyRequest): string {
  const path = endpoint.fullPath.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(String((params as Record<string, unknown>)[name])),
  );
  const search = new URLSearchParams(definedOf(query as object));
  return `${path}${search.size > 0 ? `?${search}` : ''}`;
}

/** The entries of what is given, as text. */
const definedOf = (values: object): [string, string][] =>
  Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]));

function sendThrough(endpoint: EndpointContract, path: string, request: AnyRequest, options: ClientOptions) {
  const { apiKey, baseUrl, timeoutMs = DEFAULT_TIMEOUT_MS, identify, through } = options;
  const { call } = request;
  const callerWaits = call?.until === undefined ? timeoutMs : call.until - Date.now();
  const within = Math.max(0, Math.min(timeoutMs, request.within ?? timeoutMs, callerWaits));
  const body = request.body === undefined ? undefined : JSON.stringify(request.body);
  const given = Object.fromEntries(headersOf(request, apiKey));

  async function send(attempt: Try): Promise<Tried> {
    const url = `${attempt.url.replace(/\/$/, '')}${path}`;
    const signal = AbortSignal.timeout(Math.ceil(attempt.within));
    const shown = await identified({ endpoint, url, headers: given, body, signal }, identify);
    try {
      const headers = { ...shown, [ATTEMPT]: String(attempt.number), [TIME_LEFT]: String(Math.floor(attempt.left)) };
      const response = await fetch(url, { method: endpoint.method, headers, body, redirect: 'manual', signal });
      return { status: response.status, headers: response.headers, text: await response.text() };
    } catch (error) {
      throw new NoAnswer(`No answer from ${endpoint.method} ${url}`, { cause: error });
    }
  }

  if (through === undefined) return send({ url: baseUrl, number: 1, within, left: within });
  const actor = call?.caller?.subject;
  return through({ endpoint, headers: given, actor, within, attempt: call?.attempt ?? 1 }, baseUrl, send);
}

async function identified(
  asking: Asking,
  identify: ClientOptions['identify'],
): Promise<Readonly<Record<string, string>>> {
  try {
    return (await identify?.(asking)) ?? asking.headers;
  } catch (error) {
    throw new NotIdentified(`No identity for ${asking.endpoint.method} ${asking.url}`, { cause: error });
  }
}

function headersOf(request: AnyRequest, apiKey?: string): [string, string][] {
  const { body, idempotencyKey, ifMatch, ifNoneMatch, call, credentials } = request;
  return definedOf({
    // Packing small answers takes longer than sending them from one service to another.
    'accept-encoding': 'identity',
    authorization: credentials?.authorization,
    'x-api-key': credentials?.apiKey ?? apiKey,
    'content-type': body === undefined ? undefined : 'application/json',
    'idempotency-key': idempotencyKey,
    'if-match': ifMatch && `"${ifMatch}"`,
    'if-none-match': ifNoneMatch && `"${ifNoneMatch}"`,
    'x-correlation-id': call?.correlationId,
    traceparent: call?.traceparent,
  });
}

interface Read {
  readonly endpoint: EndpointContract;
  readonly fields: readonly string[];
}

function read({ endpoint, fields }: Read, { status, headers, text }: Tried): object {
  const unexpected = (what: string) =>
    new UnexpectedAnswer(`${endpoint.owner} ${endpoint.method} ${endpoint.fullPath} answered ${status}, ${what}`);
  const type = headers.get('content-type')?.split(';')[0];
  if (type === 'application/problem+json') {
    const problem = parseJson(text) as ProblemDetails | undefined | null;
    if (typeof problem?.type !== 'string') throw unexpected('whose problem is not JSON with a type');
    return { problem, code: /^urn:dure:problem:(.+)$/.exec(problem.type)?.[1] ?? 'gateway' };
  }
  const contract = endpoint.responses[status];
  if (contract === undefined) {
    if (status === 304 && endpoint.method === 'GET') return {};
    throw unexpected(`which is not in its contract: ${text.slice(0, 200)}`);
  }
  if (contract.body === undefined) return {};
  const body = parseJson(text);
  const { error } = z.safeParse(contract.body, body);
  const uses = (field: PropertyKey | undefined) =>
    field === undefined || fields.includes('*') || fields.includes(String(field));
  const broken = (error?.issues ?? []).filter(({ code, path }) => code !== 'unrecognized_keys' && uses(path[0]));
  if (broken.length === 0) return { body: fields.includes('*') ? body : shown(body as object, uses) };
  throw unexpected(`which breaks its contract: ${violationsOf(broken)}`);
}

const shown = (body: object, uses: (field: string) => boolean): object =>
  Object.fromEntries(Object.entries(body).filter(([field]) => uses(field)));
