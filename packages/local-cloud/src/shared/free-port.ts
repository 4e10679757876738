import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Below the ports that systems give to connections and to servers without a wish, which come and go by the thousand. */
const LOWEST = 15_000;
const HIGHEST = 32_000;
const ATTEMPTS = 50;

/**
 * A port of this machine that nobody listens on, for a server that cannot be asked afterwards which one it took. Another
 * process may take it in between; drawn by chance from ports that are not given out otherwise, that is rare.
 * Source: https://www.kernel.org/doc/html/latest/networking/ip-sysctl.html#ip-variables (ip_local_port_range)
 */
export async function freePort(
  draw: () => number = () => randomInt(LOWEST, HIGHEST),
  address = '127.0.0.1',
): Promise<number> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const port = draw();
    if (await isFree(port, address)) return port;
  }
  throw new Error(`None of ${ATTEMPTS} ports between ${LOWEST} and ${HIGHEST} was free.`);
}

function isFree(port: number, address: string): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, address, () => server.close(() => resolve(true)));
  });
}
