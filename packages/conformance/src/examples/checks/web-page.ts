import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Check } from '../check.ts';

/**
 * A page of the web that an example fetches, for as long as it is asked.
 * @param ask with the address of the page
 */
export const webPage =
  (text: string, ask: (address: string) => Check): Check =>
  async (service) => {
    const server = createServer((_request, response) => response.end(text)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      return await ask(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)(service);
    } finally {
      server.close();
      server.closeAllConnections();
    }
  };
