import { createHash } from 'node:crypto';
import { pagesOf } from '@dure/sealed-cursors';
import type * as z from 'zod/mini';
import type { Call, Marker } from './call.ts';
import { AlreadyHandled, readMarker, type StoredMarker } from './commit.ts';
import type { EndpointContract } from '../contracts/contract.ts';
import { refuseForeign } from './access.ts';
import { type Incoming, parseRequest, type Request } from './http-request.ts';
import { answersSecretOnce } from '../contracts/marks.ts';
import { HttpProblem, type Problem } from '../contracts/problem.ts';
import type { Table } from './table.ts';

interface Headed {
  /** A version of what is shown. It becomes `ETag`, and `If-None-Match` is answered with 304. */
  readonly etag?: string | number;
  readonly headers?: Readonly<Record<string, string>>;
}

type Body<Schema> = Schema extends z.ZodMiniType ? { readonly body: z.input<Schema> } : object;

/** One of the responses that the contract allows. */
export type Response<E extends EndpointContract = EndpointContract> = {
  [Status in keyof E['responses'] & number]: { readonly status: Status } & Headed &
    Body<E['responses'][Status]['body']>;
}[keyof E['responses'] & number];

/**
 * Makes a response of its status, its body and its headers.
 *
 * @example
 * ```ts
 * import { reply } from '@dure/contracts/binding/http';
 *
 * export const created = reply(201, { sku: 'MUG-WHITE' }, { etag: 7, headers: { location: '/v1/products/MUG-WHITE' } });
 * ```
 */
export const reply = <const Status extends number, Body>(status: Status, body: Body, headed: Headed = {}) => ({
  status,
  body,
  ...headed,
});

type Answer<E extends EndpointContract> =
  Response<E> | Problem<keyof E['problems'] & string> | Problem<'precondition-failed'>;

/** What an endpoint does: call the use case, then translate its result into HTTP. */
export type Operation<E extends EndpointContract, Result> = Work<E, Result> & Ownership<E>;

/** Whose data it is has to be said where callers may see their own, and the request does not name the customer. */
type Ownership<E extends EndpointContract> = E['access'] extends { readonly own: string }
  ? E['access'] extends { readonly by: string }
    ? object
    : { readonly [Name in 'none' | (E['method'] extends 'GET' ? 'owner' : 'ownerBefore')]: NonNullable<unknown> }
  : object;

interface Work<E extends EndpointContract, Result> {
  /** Does the work. With an Idempotency-Key its `commit` stores `result` for a repetition. */
  readonly run: (request: Request<E>, call: Call) => Promise<Result>;
  /** Pure, because it also answers a repetition from the stored result. */
  readonly answer: (result: Result, request: Request<E>) => Answer<E>;
  /**
   * The customer whose the result of a GET is; null where it shows nothing of anybody's, such as a refusal. Undefined where
   * nothing is there, or nobody knows whose it is.
   */
  readonly owner?: (result: NoInfer<Result>, request: Request<E>) => string | null | undefined;
  /** The same for a change, before anything is changed. */
  readonly ownerBefore?: (request: Request<E>) => Promise<string | undefined>;
  /** The result where nothing is there: what is another's is answered like it. */
  readonly none?: (request: Request<E>) => NoInfer<Result>;
  /**
   * Finds the result of the first request again by the `reference` that its `commit` took, instead of a stored one. For a
   * response with a secret, which is never stored, and for one that is kept elsewhere anyway. Undefined when its secret is
   * no longer valid.
   */
  readonly recall?: (
    first: Pick<StoredMarker, 'reference' | 'at'>,
    request: Request<E>,
    call: Call,
  ) => Promise<Result | undefined>;
}

export interface AnyAnswer extends Headed {
  readonly status?: number;
  readonly body?: unknown;
  readonly problem?: string;
  readonly detail?: string;
  readonly retryAfter?: number;
  readonly replayed?: boolean;
}

/** An endpoint with what it does. `handle` throws the problems that any endpoint may have. */
export interface Route {
  readonly endpoint: EndpointContract;
  readonly handle: (incoming: Incoming) => Promise<AnyAnswer>;
}

/**
 * Binds an endpoint's contract to what it does. The type of `answer` allows only what the contract has.
 * Throws when `recall` is missing for a response with a secret, or is there although the endpoint takes no key.
 *
 * @example
 * ```ts
 * import { http, reply } from '@dure/contracts/binding/http';
 * import { problem } from '@dure/contracts/problem';
 * import { GetThing } from '@dure/contracts/things';
 *
 * export const getThing = http(GetThing, {
 *   run: ({ params: { id } }) => Promise.resolve(id === '' ? undefined : { id, size: 1 }),
 *   answer: (found) => (found === undefined ? problem('thing-not-found') : reply(200, { ...found, _links: {} })),
 * });
 * ```
 */
export function http<E extends EndpointContract, Result>(endpoint: E, operation: Operation<E, Result>): Route {
  const { run, recall } = operation;
  const needed = answersSecretOnce(endpoint);
  if (recall === undefined ? needed : endpoint.idempotencyKey === undefined) {
    const why = needed ? 'has a secret, which needs recall' : 'takes no Idempotency-Key, which recall is for';
    throw new Error(`${endpoint.name}: the endpoint ${why}.`);
  }
  return {
    endpoint,
    handle: async (incoming) => {
      const { call, table } = incoming;
      const parsed = parseRequest(endpoint, incoming);
      const guard = guardOf(endpoint, operation, parsed, incoming);
      const pages = pagesOf(endpoint, call.caller?.subject);
      const request = pages.opened(parsed);
      if (request === undefined) return { problem: 'invalid-cursor' };
      const answer = (result: Result) => pages.sealed(operation.answer(guard.shown(result), request) as AnyAnswer);
      if (!(await guard.mayBegin())) return operation.answer(guard.none(), request) as AnyAnswer;
      if (request.idempotencyKey === undefined) return answer(await run(request, call));
      if (table === undefined) throw new Error(`${endpoint.name} takes an Idempotency-Key, but its api has no table.`);
      const marked = withMarker(endpoint, request, call, recall !== undefined);
      const done = await runOnce(marked, table, () => run(request, marked));
      if ('result' in done) return answer(done.result);
      // An earlier version may have stored what is recalled now.
      const { result } = done.stored;
      const repeated = recall && result === undefined ? await recall(done.stored, request, call) : (result as Result);
      if (recall && repeated === undefined) throw new HttpProblem('idempotency-key-reused', SECRET_GONE);
      return { ...answer(repeated as Result), replayed: true };
    },
  };
}

interface Guard<Result> {
  /** False where what is to be changed is another's. */
  readonly mayBegin: () => Promise<boolean>;
  /** What the caller may see of a result. */
  readonly shown: (result: Result) => Result;
  readonly none: () => Result;
}

/**
 * Holds a caller to their own data. Where the request names the customer, it is refused here.
 * @throws AccessRefused
 */
function guardOf<E extends EndpointContract, Result>(
  { access, method, name }: E,
  { owner, ownerBefore, none: nothing }: Work<E, Result>,
  request: Request<E>,
  { call: { caller }, reach }: Incoming,
): Guard<Result> {
  const none = () => nothing!(request);
  const unguarded = { mayBegin: () => Promise.resolve(true), shown: (result: Result) => result, none };
  if (reach === 'any' || access === 'public' || caller === undefined) return unguarded;
  if (access.by !== undefined) {
    refuseForeign(access, access.by, request, caller);
    return unguarded;
  }
  const isOwn = (customer: string | undefined) => customer === caller.subject;
  if (method === 'GET' && owner) {
    const isShown = (whose: string | null | undefined) => whose === null || isOwn(whose);
    return { ...unguarded, shown: (result) => (isShown(owner(result, request)) ? result : none()) };
  }
  if (method !== 'GET' && ownerBefore) return { ...unguarded, mayBegin: async () => isOwn(await ownerBefore(request)) };
  throw new Error(`${name} does not say whose data it is.`);
}

const SECRET_GONE = 'The secret that the first response showed has been replaced or removed; use a new key.';

/**
 * Runs an operation once per key. What the first request stored is read only when nothing was committed this time (a
 * repetition cannot commit, because its marker exists), so the usual request costs no additional read.
 */
async function runOnce<Result>(
  { marker, state }: Call & { readonly marker: Marker },
  table: Table,
  run: () => Promise<Result>,
): Promise<{ readonly result: Result } | { readonly stored: StoredMarker }> {
  let done: { readonly result: Result } | undefined;
  try {
    done = { result: await run() };
  } catch (error) {
    if (!(error instanceof AlreadyHandled)) throw error;
  }
  if (done && state.committed) return done;
  const stored = await readMarker(table, marker);
  if (stored === undefined) {
    if (done) return done;
    throw new HttpProblem('idempotency-key-in-use');
  }
  if (stored.hash !== marker.hash) throw new HttpProblem('idempotency-key-reused', 'It was used with another request.');
  return { stored };
}

/** A key counts per caller and operation of this service. The hash covers everything in the request. */
function withMarker({ name, version }: EndpointContract, request: Request, call: Call, recalled: boolean) {
  const { params, query, body, ifMatch, idempotencyKey = '' } = request;
  const marker: Marker = {
    // The caller comes last, because it alone may have any character.
    pk: `IDEMPOTENCY#${name}.v${version}#${encodeURIComponent(idempotencyKey)}#${call.actor}`,
    recalled,
    hash: createHash('sha256')
      .update(JSON.stringify([params, query, body, ifMatch]))
      .digest('base64url'),
  };
  return { ...call, marker };
}
