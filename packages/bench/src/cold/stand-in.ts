import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

/**
 * Stands in for AWS services that are not measured: EventBridge accepts every entry, others return an empty object.
 * DynamoDB is a real emulator elsewhere.
 */
export async function startStandIn(): Promise<{ readonly endpoint: string; stop(): void }> {
  const server = createServer((request, response) => void answer(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { Entries: entries } = (await json(request).catch(() => ({}))) as { Entries?: readonly unknown[] };
  const body =
    entries === undefined
      ? {}
      : { FailedEntryCount: 0, Entries: entries.map((_, index) => ({ EventId: `00000000-${index}` })) };
  response.setHeader('content-type', 'application/x-amz-json-1.1').end(JSON.stringify(body));
}
