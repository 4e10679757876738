import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { allowedPages, type Callers, NOBODY_ELSE, ownHost, signed } from '@dure/local-http/access-rules';
import { openServer, refuseUpgrade } from '@dure/local-http/server';
import { type AwsServices, createAwsEndpoint } from '@dure/aws-protocols/aws-endpoint';
import { sendAwsRefusal } from '@dure/aws-protocols/aws-refusal';
import { accountOf, regionOf, serviceOf } from '@dure/aws-protocols/service-of';
import { ACCOUNT_ID } from '../../shared/aws-environment.ts';

export interface Routes {
  /** The services of AWS in a region. */
  services(region: string): Promise<AwsServices>;
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

/**
 * The one port of the account, on this machine alone.
 * @throws the listen error (`EADDRINUSE`) if the port is taken
 */
export async function startServer(port: number, callers: Callers = NOBODY_ELSE): Promise<EndpointServer> {
  const aws = createAwsEndpoint();
  let routes: Routes | undefined;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (routes === undefined) return sendError(request, response, 503, 'The endpoint is starting.');
    const account = accountOf(request);
    if (account !== '' && account !== ACCOUNT_ID) {
      return sendError(request, response, 501, `The account ${account} is not supported here; there is ${ACCOUNT_ID}.`);
    }
    if (await routes.other(request, response)) return;
    const refused = signed(request, callers);
    if (refused !== undefined) return sendError(request, response, 403, refused);
    await aws.answer(request, response, await routes.services(regionOf(request)));
  }

  const server = await openServer({
    ...{ port, callers, http2: true },
    rule: ownHost,
    refuse: (response, reason) => sendError(response.req, response, 403, reason),
    answer(request, response) {
      answer(request, response).catch((error: unknown) => sendError(request, response, 500, String(error)));
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
      aws.stop();
    },
  };
}

const CODES: Readonly<Record<number, string>> = { 403: 'AccessDeniedException', 501: 'UnknownOperationException' };

/** In the form in which the client reads errors. */
function sendError(request: IncomingMessage, response: ServerResponse, status: number, message: string): void {
  const code = CODES[status] ?? 'ServiceUnavailable';
  sendAwsRefusal(request, response, serviceOf(request), { status, code, message });
}
