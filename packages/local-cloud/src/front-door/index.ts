import { Agent, type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { Duplex } from 'node:stream';
import { sendProblem } from './problem.ts';
import { proxy } from './proxy.ts';
import type { Answered } from '../cloudwatch/measures.ts';
import { type Route, hasRoute, segmentsOf } from './routes.ts';
import { createPassedOn, isManagement, manageConnection, refuseUpgrade } from './websocket.ts';

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
      options
        .cloud(request, response, url)
        .catch((error: unknown) => sendProblem(response, 500, 'Internal Server Error', String(error)));
      return;
    }
    inFlight += 1;
    response.once('close', () => (inFlight -= 1));
    const startedAt = performance.now();
    const entry = toService(request, response, url, options.services(), agentOf);
    if (entry === undefined || options.answered === undefined) return;
    const { answered } = options;
    response.once('finish', () =>
      answered({
        ...{ service: entry.name, stage: entry.stage, status: response.statusCode },
        milliseconds: performance.now() - startedAt,
      }),
    );
  };
  const { servers, port } = await listen(answer, options.port);
  const passedOn = createPassedOn();
  for (const server of servers) {
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      const url = parseUrl(request.url ?? '/');
      const [name, stage, ...rest] = (url && segmentsOf(url.pathname)) ?? [];
      const service = options.services().find((it) => it.name === name && it.stage === stage);
      if (url === undefined || service === undefined || rest.length > 0) return refuseUpgrade(socket, 403);
      if (service.state !== 'running') return refuseUpgrade(socket, 503);
      if (service.webSocketPort === undefined) return refuseUpgrade(socket, 403);
      passedOn.pass(request, socket, head, service.webSocketPort, url.search);
    });
  }
  return {
    port,
    url: `http://localhost:${port}`,
    inFlight: () => inFlight,
    async stop() {
      for (const agent of agents.values()) agent.destroy();
      passedOn.stop();
      await Promise.all(servers.map(close));
    },
  };
}

/** Answers, or passes on; tells which service's API the request was for, if there is one. */
function toService(
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  services: readonly ServiceEntry[],
  agentOf: (service: string) => Agent,
): ServiceEntry | undefined {
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
    manageConnection(request, response, { port: service.webSocketPort, connectionId: rest[1] ?? '' });
    return undefined;
  }
  if (service.port === undefined || !hasRoute(service.routes, request.method ?? '', rest)) {
    sendProblem(response, 403, 'Forbidden', 'Missing Authentication Token');
    return service;
  }
  const path = url.pathname.slice(url.pathname.indexOf('/', 1)) + url.search;
  proxy(request, response, { port: service.port, path, agent: agentOf(service.name) });
  return service;
}

function parseUrl(url: string): URL | undefined {
  try {
    return new URL(url.startsWith('/') ? `http://localhost${url.replace(/^\/+/, '/')}` : url);
  } catch {
    return undefined;
  }
}

/** A request that is no HTTP, or whose headers are too large. */
function answerUnreadable(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (!socket.writable || error.code === 'ECONNRESET') return void socket.destroy();
  const tooLarge = error.code === 'HPE_HEADER_OVERFLOW';
  const [status, title] = tooLarge ? [431, 'Request Header Fields Too Large'] : [400, 'Bad Request'];
  const body = JSON.stringify({ type: 'about:blank', title, status, detail: 'The request cannot be read.' });
  const head = `HTTP/1.1 ${status} ${title}\r\ncontent-type: application/problem+json\r\nconnection: close\r\n`;
  socket.end(`${head}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}

/** On both of `localhost`'s addresses, IPv6 where the machine has it. */
async function listen(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  wanted: number,
): Promise<{ servers: Server[]; port: number }> {
  const bind = (host: string, port: number): Promise<Server> =>
    new Promise((resolve, reject) => {
      const server = createServer(answer).on('clientError', answerUnreadable).once('error', reject);
      server.listen(port, host, () => resolve(server));
    });
  const ipv4 = await bind('127.0.0.1', wanted);
  const { port } = ipv4.address() as { port: number };
  const ipv6 = await bind('::1', port).catch(() => undefined);
  return { servers: ipv6 === undefined ? [ipv4] : [ipv4, ipv6], port };
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
