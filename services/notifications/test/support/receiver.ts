import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { afterAll } from '@jest/globals';

export interface Received {
  readonly headers: Record<string, string>;
  readonly body: string;
}

interface Receiver {
  readonly url: string;
  readonly received: Received[];
  /** Status 0 stands for a request that is taken and never answered. */
  readonly answering: { status: number };
  /** The most requests that waited at once. */
  readonly atOnce: { now: number; most: number };
}

/** A server of third parties' receivers, to be opened at the top of a test file. Each receiver has its own path. */
export async function openReceivers(): Promise<() => Receiver> {
  const receivers = new Map<string, Receiver>();
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      const receiver = receivers.get(request.url ?? '');
      receiver?.received.push({ headers: plain(request.headers), body });
      if (receiver !== undefined) count(receiver.atOnce, response);
      const status = receiver?.answering.status ?? 404;
      if (status !== 0) response.writeHead(status).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  const origin = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
  return () => {
    const path = `/${receivers.size + 1}`;
    const receiver = { url: `${origin}${path}`, received: [], answering: { status: 204 }, atOnce: { now: 0, most: 0 } };
    receivers.set(path, receiver);
    return receiver;
  };
}

/** Counts a request until it is answered or given up. */
function count(atOnce: Receiver['atOnce'], response: ServerResponse): void {
  atOnce.now += 1;
  atOnce.most = Math.max(atOnce.most, atOnce.now);
  response.once('close', () => (atOnce.now -= 1));
}

const plain = (headers: IncomingHttpHeaders): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
