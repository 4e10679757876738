import { type IncomingMessage, type ServerResponse, request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { INSIDE } from '../../shared/doors/inside.ts';
import { sendProblem } from '../../shared/http/respond.ts';

/**
 * WebSocket APIs behind the front door: `ws://localhost:<port>/<service>/<stage>`, and below it, as on AWS, the management
 * API `/@connections/{connectionId}`.
 */

const CONNECTIONS = '@connections';
const MANAGEMENT_TIMEOUT_MS = 5_000;

/** Sockets that are passed on, to be ended with the front door. */
export interface PassedOn {
  pass(request: IncomingMessage, socket: Duplex, head: Buffer, port: number, query: string): void;
  stop(): void;
}

/** Passes handshakes and all that follows on to a service's WebSocket server, byte by byte. */
export function createPassedOn(): PassedOn {
  const sockets = new Set<Duplex>();
  const keep = (socket: Duplex): void => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  };
  return {
    pass(request, socket, head, port, query) {
      const upstream = connect(port, '127.0.0.1');
      for (const it of [socket, upstream]) keep(it);
      const end = (): void => {
        socket.destroy();
        upstream.destroy();
      };
      for (const it of [socket, upstream]) it.on('error', end).on('close', end);
      upstream.once('connect', () => {
        upstream.write(handshake(request, query));
        upstream.write(head);
        socket.pipe(upstream).pipe(socket);
      });
    },
    stop() {
      for (const socket of sockets) socket.destroy();
    },
  };
}

function handshake({ rawHeaders }: IncomingMessage, query: string): string {
  const lines = [`GET /${query} HTTP/1.1`, INSIDE.join(': ')];
  for (let index = 0; index < rawHeaders.length; index += 2)
    lines.push(`${rawHeaders[index]}: ${rawHeaders[index + 1]}`);
  return `${lines.join('\r\n')}\r\n\r\n`;
}

export const isManagement = ([first]: readonly string[]): boolean => first === CONNECTIONS;

/**
 * Passes a call of the management API on; a connection that is gone is a GoneException, as on AWS.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html
 */
export function manageConnection(
  request: IncomingMessage,
  response: ServerResponse,
  { port, connectionId }: { readonly port: number; readonly connectionId: string },
): void {
  const { method } = request;
  const headers = { ...request.headers, [INSIDE[0]]: INSIDE[1] };
  const path = `/${CONNECTIONS}/${encodeURIComponent(connectionId)}`;
  const signal = AbortSignal.timeout(MANAGEMENT_TIMEOUT_MS);
  const upstream = httpRequest({ host: '127.0.0.1', port, path, method, headers, agent: false, signal });
  upstream.on('response', (answer) => {
    const gone = answer.statusCode === 410;
    response.writeHead(answer.statusCode ?? 502, gone ? { 'x-amzn-errortype': 'GoneException' } : {});
    answer.resume();
    response.end();
  });
  upstream.on('error', () => {
    if (!response.headersSent) sendProblem(response, 503, 'Service Unavailable', 'The service cannot be reached.');
  });
  request.pipe(upstream);
}
