import { Agent, type IncomingHttpHeaders, request as httpRequest, type Server } from 'node:http';
import { createServer, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';

/** What a client begins with that speaks HTTP/2 from its first byte on. RFC 9113, section 3.4. */
const PREFACE = 'PRI * HTTP/2.0';
const FIRST_BYTES_MS = 10_000;
/** They belong to a connection of HTTP/1.1. RFC 9113, section 8.2.2. */
const OF_CONNECTIONS = ['connection', 'host', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade'];

/**
 * Lets a server answer HTTP/2 without TLS too, on the same port: the AWS SDK speaks it with Kinesis and with whatever else
 * streams events. Such a request is handed on to the server itself in HTTP/1.1, so that its rule and its answers are the
 * same.
 * @returns what ends it
 */
export function acceptHttp2(server: Server): () => void {
  const agent = new Agent({ keepAlive: true });
  const sockets = new Set<Socket>();
  const http2 = createServer((request, response) => handOn(request, response, server, agent));
  // What a client does wrong ends its connection, which is enough.
  http2.on('sessionError', () => {});
  const listeners = server.listeners('connection') as ((this: Server, socket: Socket) => void)[];
  server.removeAllListeners('connection');
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    const give = (): void => void socket.destroy();
    socket.on('error', give).setTimeout(FIRST_BYTES_MS, give);
    socket.once('data', (head: Buffer) => {
      socket.pause();
      socket.off('error', give).off('timeout', give).setTimeout(0);
      socket.unshift(head);
      if (head.toString('latin1', 0, PREFACE.length) === PREFACE) {
        // A session does not end by itself when its client has: of HTTP/1.1's sockets either half may be open.
        socket.allowHalfOpen = false;
        return void http2.emit('connection', socket);
      }
      for (const listener of listeners) listener.call(server, socket);
      socket.resume();
    });
  });
  return () => {
    for (const socket of sockets) socket.destroy();
    http2.close();
    agent.destroy();
  };
}

function handOn(request: Http2ServerRequest, response: Http2ServerResponse, server: Server, agent: Agent): void {
  const { address: host, port } = server.address() as AddressInfo;
  const { method, url: path } = request;
  const headers = { ...withoutConnection(request.headers), host: request.authority };
  const onward = httpRequest({ host, port, method, path, headers, agent }, (answer) => {
    response.writeHead(answer.statusCode!, withoutConnection(answer.headers));
    answer.pipe(response);
  });
  onward.on('error', () => response.stream.close());
  response.on('close', () => onward.destroy());
  request.pipe(onward);
}

const withoutConnection = (headers: IncomingHttpHeaders): IncomingHttpHeaders =>
  Object.fromEntries(
    Object.entries(headers).filter(([name]) => !name.startsWith(':') && !OF_CONNECTIONS.includes(name)),
  );
