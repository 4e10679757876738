import { deprecationHeaders } from '@dure/contracts/binding/deprecation';
import type { EndpointContract, ProblemContract } from '@dure/contracts/contract';
import { commonProblems, problemType } from '@dure/contracts/problem';
import { HEADERS } from '../edge/gateway-responses.ts';
import { beginning, isMissing, jsonTemplate, pathText, SET_WANTED, setHeader, wants } from './template.ts';

/** Facts that a mock says of itself, and where it answers. */
export interface MockFacts {
  readonly service: string;
  readonly version: string;
  readonly commit: string;
  readonly stage: string;
  /** What stands before the stage in the path of a caller, because a proxy takes it off: `/catalog` on a laptop. */
  readonly before: string;
}

/** A response of a MOCK integration by its status, as the Serverless Framework takes it. */
export interface MockResponse {
  /** Selects the response by the status; empty for the one that is selected otherwise. */
  readonly pattern: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly template: string;
}

export interface MockAnswers {
  /** Chooses the status. */
  readonly request: string;
  readonly responses: Readonly<Record<string, MockResponse>>;
}

type Coded = ProblemContract & { readonly code: string };

/**
 * How a mock answers an endpoint: with the contract's example, or with the problem that the request asks for by
 * `Prefer: code=product-not-found` or `Prefer: code=404`. It asks for If-Match as the service does.
 */
export function mockAnswers(endpoint: EndpointContract, facts: MockFacts): MockAnswers {
  const status = successOf(endpoint);
  const problems = problemsOf(endpoint);
  const statuses = [...new Set(problems.map((problem) => problem.status))];
  const refusals = statuses.map((of) => [
    String(of),
    refusal(
      problems.filter((problem) => problem.status === of),
      facts,
    ),
  ]);
  return {
    request: chooseStatus(endpoint, status, problems),
    responses: {
      ...(Object.fromEntries(refusals) as Record<string, MockResponse>),
      [status]: success(endpoint, status, facts),
    },
  };
}

/** The example is of the first success. */
function successOf({ responses, owner, name }: EndpointContract): number {
  const status = Object.keys(responses)
    .map(Number)
    .find((it) => it < 300);
  if (status === undefined) throw new Error(`${owner} ${name} has no answer that says it worked.`);
  return status;
}

function problemsOf({ problems = {}, ifMatch }: EndpointContract): Coded[] {
  const common = [
    'internal-error',
    ...(ifMatch === 'required' ? ['precondition-required', 'precondition-failed'] : []),
  ];
  const declared = Object.entries(problems).map(([code, problem]) => ({ code, ...problem }));
  return [...declared, ...common.map((code) => ({ code, ...commonProblems[code as keyof typeof commonProblems] }))];
}

function chooseStatus({ ifMatch }: EndpointContract, status: number, problems: readonly Coded[]): string {
  const answer = (code: number) => `{"statusCode": ${code}}`;
  const choices = problems.map((it): [string, number] => [`${wants(it.code)} || ${wants(it.status)}`, it.status]);
  if (ifMatch === 'required') choices.push([isMissing('If-Match'), commonProblems['precondition-required'].status]);
  const chosen = choices.map(
    ([condition, code], index) => `#${index === 0 ? 'if' : 'elseif'}(${condition})${answer(code)}`,
  );
  return `${SET_WANTED}${chosen.join('')}#else${answer(status)}#end`;
}

const fixed = (headers: Readonly<Record<string, string>>): Record<string, string> => {
  const { 'x-correlation-id': _, 'x-request-id': __, ...usual } = HEADERS;
  return { ...usual, ...headers };
};

function success(endpoint: EndpointContract, status: number, facts: MockFacts): MockResponse {
  const contract = endpoint.responses[status];
  const body = exampleOf(endpoint, facts);
  const self = (body as { _links?: { self?: { href?: unknown } } } | undefined)?._links?.self?.href;
  const version = (body as { version?: unknown } | undefined)?.version;
  const known: Readonly<Record<string, string>> = {
    // An ETag has quotes, which a text of a template cannot have in it.
    etag: `'"${typeof version === 'number' ? version : 1}"'`,
    location: pathText(typeof self === 'string' ? self : endpoint.fullPath),
  };
  const named = (contract?.headers ?? []).map((name) => setHeader(name, known[name] ?? '"example"'));
  const { example, deprecated } = endpoint;
  const leaving =
    deprecated === undefined
      ? {}
      : deprecationHeaders(endpoint, example.params ?? {}, { path: (href) => `\${base}${href}` });
  // Without its quotes the relation is a token, which means the same.
  const leavingSet = Object.entries(leaving).map(([name, text]) => setHeader(name, `"${text.replaceAll('"', '')}"`));
  return {
    pattern: '',
    headers: fixed({ 'Content-Type': "'application/json'", 'Cache-Control': "'no-cache'" }),
    template: [
      beginning(facts.before),
      ...named,
      ...leavingSet,
      contract?.body === undefined ? '' : jsonTemplate(body),
    ].join(''),
  };
}

/** Health and version say what is true of the mock. */
function exampleOf({ name, example }: EndpointContract, { service, version, commit, stage }: MockFacts): unknown {
  if (name === 'GetVersion') return { service, version, label: 'none', commit, stage, runtime: 'mock' };
  if (name === 'GetHealth') return { status: 'ok', dependencies: {} };
  return example.response;
}

/** The problems of one status: the one that is asked for by its code, otherwise the first. */
function refusal(problems: readonly Coded[], { before }: MockFacts): MockResponse {
  const [first, ...others] = problems;
  const named = others.map((it, index) => `#${index === 0 ? 'if' : 'elseif'}(${wants(it.code)})${problemText(it)}`);
  const chosen = named.length === 0 ? problemText(first!) : `${named.join('')}#else${problemText(first!)}#end`;
  return {
    pattern: String(first!.status),
    headers: fixed({}),
    template: `${beginning(before)}${SET_WANTED}${chosen}`,
  };
}

function problemText({ code, status, title, retryAfterSeconds }: Coded): string {
  const detail = 'A mock answers this problem because the request asks for it.';
  // The only one that a mock finds by itself.
  const isAsked = code !== 'precondition-required';
  const members = jsonTemplate({ type: problemType(code), title, status, ...(isAsked && { detail }) });
  return [
    ...(retryAfterSeconds === undefined ? [] : [setHeader('retry-after', `"${retryAfterSeconds}"`)]),
    ...(isAsked ? [setHeader('preference-applied', `"code=${code}"`)] : []),
    `${members.slice(0, -1)},"instance":"$context.path","requestId":"$context.requestId"}`,
  ].join('');
}
