import { createHash } from 'node:crypto';
import type * as z from 'zod/mini';
import type { Call, Marker } from './call.ts';
import { AlreadyHandled, readMarker, type StoredMarker } from './commit.ts';
import type { EndpointContract } from '../contracts/contract.ts';
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
export interface Operation<E extends EndpointContract, Result> {
  /** Does the work. With an Idempotency-Key its `commit` stores `result` for a repetition. */
  readonly run: (request: Request<E>, call: Call) => Promise<Result>;
  /** Pure, because it also answers a repetition from the stored result. */
  readonly answer: (result: Result, request: Request<E>) => Answer<E>;
  /**
   * Finds the result of the first request again by the `reference` that its `commit` took, instead of a stored one. For a
   * response with a secret, which is never stored, and for one that is kept elsewhere anyway. Undefined when its secret is
   * no longer valid.
   */
  readonly recall?: (first: Pick<StoredMarker, 'reference' | 'at'>, request: Request<E>) => Promise<Result | undefined>;
}

export interface AnyAnswer extends Headed {
  readonly status?: number;
  readonly body?: unknown;
  readonly problem?: string;
  readonly detail?: string;
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
      const request = parseRequest(endpoint, incoming);
      const answer = (result: Result) => operation.answer(result, request) as AnyAnswer;
      if (request.idempotencyKey === undefined) return answer(await run(request, call));
      if (table === undefined) throw new Error(`${endpoint.name} takes an Idempotency-Key, but its api has no table.`);
      const marked = withMarker(endpoint, request, call, recall !== undefined);
      const done = await runOnce(marked, table, () => run(request, marked));
      if ('result' in done) return answer(done.result);
      // An earlier version may have stored what is recalled now.
      const { result } = done.stored;
      const repeated = recall && result === undefined ? await recall(done.stored, request) : (result as Result);
      if (recall && repeated === undefined) throw new HttpProblem('idempotency-key-reused', SECRET_GONE);
      return { ...answer(repeated as Result), replayed: true };
    },
  };
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
