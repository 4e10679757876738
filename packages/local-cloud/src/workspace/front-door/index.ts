import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { allowedPages, type Callers, ownHost, ownPagesInJson, signed } from '@dure/local-http/access-rules';
import { openServer, refuseUpgrade } from '@dure/local-http/server';
import { sendProblem, sendRefusal } from '@dure/local-http/respond';
import type { ApiGateway, InvokeTarget } from '../../services/apigateway/index.ts';
import type { HttpApis } from '../../services/apigateway-http/index.ts';
import type { FunctionUrls, UrlTarget } from '../../services/lambda/url/index.ts';
import type { WebSocketApis } from '../../services/apigateway-websocket/index.ts';
import { own } from '@dure/local-http/own-property';
import { STAGE } from '../../shared/aws-environment.ts';
import { type Address, addressOf, behindRoot } from './address.ts';

export interface ServiceEntry {
  readonly name: string;
  readonly stage: string;
  state: 'starting' | 'running' | 'failed';
  /** Why it failed. */
  reason?: string;
  /** Id of its REST API, if it has one. */
  restApiId?: string;
  /** Id of its HTTP API, if it has one. */
  httpApiId?: string;
  /** Ids of its functions' URLs, by the functions' names in serverless.yml. */
  functionUrls?: Readonly<Record<string, string>>;
  /** Id of its WebSocket API, if it has one. */
  webSocketApiId?: string;
}

export interface FrontDoorOptions {
  /** 0 takes a free one. */
  readonly port: number;
  readonly callers: Callers;
  readonly restApis: Pick<ApiGateway, 'serve'>;
  readonly httpApis: Pick<HttpApis, 'serve'>;
  readonly functionUrls: Pick<FunctionUrls, 'serve'>;
  readonly webSocketApis: Pick<WebSocketApis, 'upgrade' | 'manage'>;
  services(): readonly ServiceEntry[];
  /** Answers `/` and `/_cloud…`. */
  cloud(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void>;
}

export interface FrontDoor {
  readonly port: number;
  readonly url: string;
  inFlight(): number;
  stop(): Promise<void>;
}

/** Stand for the stage in the addresses of an HTTP API and of a function's URL, which have none in their own. */
const HTTP_API = 'http';
const FUNCTION_URL = 'url';
/** Before the services in the one address of all, as a custom domain's base paths: `/api/orders/v1/orders`. */
const ALL = 'api';

/**
 * The one address of all services: `http://localhost:<port>/<service>/<stage>/…`, as behind API Gateway, and
 * `http://localhost:<port>/api/<service>/…`, as behind a custom domain with a base path for each. An HTTP API is
 * there too where the service has no REST API, and always at `http://localhost:<port>/<service>/http/…`; a function's URL
 * is at `http://localhost:<port>/<service>/url/<function>/…`. What machines look for at a host's root is the registry's. It answers by
 * itself where there is no such service, stage or API; everything else is API Gateway's to answer.
 * @throws the listen error (`EADDRINUSE`) if the port is taken
 */
export async function openFrontDoor(options: FrontDoorOptions): Promise<FrontDoor> {
  const { callers, port: wanted } = options;
  let inFlight = 0;

  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const address = addressOf(behindRoot(request.url ?? '/', STAGE));
    if (address === undefined) return sendProblem(response, 400, 'Bad Request', 'The path cannot be read.');
    const failed = (error: unknown): void => sendProblem(response, 500, 'Internal Server Error', String(error));
    const { url } = address;
    if (url.pathname === '/' || url.pathname === '/_cloud' || url.pathname.startsWith('/_cloud/')) {
      const refused = ownPagesInJson(request, callers);
      if (refused !== undefined) return sendRefusal(response, refused);
      options.cloud(request, response, url).catch(failed);
      return;
    }
    inFlight += 1;
    response.once('close', () => (inFlight -= 1));
    toService(address, request, response, options).catch(failed);
  };
  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    const address = addressOf(request.url ?? '/');
    const service = options.services().find(({ name, stage }) => name === address?.service && stage === address.stage);
    const isAllowed = allowedPages(request, callers) === undefined;
    if (address === undefined || service === undefined || !isAllowed) return refuseUpgrade(socket, 403);
    if (!/^\/?(?:\?|$)/.test(address.path)) return refuseUpgrade(socket, 403);
    if (service.state !== 'running') return refuseUpgrade(socket, 503);
    if (service.webSocketApiId === undefined) return refuseUpgrade(socket, 403);
    void options.webSocketApis.upgrade(targetOf(service.webSocketApiId, address), request, socket, head);
  };
  const { port, close } = await openServer({ port: wanted, ipv6: true, callers, rule: ownHost, answer, upgrade });
  return { port, url: `http://localhost:${port}`, inFlight: () => inFlight, stop: close };
}

async function toService(
  sent: Address,
  request: IncomingMessage,
  response: ServerResponse,
  { services: list, callers, restApis, httpApis, functionUrls, webSocketApis }: FrontDoorOptions,
): Promise<void> {
  const services = list();
  const address = behindBasePath(sent, services);
  const service = services.find(({ name }) => name === address.service);
  if (service === undefined) {
    const names = services.map(({ name }) => name);
    const detail = `There is no service "${address.service}". There are ${names.join(', ')}.`;
    return sendProblem(response, 404, 'Not Found', detail, { services: names });
  }
  const { restApiId, httpApiId, webSocketApiId } = service;
  const url = address.stage === FUNCTION_URL ? urlOf(service, address) : undefined;
  const isHttp = httpApiId !== undefined && (restApiId === undefined || address.stage === HTTP_API);
  if (address.stage !== service.stage && url === undefined && !(isHttp && address.stage === HTTP_API)) {
    const urls = Object.keys(service.functionUrls ?? {}).map((key) => `${FUNCTION_URL}/${key}`);
    const stages = [service.stage, ...(httpApiId === undefined ? [] : [HTTP_API]), ...urls];
    const detail = `There is no stage "${address.stage}" of ${service.name}. There is ${stages.join(', ')}.`;
    return sendProblem(response, 403, 'Forbidden', detail, { stages });
  }
  if (service.state !== 'running') {
    const why = service.state === 'starting' ? 'is starting' : `did not start: ${service.reason}`;
    response.setHeader('retry-after', '1');
    return sendProblem(response, 503, 'Service Unavailable', `${service.name} ${why}`);
  }
  if (webSocketApiId !== undefined && address.path.startsWith('/@connections/')) {
    const refused = signed(request, callers);
    if (refused !== undefined) return sendRefusal(response, refused);
    return webSocketApis.manage(targetOf(webSocketApiId, address), request, response);
  }
  if (url !== undefined) return functionUrls.serve(url, request, response);
  if (isHttp) return httpApis.serve({ apiId: httpApiId, path: address.path }, request, response);
  if (restApiId === undefined) return sendProblem(response, 403, 'Forbidden', `${service.name} has no API.`);
  return restApis.serve(targetOf(restApiId, address), request, response);
}

/** `/api/orders/v1/…` is `/orders/local/v1/…`, and its base path is said. A service of that name keeps its address. */
function behindBasePath(address: Address, services: readonly ServiceEntry[]): Address & Pick<InvokeTarget, 'basePath'> {
  if (address.service !== ALL || services.some(({ name }) => name === ALL)) return address;
  const service = services.find(({ name }) => name === address.stage);
  const basePath = `/${ALL}/${encodeURIComponent(address.stage)}`;
  return { ...address, service: address.stage, stage: service?.stage ?? STAGE, basePath };
}

/** The URL of `/orders/url/{function}/…`, with what is below it. */
function urlOf({ functionUrls = {} }: ServiceEntry, { path }: Address): UrlTarget | undefined {
  const [, key = '', rest = ''] = /^\/([^/?]*)(.*)$/s.exec(path) ?? [];
  const urlId = own(functionUrls, key);
  return urlId === undefined ? undefined : { urlId, path: rest };
}

const targetOf = (apiId: string, address: Address & Pick<InvokeTarget, 'basePath'>): InvokeTarget => ({
  ...{ apiId, stage: address.stage, path: address.path },
  ...(address.basePath !== undefined && { basePath: address.basePath }),
});
