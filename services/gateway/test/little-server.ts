import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';

/** How a little server answers a request; `destroy` closes the connection, `delayMs` comes first. */
export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON, or a text as it is. */
  readonly body?: unknown;
  readonly delayMs?: number;
  readonly destroy?: boolean;
}

export interface LittleServer {
  readonly url: string;
  /** Of all requests since the start. */
  readonly seen: IncomingMessage[];
  close(): Promise<void>;
}

export const problemAnswer = (code: string, status: number): Answer => ({
  status,
  headers: { 'content-type': 'application/problem+json' },
  body: { type: `urn:dure:problem:${code}`, title: code, status },
});

/** A real server in the place of a service: the same connections, time-outs and broken answers. */
export async function littleServer(answer: (request: IncomingMessage, body: string) => Answer): Promise<LittleServer> {
  const seen: IncomingMessage[] = [];
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    seen.push(request);
    const sent = await text(request);
    const { status = 200, headers, body, delayMs = 0, destroy = false } = answer(request, sent);
    await setTimeout(delayMs, undefined, { ref: false });
    if (destroy) return void request.socket.destroy();
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
  const server = createServer((request, response) => void serve(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
