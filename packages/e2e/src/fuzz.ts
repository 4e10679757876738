import type { Access } from '@dure/contracts/access';
import fc from 'fast-check';
import { type Answer, faultOf, rightFault } from './fuzz/answers.ts';
import type { Caller } from './fuzz/callers.ts';
import { allOperations, type Operation, operationsOf } from './fuzz/open-api.ts';
import { type FuzzRequest, requestsOf } from './fuzz/requests.ts';
import { send } from './fuzz/send.ts';
import type { Known } from './fuzz/values.ts';

export { allOperations, operationsOf };
export type { Known, Operation };

export interface FuzzOptions {
  /** Of the service's stage: `http://localhost:4000/orders/local`. */
  readonly baseUrl: string;
  /** The number of requests. */
  readonly requests: number;
  /** Repeats an earlier run. */
  readonly seed?: number;
  /** What each request shows of its caller, unless it says something else itself. */
  readonly credentials?: Readonly<Record<string, string>>;
  /** Who sends the requests, by turns, instead. Whether something has changed is then for whoever asks to look. */
  readonly callers?: readonly Caller[];
  /** What the operation's contract says of callers. */
  readonly access?: Access;
  /** Is told every answer. */
  readonly seen?: (answer: Answer) => void;
  /** Existing values by the name of their field, so that not everything is a 404. */
  readonly known?: Known;
}

export interface FuzzReport {
  readonly operation: string;
  readonly requests: number;
  /** The number of responses by status. */
  readonly statuses: Readonly<Record<string, number>>;
  /** The smallest request that got a wrong answer, and how to repeat it; undefined when all were right. */
  readonly failure: string | undefined;
}

/**
 * Sends valid and invalid requests generated from an operation's OpenAPI, and checks every answer against it: no 5xx, a
 * request that breaks the contract is rejected, and a rejected change leaves the resource unchanged.
 */
export async function fuzz(operation: Operation, options: FuzzOptions): Promise<FuzzReport> {
  const { baseUrl, requests, seed, known, credentials, callers = [], access = 'public', seen } = options;
  const place = { baseUrl, credentials };
  const callersOf = fc.constantFrom<(Caller | undefined)[]>(...(callers.length > 0 ? callers : [undefined]));
  const statuses: Record<string, number> = {};
  let sent = 0;
  const property = fc.asyncProperty(requestsOf(operation, known), callersOf, async (request, caller) => {
    const reach = caller === undefined ? 'any' : caller.may(access);
    const before = caller === undefined ? await shown(operation, place, request) : undefined;
    const answer = await sendTo({ baseUrl, credentials: caller?.headers ?? credentials }, request);
    seen?.(answer);
    sent += 1;
    statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
    const fault =
      (caller && rightFault(caller, reach, request, answer)) ??
      faultOf(operation, request, answer, reach) ??
      (await changeFault(operation, place, request, answer, before));
    if (fault !== undefined) throw new Error(`${fault}\n${describe(operation, request, answer)}`);
  });
  const details = await fc.check(property, { numRuns: requests, seed });
  const failure = details.failed
    ? `${String(details.errorInstance)}
Repeat it with the seed ${details.seed}.`
    : undefined;
  return { operation: `${operation.service} ${operation.id}`, requests: sent, statuses, failure };
}

type Place = Pick<FuzzOptions, 'baseUrl' | 'credentials'>;

const sendTo = ({ baseUrl, credentials }: Place, request: FuzzRequest): Promise<Answer> =>
  send(baseUrl, { ...request, headers: { ...credentials, ...request.headers } });

/** The resource at the path of a change, before it; undefined when it cannot be read. */
async function shown(operation: Operation, place: Place, request: FuzzRequest): Promise<string | undefined> {
  const [path = ''] = request.path.split('?');
  const readable =
    operation.methods.includes('GET') && request.method === operation.method && operation.path.includes('{');
  if (!readable || request.method === 'GET' || request.expect === 'elsewhere') return undefined;
  const { status, body } = await sendTo(place, {
    kind: 'read',
    method: 'GET',
    path,
    headers: {},
    body: undefined,
    expect: 'any',
  });
  // A rejection names its request, and nothing that could have changed.
  return status === 200 ? body : String(status);
}

async function changeFault(
  operation: Operation,
  place: Place,
  request: FuzzRequest,
  answer: Answer,
  before: string | undefined,
): Promise<string | undefined> {
  if (before === undefined || answer.status < 400) return undefined;
  const after = await shown(operation, place, request);
  return after === before ? undefined : `refused, and changed all the same: ${before} became ${after ?? 'nothing'}`;
}

function describe(operation: Operation, request: FuzzRequest, answer: Answer): string {
  const body = request.body === undefined ? '' : `\n${String(request.body).slice(0, 500)}`;
  return [
    `${operation.service} ${operation.id}, ${request.kind}:`,
    `${request.method} ${request.path} ${JSON.stringify(request.headers)}${body}`,
    `was answered ${answer.status} ${answer.body.slice(0, 500)}`,
  ].join('\n');
}
