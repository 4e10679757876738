import { createHash } from 'node:crypto';
import type * as z from 'zod/mini';
import type { Call, Marker } from './call.ts';
import { AlreadyHandled, readMarker, type StoredMarker } from './commit.ts';
import type { EndpointContract } from '../contracts/contract.ts';
import { type Incoming, parseRequest, type Request } from './http-request.ts';
import { answersSecretOnce } from '../contracts/marks.ts';
import { HttpProblem, type Problem } from '../contracts/problem.ts';
import type { Table } from './table.ts';

type Body<Schema> = Schema extends z.ZodMiniType ? { readonly body: z.input<Schema> } : object;

/** One of the answers that the contract allows. */
export type Response<E extends EndpointContract = EndpointContract> = {
  [Status in keyof E['responses'] & number]: {
    readonly status: Status;
    /** A version of what is shown: becomes `ETag`, and answers `If-None-Match` with 304. */
    readonly etag?: string | number;
    readonly headers?: Readonly<Record<string, string>>;
  } & Body<E['responses'][Status]['body']>;
}[keyof E['responses'] & number];

interface Told {
  readonly etag?: string | number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Says an answer: its status, its body, and what stands in its headers. */
export const reply = <const Status extends number, Body>(status: Status, body: Body, told: Told = {}) => ({
  status,
  body,
  ...told,
});

type Answer<E extends EndpointContract> =
  Response<E> | Problem<keyof E['problems'] & string> | Problem<'precondition-failed'>;

/** What an endpoint does: call the use case, then say its result in HTTP. */
export interface Operation<E extends EndpointContract, Result> {
  /** Does the work. With an Idempotency-Key its `commit` stores `result` for a repetition. */
  readonly run: (request: Request<E>, call: Call) => Promise<Result>;
  /** Pure: also answers a repetition, from the stored result. */
  readonly answer: (result: Result, request: Request<E>) => Answer<E>;
  /**
   * Where the answer has a secret, which is never stored for a repetition: finds the result of the first request again,
   * by the `reference` that its `commit` was given; undefined when its secret no longer counts.
   */
  readonly recall?: (first: Recalled, request: Request<E>) => Promise<Result | undefined>;
}

type Recalled = Pick<StoredMarker, 'reference' | 'at'>;

export interface AnyAnswer {
  readonly status?: number;
  readonly body?: unknown;
  readonly etag?: string | number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly problem?: string;
  readonly detail?: string;
  readonly replayed?: boolean;
}

/** An endpoint with what it does. `handle` answers; problems that any endpoint may have are thrown. */
export interface Route {
  readonly endpoint: EndpointContract;
  readonly handle: (incoming: Incoming, call: Call, table: Table | undefined) => Promise<AnyAnswer>;
}

/** Binds an endpoint's contract to what it does. Throws when `recall` is missing, or of no use. */
export function http<E extends EndpointContract, Result>(endpoint: E, operation: Operation<E, Result>): Route {
  if (answersSecretOnce(endpoint) !== (operation.recall !== undefined)) {
    throw new Error(`${endpoint.name}: recall is for an answer that has a secret and takes an Idempotency-Key.`);
  }
  return {
    endpoint,
    handle: async (incoming, call, table) => {
      const request = parseRequest(endpoint, incoming);
      if (request.idempotencyKey === undefined) {
        return operation.answer(await operation.run(request, call), request) as AnyAnswer;
      }
      if (table === undefined) throw new Error(`${endpoint.name} takes an Idempotency-Key, but its api has no table.`);
      return once(operation, request, withMarker(endpoint, request, call, operation.recall !== undefined), table);
    },
  };
}

/**
 * Runs an operation once per key. The stored result is looked up only when nothing was committed this time (a
 * repetition cannot commit, for its marker is there), so that the usual request costs no read more.
 */
async function once<E extends EndpointContract, Result>(
  operation: Operation<E, Result>,
  request: Request<E>,
  call: Call & { marker: Marker },
  table: Table,
): Promise<AnyAnswer> {
  const attempt = await runOrRepeat(() => operation.run(request, call));
  if (call.state.committed && attempt.done) return operation.answer(attempt.result, request) as AnyAnswer;
  const stored = await readMarker(table, call.marker);
  if (stored !== undefined && stored.hash !== call.marker.hash)
    throw new HttpProblem('idempotency-key-reused', 'It was used with another request.');
  if (stored !== undefined) {
    const result = operation.recall ? await operation.recall(stored, request) : (stored.result as Result);
    if (operation.recall && result === undefined) throw new HttpProblem('idempotency-key-reused', SECRET_GONE);
    return { ...(operation.answer(result as Result, request) as AnyAnswer), replayed: true };
  }
  if (!attempt.done) throw new HttpProblem('idempotency-key-in-use');
  return operation.answer(attempt.result, request) as AnyAnswer;
}

const SECRET_GONE = 'The secret that the first request was shown is replaced or removed; use a new key.';

async function runOrRepeat<Result>(
  run: () => Promise<Result>,
): Promise<{ done: true; result: Result } | { done: false }> {
  try {
    return { done: true, result: await run() };
  } catch (error) {
    if (error instanceof AlreadyHandled) return { done: false };
    throw error;
  }
}

/** The key counts per caller and operation of this service; the hash covers all that the request says. */
function withMarker(endpoint: EndpointContract, request: Request, call: Call, secret: boolean) {
  const said = JSON.stringify([request.params, request.query, request.body, request.ifMatch]);
  const marker: Marker = {
    // The caller comes last: alone it may have any character in it.
    pk: `IDEMPOTENCY#${endpoint.name}.v${endpoint.version}#${encodeURIComponent(request.idempotencyKey ?? '')}#${call.actor}`,
    secret,
    hash: createHash('sha256').update(said).digest('base64url'),
  };
  return { ...call, marker };
}
