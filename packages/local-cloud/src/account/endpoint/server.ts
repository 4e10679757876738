import { Agent, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { allowedPages, type Callers, NOBODY_ELSE, ownHost, signed } from '../../shared/http/access-rules.ts';
import { openServer, refuseUpgrade } from '../../shared/http/server.ts';
import { forward } from './forward.ts';
import { serviceOf } from './service-of.ts';
import { requestUrl } from '../../shared/http/request-url.ts';

/** Answers a request, or says to which emulator it goes. */
export type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

export interface Routes {
  /** Services of this endpoint, by signing name. */
  readonly services: Readonly<Record<string, Handler>>;
  /** Emulators, by signing name. */
  readonly forwarded: Readonly<Record<string, string>>;
  /** A client that connects to a WebSocket API. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void>;
  /** Asked first: requests that are not for an AWS service. */
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
export async function startServer(port: number, callers: Callers = NOBODY_ELSE): Promise<EndpointServer> {
  const agent = new Agent({ keepAlive: true, maxSockets: MAX_SOCKETS });
  let routes: Routes | undefined;
  const server = await openServer({
    ...{ port, callers },
    rule: ownHost,
    refuse: (response, reason) => sendError(response, 403, reason),
    answer(request, response) {
      const answered = answer(request, response, { routes, agent, callers });
      answered.catch((error: unknown) => sendError(response, 500, String(error)));
    },
    upgrade(request, socket, head) {
      if (routes === undefined) return void socket.destroy();
      if (allowedPages(request, callers) !== undefined) return refuseUpgrade(socket, 403);
      routes.upgrade(request, socket, head).catch(() => socket.destroy());
    },
  });
  return {
    url: server.endpoint,
    open: (opened) => void (routes = opened),
    async stop() {
      await server.close();
      agent.destroy();
    },
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { routes, agent, callers }: { readonly routes: Routes | undefined; readonly agent: Agent; readonly callers: Callers },
): Promise<void> {
  if (routes === undefined) return sendError(response, 503, 'The endpoint is starting.');
  if (await routes.other(request, response)) return;
  const refused = signed(request, callers);
  if (refused !== undefined) return sendError(response, 403, refused);
  const service = serviceOf(request);
  const handler = Object.hasOwn(routes.services, service) ? routes.services[service] : undefined;
  if (handler !== undefined) return handler(request, response);
  const emulator = Object.hasOwn(routes.forwarded, service) ? routes.forwarded[service] : undefined;
  if (emulator === undefined) return sendError(response, 501, `The service "${service}" is not supported here.`);
  forward(request, response, requestUrl(request, emulator), agent);
}

const CODES: Readonly<Record<number, string>> = { 403: 'AccessDeniedException', 501: 'UnknownOperationException' };

/** In a form that the SDKs of the JSON protocols read; those of the others show the status and the text. */
function sendError(response: ServerResponse, status: number, message: string): void {
  if (response.headersSent) return void response.destroy();
  const code = CODES[status] ?? 'ServiceUnavailable';
  response.writeHead(status, { 'content-type': 'application/json', 'x-amzn-errortype': code });
  response.end(JSON.stringify({ __type: code, message }));
}
