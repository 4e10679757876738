import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Lambda } from '@dure/lambda-runtime';
import { receiveJson } from '@dure/local-http/body';
import { sendJson, sendProblem } from '@dure/local-http/respond';
import type { Faults } from './faults.ts';
import { type FaultPlan, InvalidPlan, parsePlan } from './plan.ts';

export interface FaultsApiContext {
  readonly faults: Faults;
  readonly lambda: Lambda;
  /** Of the services of AWS, by name; undefined while the local cloud starts. */
  endpoints(): Readonly<Record<string, string>> | undefined;
  /** Names of the sandboxes that run. */
  sandboxes(): readonly string[];
}

const MAX_PLAN_BYTES = 6 * 1024 * 1024;

/** Answers `/_cloud/faults`: GET shows the plan and what it did so far, POST puts another in its place, DELETE ends it. */
export function createFaultsApi(context: FaultsApiContext) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { faults, lambda } = context;
    if (request.method === 'POST') return post(context, request, response);
    const shown = faults.describe();
    if (request.method === 'DELETE') {
      faults.end();
      if (shown.plan?.requests !== undefined) restartWorkers(lambda);
    } else if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD, POST, DELETE');
      return sendProblem(response, 405, 'Method Not Allowed', 'A plan of faults is read, made by POST, or deleted.');
    }
    sendJson(response, 200, shown);
  };
}

async function post(
  { faults, lambda, endpoints, sandboxes: sandboxesOf }: FaultsApiContext,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const known = endpoints();
  if (known === undefined) {
    response.setHeader('retry-after', '1');
    return sendProblem(response, 503, 'Service Unavailable', 'The local cloud is starting.');
  }
  try {
    const plan = parsePlan(await readPlan(request, response));
    refuseUnknown(plan, lambda, sandboxesOf());
    if (await faults.follow(plan, known)) restartWorkers(lambda);
    sendJson(response, 200, faults.describe());
  } catch (error) {
    if (!(error instanceof InvalidPlan)) throw error;
    sendProblem(response, 400, 'Bad Request', error.message);
  }
}

async function readPlan(request: IncomingMessage, response: ServerResponse): Promise<unknown> {
  const plan = await receiveJson(request, response, MAX_PLAN_BYTES);
  if (plan === undefined) throw new InvalidPlan('The body is not JSON.');
  return plan;
}

function refuseUnknown(
  { kills = [], clocks = [], absent = [], sandboxes = {} }: FaultPlan,
  lambda: Lambda,
  known: readonly string[],
): void {
  const functions = lambda.describe().map(({ name }) => name);
  const function_ = [...kills, ...clocks].find((named) => !functions.includes(named.function))?.function;
  if (function_ !== undefined) {
    throw new InvalidPlan(`There is no function ${function_}; there are ${functions.join(', ')}.`);
  }
  const services = [...new Set(lambda.describe().map(({ service }) => service))];
  const service = absent.find((name) => !services.includes(name));
  if (service !== undefined) throw new InvalidPlan(`There is no service ${service}; there are ${services.join(', ')}.`);
  const sandbox = Object.keys(sandboxes).find((name) => !known.includes(name));
  if (sandbox !== undefined) throw new InvalidPlan(`There is no sandbox ${sandbox}; there are ${known.join(', ')}.`);
}

/** Workers learn at their start where the services of AWS are. */
function restartWorkers(lambda: Lambda): void {
  lambda.recycle(lambda.describe().map(({ name }) => name));
}
