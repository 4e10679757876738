import { client, type ClientAnswer, type ClientRequest } from '@dure/contracts/binding/client';
import type { EndpointContract } from '@dure/contracts/contract';

/** A running system, seen from outside. */
export interface Cloud {
  /** URL of the front door: `http://localhost:4000`. A stage has none: then it describes the place. */
  readonly url: string;
  /** Calls an endpoint of any service by its contract. */
  call<E extends EndpointContract>(endpoint: E, request: ClientRequest<E>): Promise<ClientAnswer<E>>;
  /** The URL of a service's path: `urlOf('orders', '/v1/orders')`. */
  urlOf(service: string, path: string): string;
  /** The headers that a request without `call` needs: the API key. */
  readonly headers: Readonly<Record<string, string>>;
  /** URL of a sandbox by its declared name; undefined when there is none to ask. */
  sandbox(name: string): Promise<string | undefined>;
  /** One of the local cloud's views, `GET /_cloud/{name}`. */
  view(name: string): Promise<unknown>;
  /** Invokes a function and returns its response. Only the local cloud supports this. */
  invoke(functionName: string, event?: unknown): Promise<unknown>;
}

interface Target {
  readonly url: string;
  /** The base URL of a service's stage. */
  serviceUrl(service: string): string;
  readonly apiKey?: string;
  /** URL of the reachable sandboxes by name; by default the local cloud's own. */
  readonly sandboxes?: Readonly<Record<string, string>>;
  /** Whether it is the local cloud, which has views of its inside. */
  readonly local: boolean;
}

/** Longer than API Gateway waits for a function. */
const TIMEOUT_MS = 30_000;

/** Connects to the local cloud, or to anything with a similar front door. */
export function connect(url: string, stage = 'local', apiKey?: string): Cloud {
  return connectTo({ url, serviceUrl: (service) => `${url}/${service}/${stage}`, apiKey, local: stage === 'local' });
}

export function connectTo({ url, serviceUrl, apiKey, sandboxes = {}, local }: Target): Cloud {
  const inside = (path: string, init?: RequestInit): Promise<unknown> => {
    if (!local) throw new Error(`${url} is not a local cloud: it does not show its inside.`);
    return json(`${url}/_cloud/${path}`, init);
  };
  let known: Promise<Readonly<Record<string, string>>> | undefined;
  const cloud: Cloud = {
    url,
    call(endpoint: EndpointContract, request: never) {
      const call = client(endpoint, ['*'], { baseUrl: serviceUrl(endpoint.owner), timeoutMs: TIMEOUT_MS, apiKey });
      return call(request) as never;
    },
    urlOf: (service, path) => `${serviceUrl(service)}${path}`,
    headers: apiKey === undefined ? {} : { 'x-api-key': apiKey },
    sandbox: async (name) => (await (known ??= local ? localSandboxes(cloud) : Promise.resolve(sandboxes)))[name],
    view: (name) => inside(name),
    invoke: (functionName, event = {}) =>
      inside(`functions/${functionName}/invocations`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(event),
      }),
  };
  return cloud;
}

async function localSandboxes(cloud: Cloud): Promise<Readonly<Record<string, string>>> {
  return ((await cloud.view('resources')) as { sandboxes: Readonly<Record<string, string>> }).sandboxes;
}

/** @throws Error unless the response is a 200 with JSON */
export async function json(url: string, init: RequestInit = {}): Promise<unknown> {
  const response = await fetch(url, { ...init, signal: init.signal ?? AbortSignal.timeout(TIMEOUT_MS) });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${url} answered ${response.status}: ${text}`);
  return JSON.parse(text) as unknown;
}

/** Returns the answer if it has the status. @throws Error with its problem otherwise */
export function expectStatus<Answer extends { status: number }, const Status extends number>(
  answer: Answer,
  status: Status,
): Extract<Answer, { status: Status; problem?: undefined }> {
  if (answer.status !== status) {
    throw new Error(`Not ${status} but ${answer.status}: ${JSON.stringify('problem' in answer ? answer.problem : {})}`);
  }
  return answer as never;
}
