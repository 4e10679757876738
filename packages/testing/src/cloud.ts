import type { Credentials } from '@dure/contracts/binding/call';
import { client, type ClientAnswer, type ClientRequest } from '@dure/contracts/binding/client';
import type { EndpointContract } from '@dure/contracts/contract';
import { type ClientRole, localTokens, roleFor, type Tokens } from './tokens.ts';

/** A running system, seen from outside. */
export interface Cloud {
  /** URL of the front door: `http://localhost:4000`. A stage has none: then it describes the place. */
  readonly url: string;
  /**
   * Calls an endpoint of any service by its contract, with a token of a role that may use it with everybody's data.
   * `credentials` in the request are sent instead: `{}` is nobody, `await cloud.as('customer')` the demo's customer.
   */
  call<E extends EndpointContract>(endpoint: E, request: ClientRequest<E>): Promise<ClientAnswer<E>>;
  /** The URL of a service's path: `urlOf('orders', '/v1/orders')`. */
  urlOf(service: string, path: string): string;
  /** What a caller of this role shows, for a request with `call`. */
  as(role: ClientRole, service?: string): Promise<Credentials>;
  /** The headers that a request without `call` needs: the API key, and a token of the role. */
  headers(role?: ClientRole, service?: string): Promise<Readonly<Record<string, string>>>;
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
  /** Who gives tokens for a service; by default the local cloud's identity service. */
  readonly tokens?: (service: string) => Tokens;
}

/** Longer than API Gateway waits for a function. */
const TIMEOUT_MS = 30_000;

/** Connects to the local cloud, or to anything with a similar front door. */
export function connect(url: string, stage = 'local', apiKey?: string): Cloud {
  return connectTo({ url, serviceUrl: (service) => `${url}/${service}/${stage}`, apiKey, local: stage === 'local' });
}

export function connectTo({ url, serviceUrl, apiKey, sandboxes = {}, local, tokens }: Target): Cloud {
  const tokensOf = (service: string): Tokens | undefined => tokens?.(service) ?? (local ? localTokens(url) : undefined);
  const as = async (role: ClientRole | undefined, service: string): Promise<Credentials> => {
    const token = role && (await tokensOf(service)?.get(role));
    return { apiKey, ...(token !== undefined && { authorization: `Bearer ${token}` }) };
  };
  const inside = (path: string, init?: RequestInit): Promise<unknown> => {
    if (!local) throw new Error(`${url} is not a local cloud: it does not show its inside.`);
    return json(`${url}/_cloud/${path}`, init);
  };
  let known: Promise<Readonly<Record<string, string>>> | undefined;
  const cloud: Cloud = {
    url,
    async call(endpoint: EndpointContract, request: ClientRequest<EndpointContract>) {
      const { owner } = endpoint;
      const call = client(endpoint, ['*'], { baseUrl: serviceUrl(owner), timeoutMs: TIMEOUT_MS });
      const role = roleFor(endpoint.access);
      const send = async () =>
        call({ ...request, credentials: request.credentials ?? (await as(role, owner)) } as never);
      const answer = await send();
      if (answer.status !== 401 || request.credentials !== undefined) return answer as never;
      tokensOf(owner)?.forget();
      return (await send()) as never;
    },
    as: (role, service = 'identity') => as(role, service),
    async headers(role = 'operator', service = 'identity') {
      const { apiKey: key, authorization } = await as(role, service);
      return { ...(key !== undefined && { 'x-api-key': key }), ...(authorization !== undefined && { authorization }) };
    },
    urlOf: (service, path) => `${serviceUrl(service)}${path}`,
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
