import { Agent, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import {
  allowedPages,
  type Callers,
  isForeignOrigin,
  isFromOtherSite,
  ownHost,
  ownPagesInJson,
  signed,
} from '../../shared/http/access-rules.ts';
import { openServer, refuseUpgrade } from '../../shared/http/server.ts';
import { sendProblem, sendRefusal } from '../../shared/http/respond.ts';
import { type Cors, answerPreflight, corsOf, decidesByItself, permits } from './cors.ts';
import { proxy } from './proxy.ts';
import type { Answered } from '../../services/cloudwatch/measures.ts';
import { type Route, allows, routesAt, segmentsOf } from './routes.ts';
import { createPassedOn, isManagement, manageConnection } from './websocket.ts';

export interface ServiceEntry {
  readonly name: string;
  readonly stage: string;
  state: 'starting' | 'running' | 'failed';
  /** Why it failed. */
  reason?: string;
  /** Port of its REST API, if it has one. */
  port?: number;
  /** Port of its WebSocket API, if it has one. */
  webSocketPort?: number;
  routes: readonly Route[];
}

export interface FrontDoorOptions {
  /** 0 takes a free one. */
  readonly port: number;
  readonly callers: Callers;
  services(): readonly ServiceEntry[];
  /** Answers `/` and `/_cloud…`. */
  cloud(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void>;
  /** Told of each request to a service that was answered. */
  answered?(answered: Answered): void;
}

export interface FrontDoor {
  readonly port: number;
  readonly url: string;
  inFlight(): number;
  stop(): Promise<void>;
}

/** Requests to one service in flight at once; further ones wait. */
const MAX_IN_FLIGHT = 64;

/**
 * The one address of all services: `http://localhost:<port>/<service>/<stage>/…`, as behind API Gateway. What a
 * client sends never makes a 5xx here.
 * @throws the listen error (`EADDRINUSE`) if the port is taken
 */
export async function openFrontDoor(options: FrontDoorOptions): Promise<FrontDoor> {
  const agents = new Map<string, Agent>();
  let inFlight = 0;
  const agentOf = (service: string): Agent => {
    const agent = agents.get(service) ?? new Agent({ keepAlive: true, maxSockets: MAX_IN_FLIGHT });
    agents.set(service, agent);
    return agent;
  };

  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const url = parseUrl(request.url ?? '/');
    if (url === undefined) return sendProblem(response, 400, 'Bad Request', 'The path cannot be read.');
    if (url.pathname === '/' || url.pathname === '/_cloud' || url.pathname.startsWith('/_cloud/')) {
      const refused = ownPagesInJson(request, options.callers);
      if (refused !== undefined) return sendRefusal(response, refused);
      options
        .cloud(request, response, url)
        .catch((error: unknown) => sendProblem(response, 500, 'Internal Server Error', String(error)));
      return;
    }
    inFlight += 1;
    response.once('close', () => (inFlight -= 1));
    const startedAt = performance.now();
    const entry = toService(request, response, url, { ...options, agentOf });
    if (entry === undefined || options.answered === undefined) return;
    const { answered } = options;
    response.once('finish', () =>
      answered({
        ...{ service: entry.name, stage: entry.stage, status: response.statusCode },
        milliseconds: performance.now() - startedAt,
      }),
    );
  };
  const passedOn = createPassedOn();
  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    const url = parseUrl(request.url ?? '/');
    const [name, stage, ...rest] = (url && segmentsOf(url.pathname)) ?? [];
    const service = options.services().find((it) => it.name === name && it.stage === stage);
    const isAllowed = allowedPages(request, options.callers) === undefined;
    if (url === undefined || service === undefined || rest.length > 0 || !isAllowed) return refuseUpgrade(socket, 403);
    if (service.state !== 'running') return refuseUpgrade(socket, 503);
    if (service.webSocketPort === undefined) return refuseUpgrade(socket, 403);
    passedOn.pass(request, socket, head, service.webSocketPort, url.search);
  };
  const { callers, port: wanted } = options;
  const { port, close } = await openServer({ port: wanted, ipv6: true, callers, rule: ownHost, answer, upgrade });
  return {
    port,
    url: `http://localhost:${port}`,
    inFlight: () => inFlight,
    async stop() {
      for (const agent of agents.values()) agent.destroy();
      passedOn.stop();
      await close();
    },
  };
}

/** Answers, or passes on; tells which service's API the request was for, if there is one. */
function toService(
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  { services: list, callers, agentOf }: FrontDoorOptions & { agentOf(service: string): Agent },
): ServiceEntry | undefined {
  const services = list();
  const segments = segmentsOf(url.pathname);
  if (segments === undefined) {
    sendProblem(response, 400, 'Bad Request', 'The path is not percent-encoded.');
    return undefined;
  }
  const [name, stage, ...rest] = segments;
  const service = services.find((candidate) => candidate.name === name);
  if (service === undefined) {
    const names = services.map((candidate) => candidate.name);
    const detail = `There is no service "${name}". There are ${names.join(', ')}.`;
    sendProblem(response, 404, 'Not Found', detail, { services: names });
    return undefined;
  }
  if (stage !== service.stage) {
    const detail = `There is no stage "${stage ?? ''}" of ${service.name}. There is ${service.stage}.`;
    sendProblem(response, 403, 'Forbidden', detail, { stages: [service.stage] });
    return undefined;
  }
  if (service.state !== 'running') {
    const why = service.state === 'starting' ? 'is starting' : `did not start: ${service.reason}`;
    response.setHeader('retry-after', '1');
    sendProblem(response, 503, 'Service Unavailable', `${service.name} ${why}`);
    return service;
  }
  if (service.webSocketPort !== undefined && isManagement(rest)) {
    const refused = signed(request, callers);
    if (refused !== undefined) sendRefusal(response, refused);
    else manageConnection(request, response, { port: service.webSocketPort, connectionId: rest[1] ?? '' });
    return undefined;
  }
  const routes = routesAt(service.routes, rest);
  if (service.port === undefined || !routes.some((route) => allows(route, request.method ?? ''))) {
    sendProblem(response, 403, 'Forbidden', 'Missing Authentication Token');
    return service;
  }
  const cors = corsOf(routes);
  if (request.method === 'OPTIONS' && cors !== undefined) {
    answerPreflight(request, response, cors);
    return service;
  }
  const refused = pageRefusal(request, routes, cors, callers);
  if (refused !== undefined) {
    sendRefusal(response, refused);
    return service;
  }
  const path = url.pathname.slice(url.pathname.indexOf('/', 1)) + url.search;
  proxy(request, response, { port: service.port, path, agent: agentOf(service.name) });
  return service;
}

/** A page of another origin may do what the API's `cors` says, or what the function says that answers `OPTIONS` itself. */
function pageRefusal(
  request: IncomingMessage,
  routes: readonly Route[],
  cors: Cors | undefined,
  callers: Callers,
): string | undefined {
  const { origin } = request.headers;
  // A page that loads an image or follows a link says from which site it is, but not its origin.
  if (origin === undefined ? !isFromOtherSite(request) : !isForeignOrigin(request, callers)) return undefined;
  if (cors === undefined ? decidesByItself(routes) : permits(cors, origin)) return undefined;
  if (origin === undefined) return 'A page of another site asks for this, and "cors" does not allow every origin.';
  return `Pages of ${JSON.stringify(origin)} may not call this API: "cors" of its http event does not name it.`;
}

function parseUrl(url: string): URL | undefined {
  try {
    return new URL(url.startsWith('/') ? `http://localhost${url.replace(/^\/+/, '/')}` : url);
  } catch {
    return undefined;
  }
}
