import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Rule } from '@dure/local-http/access-rules';
import type { OfflineService, Options } from './types.ts';

/** The address of serverless-offline. */
export interface Door {
  readonly host: string;
  readonly httpPort: number;
  readonly lambdaPort: number;
  /** Of the API: `http://localhost:3000/dev`. */
  readonly url: string;
}

/** Source: https://github.com/dherault/serverless-offline#usage-and-command-line-options */
const DEFAULTS = { host: 'localhost', httpPort: 3000, lambdaPort: 3002 };
const NEXT_PORTS = 10;

/** The ports of serverless-offline, from the command line, `custom.serverless-offline` and its own defaults. */
export function doorOf({ provider, custom }: OfflineService, options: Options): Door {
  const all = { ...DEFAULTS, ...custom?.['serverless-offline'], ...options } as Partial<Record<string, unknown>>;
  const host = String(all['host']);
  const httpPort = Number(all['httpPort']);
  const path = [all['prefix'], all['noPrependStageInUrl'] ? undefined : (all['stage'] ?? provider.stage)];
  const scheme = all['httpsProtocol'] ? 'https' : 'http';
  const url = [`${scheme}://${host}:${httpPort}`, ...path.filter(Boolean)].join('/');
  return { host, httpPort, lambdaPort: Number(all['lambdaPort']), url };
}

/** @throws Error that names the process on a port, and free ports */
export async function refuseTakenPorts({ host, httpPort, lambdaPort }: Door): Promise<void> {
  for (const port of [httpPort, lambdaPort]) {
    if (await isFree(host, port)) continue;
    const { describePortOwner } = await import('@dure/local-cloud/shared/port-owner');
    const others = `--httpPort ${httpPort + NEXT_PORTS} --lambdaPort ${lambdaPort + NEXT_PORTS}`;
    const remedy = `End it, or choose others: npx sls offline ${others}`;
    throw new Error(`Port ${port} is taken by ${describePortOwner(port)}. ${remedy}`);
  }
}

async function isFree(host: string, port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, host);
    await once(server, 'listening');
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return false;
    throw error;
  } finally {
    server.close();
  }
}

/**
 * Guards serverless-offline's own servers: requests from pages of other hosts are rejected, and the Lambda port, which
 * runs any function with any event, requires signed requests, as AWS does.
 * @returns a function that ends the guard
 */
export async function guardDoor({ host, lambdaPort }: Door): Promise<() => void> {
  const { ownHost, signed } = await import('@dure/local-http/access-rules');
  const { guardAllServers } = await import('@dure/local-http/guard-servers');
  const rule: Rule = (request, callers) =>
    (request.socket.localPort === lambdaPort ? signed : ownHost)(request, callers);
  return guardAllServers(rule, { hosts: [host], origins: [] });
}
