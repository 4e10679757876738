import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type Callers, NOBODY_ELSE, type Rule } from './access-rules.ts';
import { acceptHttp2 } from './http2.ts';
import { sendRefusal } from './respond.ts';

export interface ServerOptions {
  /** 0, the default, takes a free one. */
  readonly port?: number;
  /** Also on IPv6's `::1`, where the machine has it: `localhost` is both. */
  readonly ipv6?: boolean;
  /** Also HTTP/2, without TLS. */
  readonly http2?: boolean;
  readonly callers?: Callers;
  /** Which requests it lets in. */
  readonly rule: Rule;
  /** Refuses the others in the server's protocol; by default with a problem or text. */
  readonly refuse?: (response: ServerResponse, reason: string) => void;
  answer(request: IncomingMessage, response: ServerResponse): void;
  /** A handshake. Without it, upgrades are answered like any other request. */
  upgrade?(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

/** A server of this machine alone. */
export interface LocalServer {
  readonly port: number;
  /** `http://127.0.0.1:40123` */
  readonly endpoint: string;
  /** Ends held connections too. */
  close(): Promise<void>;
}

/**
 * Milliseconds. A client that sends slower than this holds a connection and nothing else. An idle connection is kept for
 * longer than clients pause: one that is closed while its client sends ends in ECONNRESET, and a mail is not sent twice.
 */
const LIMITS = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 1_000,
  keepAliveTimeout: 75_000,
};
/** More than all functions together open; what comes above is closed at once. */
const MAX_CONNECTIONS = 4_000;

/**
 * Opens a server on the loopback addresses. Every server of the local cloud is opened here, so that none answers a page
 * of a foreign origin or under a foreign name.
 * @throws the listen error (`EADDRINUSE`) if the port is taken
 */
export async function openServer(options: ServerOptions): Promise<LocalServer> {
  const first = await listen(options, '127.0.0.1', options.port ?? 0);
  const { port } = first.server.address() as { port: number };
  const second = options.ipv6 ? await listen(options, '::1', port).catch(() => undefined) : undefined;
  const servers = second === undefined ? [first] : [first, second];
  return {
    port,
    endpoint: `http://127.0.0.1:${port}`,
    close: async () => void (await Promise.all(servers.map((server) => server.end()))),
  };
}

/** A server with an access rule that does not listen yet. */
export function createLocalServer(options: Omit<ServerOptions, 'port' | 'ipv6' | 'http2'>): Server {
  const { callers = NOBODY_ELSE, rule, refuse = sendRefusal, answer, upgrade } = options;
  const server = createServer(LIMITS, (request, response) => {
    const reason = rule(request, callers);
    if (reason === undefined) return answer(request, response);
    request.resume();
    refuse(response, reason);
  });
  server.maxConnections = MAX_CONNECTIONS;
  server.on('clientError', answerUnreadable);
  if (upgrade !== undefined) {
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      socket.on('error', () => socket.destroy());
      if (rule(request, callers) === undefined) upgrade(request, socket, head);
      else refuseUpgrade(socket, 403);
    });
  }
  return server;
}

interface Listening {
  readonly server: Server;
  end(): Promise<void>;
}

function listen(options: ServerOptions, address: string, port: number): Promise<Listening> {
  const server = createLocalServer(options);
  const endHttp2 = options.http2 ? acceptHttp2(server) : undefined;
  const end = (): Promise<void> => {
    endHttp2?.();
    return close(server);
  };
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, address, () => resolve({ server, end }));
  });
}

/** Refuses a handshake. */
export function refuseUpgrade(socket: Duplex, status: number): void {
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}

const UNREADABLE: Readonly<Record<string, readonly [number, string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'The headers are too large.'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, `The request did not arrive within ${LIMITS.requestTimeout / 1000} seconds.`],
};

/** Answers a request that is not HTTP, too slow, or whose headers are too large. */
function answerUnreadable(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (!socket.writable || error.code === 'ECONNRESET') return void socket.destroy();
  const [status, detail] = UNREADABLE[error.code ?? ''] ?? [400, 'The request cannot be read.'];
  const title = STATUS_CODES[status] ?? '';
  const body = JSON.stringify({ type: 'about:blank', title, status, detail });
  const head = `HTTP/1.1 ${status} ${title}\r\ncontent-type: application/problem+json\r\nconnection: close\r\n`;
  socket.end(`${head}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
