import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ListProducts } from '@dure/contracts/catalog';
import type { EndpointContract } from '@dure/contracts/contract';
import { GetOrderView } from '@dure/contracts/gateway';
import { ListNotifications } from '@dure/contracts/notifications';
import { GetOrderV2 } from '@dure/contracts/orders';
import { GetPayment } from '@dure/contracts/payments';
import { ListShipments } from '@dure/contracts/shipping';
import { call } from '@dure/testing/lambda-events';
import { bundleAll, entryOf, linkModules } from '../cold/bundle.ts';
import { serviceFunctions } from '../cold/functions.ts';
import { startSurroundings } from '../cold/surroundings.ts';

/** Something that is asked again and again. */
export interface Asked {
  readonly name: string;
  readonly ask: () => Promise<unknown>;
}

/** About what a warm function behind API Gateway takes, with one read of its table. */
const DELAY_MS = 40;

const PARTS: readonly EndpointContract[] = [GetOrderV2, GetPayment, ListShipments, ListNotifications, ListProducts];

/** The gateway's function as it is shipped, in this process, and services that only wait before they answer. */
export async function viewOfSlowParts() {
  const folder = mkdtempSync(join(tmpdir(), 'dure-bench-view-'));
  const gateway = serviceFunctions().find(({ name }) => name === 'gateway/api')!;
  const [bundles, surroundings, parts] = await Promise.all([
    bundleAll([entryOf(gateway)], folder),
    startSurroundings(),
    startParts(),
  ]);
  linkModules(folder);
  const environment = await surroundings.environmentOf(gateway.serviceDir);
  const urls = Object.keys(gateway.file.environment ?? {})
    .filter((name) => name.startsWith('URL_OF_'))
    .map((name) => [name, parts.url]);
  // What the local cloud is started with later must not lead to these.
  const before = { ...process.env };
  Object.assign(process.env, { ...environment, ...Object.fromEntries(urls), LOG_LEVEL: 'error' });
  const { handler } = createRequire(import.meta.url)(bundles[0]!.file) as { handler: Parameters<typeof call>[0] };
  const { fullPath: resource } = GetOrderView;
  // The same order, as when somebody looks at it again.
  const orderId = randomUUID();
  const view = async () => {
    const { status, body } = await call(handler, { resource, params: { orderId } });
    if (status !== 200) throw new Error(`The view answered ${status}: ${JSON.stringify(body)}`);
  };
  const part = async () => void (await (await fetch(`${parts.url}${GetPayment.fullPath}`)).text());
  return {
    delayMs: DELAY_MS,
    asked: [
      { name: 'view', ask: view },
      { name: 'one part', ask: part },
    ] as readonly Asked[],
    async stop() {
      process.env = before;
      parts.stop();
      await surroundings.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function startParts() {
  const answers = new Map(PARTS.map((it) => [it.fullPath.split('/')[2]!, JSON.stringify(it.example.response)]));
  const server = createServer((request, response) => {
    const body = answers.get(request.url!.split(/[/?]/)[2]!);
    setTimeout(() => response.setHeader('content-type', 'application/json').end(body), DELAY_MS);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
