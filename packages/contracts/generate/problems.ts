import type { EndpointContract } from '../src/contracts/contract.ts';
import { edgeProblems } from './edge-problem.ts';
import { commonProblems, type CommonProblem, problemType } from '../src/contracts/problem.ts';

export interface OperationProblem {
  readonly code: string;
  readonly status: number;
  readonly title: string;
  readonly retryAfterSeconds?: number;
}

/** Every problem that an operation may answer: those it declares, and the common ones that its shape allows. */
export function problemsOf(endpoint: EndpointContract): OperationProblem[] {
  const common = commonOf(endpoint).map((code) => ({ code, ...commonProblems[code] }));
  const declared = Object.entries(endpoint.problems ?? {}).map(([code, problem]) => ({ code, ...problem }));
  return [...declared, ...common].sort((a, b) => a.status - b.status || (a.code < b.code ? -1 : 1));
}

function commonOf(endpoint: EndpointContract): CommonProblem[] {
  const { method, body, idempotencyKey, ifMatch, access } = endpoint;
  return [
    'invalid-request',
    ...when(access !== 'public', 'unauthenticated', 'forbidden'),
    ...when(body !== undefined, 'invalid-json', 'body-too-large', 'unsupported-media-type'),
    ...when(method !== 'GET', 'concurrent-change'),
    ...when(idempotencyKey !== undefined, 'idempotency-key-in-use', 'idempotency-key-reused'),
    ...when(ifMatch === 'required', 'precondition-required'),
    ...when(ifMatch !== undefined, 'precondition-failed'),
    'internal-error',
  ];
}

const when = (holds: boolean, ...codes: CommonProblem[]): CommonProblem[] => (holds ? codes : []);

/**
 * Every problem of the system, once per code, with the operations that may answer it. What `edge` marks API Gateway
 * answers in place of any of them.
 */
export function problemIndex(endpoints: readonly EndpointContract[]) {
  const operations = endpoints.flatMap((endpoint) =>
    problemsOf(endpoint).map((problem) => ({ problem, operation: nameOf(endpoint) })),
  );
  const anywhere = { code: 'not-found' as const, ...commonProblems['not-found'] };
  const byCode = Map.groupBy(operations, ({ problem }) => problem.code);
  const listed = [...byCode].map(([code, occurrences]) => ({
    ...describe(
      code,
      occurrences.map(({ problem }) => problem),
    ),
    operations: occurrences.map(({ operation }) => operation).sort(),
  }));
  const unrouted = { ...describe(anywhere.code, [anywhere]), operations: [], unrouted: true };
  const edge = Object.entries(edgeProblems).map(([code, problem]) => ({
    ...describe(code, [{ code, ...problem }]),
    operations: [],
    edge: true,
  }));
  return [...listed, unrouted, ...edge].sort((a, b) => (a.code < b.code ? -1 : 1));
}

/** A `type` means one thing: two declarations of a code may not differ. */
function describe(code: string, declarations: readonly OperationProblem[]) {
  const [first, ...others] = declarations;
  if (first === undefined) throw new Error(`The problem ${code} is declared nowhere.`);
  const other = others.find(({ status, title }) => status !== first.status || title !== first.title);
  if (other) throw new Error(`The problem ${code} is declared twice: "${first.title}" and "${other.title}".`);
  return { type: problemType(code), code, status: first.status, title: first.title };
}

const nameOf = (endpoint: EndpointContract): string => `${endpoint.owner}/${endpoint.name}.v${endpoint.version}`;
