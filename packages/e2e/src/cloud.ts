import { client, type ClientAnswer, type ClientRequest } from '@dure/contracts/client';
import type { EndpointContract } from '@dure/contracts/contract';

/** A running system, as it is seen from outside. */
export interface Cloud {
  /** Of the front door: `http://localhost:4000`. */
  readonly url: string;
  /** Calls an endpoint of any service by its contract. */
  call<E extends EndpointContract>(endpoint: E, request: ClientRequest<E>): Promise<ClientAnswer<E>>;
  /** Where a path of a service answers: `urlOf('orders', '/v1/orders')`. */
  urlOf(service: string, path: string): string;
  /** One of the local cloud's own views, `GET /_cloud/{name}`. */
  view(name: string): Promise<unknown>;
  /** Invokes a function by hand and answers what it answered. The local cloud alone does that. */
  invoke(functionName: string, event?: unknown): Promise<unknown>;
}

/** Longer than API Gateway waits for a function. */
const TIMEOUT_MS = 30_000;

export function connect(url: string, stage = 'local'): Cloud {
  const serviceUrl = (service: string) => `${url}/${service}/${stage}`;
  return {
    url,
    call(endpoint: EndpointContract, request: never) {
      const call = client(endpoint, { baseUrl: serviceUrl(endpoint.owner), timeoutMs: TIMEOUT_MS });
      return call(request) as never;
    },
    urlOf: (service, path) => `${serviceUrl(service)}${path}`,
    view: (name) => json(`${url}/_cloud/${name}`),
    invoke: (functionName, event = {}) =>
      json(`${url}/_cloud/functions/${functionName}/invocations`, { method: 'POST', body: JSON.stringify(event) }),
  };
}

/** @throws Error for any answer but a 200 with JSON */
export async function json(url: string, init: RequestInit = {}): Promise<unknown> {
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${url} answered ${response.status}: ${text}`);
  return JSON.parse(text) as unknown;
}

/** The answer, which must have the status; anything else is told with its problem. */
export function expectStatus<Answer extends { status: number }, const Status extends number>(
  answer: Answer,
  status: Status,
): Extract<Answer, { status: Status; problem?: undefined }> {
  if (answer.status !== status) {
    throw new Error(`Not ${status} but ${answer.status}: ${JSON.stringify('problem' in answer ? answer.problem : {})}`);
  }
  return answer as never;
}
