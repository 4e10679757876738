import { Agent, type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { Duplex } from 'node:stream';
import { forward } from './forward.ts';
import { serviceOf } from './service-of.ts';

/** Answers a request, or says to which emulator it goes. */
export type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

export interface Routes {
  /** Services of this endpoint, by signing name. */
  readonly services: Readonly<Record<string, Handler>>;
  /** Emulators, by signing name. */
  readonly forwarded: Readonly<Record<string, string>>;
  /** A client that connects to a WebSocket API. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void>;
  /** Asked first: what is no request to an AWS service. */
  other(request: IncomingMessage, response: ServerResponse): Promise<boolean>;
}

export interface EndpointServer {
  /** `http://127.0.0.1:4566` */
  readonly url: string;
  /** Requests are answered with 503 until this is called. */
  open(routes: Routes): void;
  stop(): Promise<void>;
}

const MAX_SOCKETS = 64;

/**
 * The one port of the account, on this machine alone.
 * @throws the listen error (`EADDRINUSE`) if the port is taken
 */
export async function startServer(port: number): Promise<EndpointServer> {
  const agent = new Agent({ keepAlive: true, maxSockets: MAX_SOCKETS });
  let routes: Routes | undefined;
  const server = createServer((request, response) => {
    answer(request, response, routes, agent).catch((error: unknown) => sendError(response, 500, String(error)));
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (routes === undefined) return void socket.destroy();
    routes.upgrade(request, socket, head).catch(() => socket.destroy());
  });
  await listen(server, port);
  return {
    url: `http://127.0.0.1:${(server.address() as { port: number }).port}`,
    open: (opened) => void (routes = opened),
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      agent.destroy();
    },
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  routes: Routes | undefined,
  agent: Agent,
): Promise<void> {
  if (routes === undefined) return sendError(response, 503, 'The endpoint is starting.');
  if (await routes.other(request, response)) return;
  const service = serviceOf(request);
  const handler = Object.hasOwn(routes.services, service) ? routes.services[service] : undefined;
  if (handler !== undefined) return handler(request, response);
  const emulator = Object.hasOwn(routes.forwarded, service) ? routes.forwarded[service] : undefined;
  if (emulator === undefined) return sendError(response, 501, `The service "${service}" is not supported here.`);
  forward(request, response, new URL(request.url ?? '/', emulator), agent);
}

/** In a form that the SDKs of the JSON protocols read; those of the others show the status and the text. */
function sendError(response: ServerResponse, status: number, message: string): void {
  if (response.headersSent) return void response.destroy();
  const code = status === 501 ? 'UnknownOperationException' : 'ServiceUnavailable';
  response.writeHead(status, { 'content-type': 'application/json', 'x-amzn-errortype': code });
  response.end(JSON.stringify({ __type: code, message }));
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
}
