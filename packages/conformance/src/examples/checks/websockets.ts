import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { Check } from '../check.ts';
import { outputOf } from '../deployed.ts';
import { shortened } from './shortened.ts';

type Headers = Readonly<Record<string, string>>;

/** A message over a connection, and what comes back. */
export const says =
  (headers: Headers, message: string, contains: string): Check =>
  async (service) => {
    const socket = await connected(await outputOf(service, 'ServiceEndpointWebsocket'), headers);
    if (typeof socket === 'string') return socket;
    try {
      const answer = once(socket, 'message');
      socket.send(message);
      const text = String((await answer)[0]);
      return text.includes(contains) ? undefined : `The WebSocket says ${shortened(text)}`;
    } finally {
      socket.terminate();
    }
  };

/** A connection that is refused. */
export const isRefused =
  (headers: Headers): Check =>
  async (service) => {
    const socket = await connected(await outputOf(service, 'ServiceEndpointWebsocket'), headers);
    if (typeof socket === 'string') return undefined;
    socket.terminate();
    return 'The connection without its header is open.';
  };

/** The connection, or why there is none. */
async function connected(address: string, headers: Headers): Promise<WebSocket | string> {
  const socket = new WebSocket(address, { headers });
  try {
    await once(socket, 'open');
    return socket;
  } catch (error) {
    return (error as Error).message;
  }
}
