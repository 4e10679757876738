import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { AddProduct, ProductAdded } from '@dure/contracts/catalog';
import { GetStock, SetStock } from '@dure/contracts/inventory';
import { GetOrderWorkflow } from '@dure/contracts/orders';
import { type Cloud, connect, connectTo, expectStatus, json } from '@dure/testing/cloud';
import { eventually } from '@dure/testing/eventually';
import { recorded } from '@dure/testing/journal';
import { type LocalCloudProcess, startLocalCloud } from '@dure/testing/local-cloud-process';
import { interruptedStart, type OfflineProcess, offlineEnds, startOffline } from '@dure/testing/offline-process';
import { stillRunning } from '@dure/testing/process-memory';
import { localTokens } from '@dure/testing/tokens';
import { catalogueArrived, ended, orderFor, place, stockUp, unique } from '@dure/testing/shop/shop';

const SERVICES = ['catalog', 'inventory', 'orders'];
const START_MS = 400_000;
const GONE_MS = 60_000;
/** A shell with its own AWS account: none of this may reach the functions. */
const FOREIGN = { AWS_PROFILE: 'production', AWS_SESSION_TOKEN: 'a-token', AWS_ENDPOINT_URL: 'http://127.0.0.1:9' };

let dataDir: string;
const offline: Record<string, OfflineProcess> = {};

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'dure-offline-'));
});

afterAll(async () => {
  await interrupt(...Object.keys(offline));
  await rm(dataDir, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
});

async function startAll(...command: string[]): Promise<void> {
  const started = SERVICES.map(async (service) => {
    offline[service] = await startOffline({ service, dataDir, command, env: FOREIGN });
  });
  await Promise.all(started);
}

/** Interrupts them and waits until they and all their children have gone. Returns their exit codes. */
async function interrupt(...services: readonly string[]) {
  const chosen = services.flatMap((service) => offline[service] ?? []);
  const pids = (await Promise.all(chosen.map((it) => it.pids()))).flat();
  const codes = await Promise.all(chosen.map((it) => it.interrupt()));
  for (const service of services) delete offline[service];
  await areGone(pids);
  return { codes, processes: pids.length };
}

function areGone(pids: readonly number[]): Promise<true> {
  const none = async () => (await stillRunning(pids)).length === 0 || undefined;
  return eventually('All processes end', none, { within: GONE_MS });
}

/** The system as seen through `sls offline`. */
const doors = (): Cloud =>
  connectTo({
    url: 'sls offline',
    serviceUrl: (service) => offline[service]?.url ?? '',
    local: false,
    tokens: (service) => localTokens(offline[service]?.cloud ?? ''),
  });

const onlyCloudOf = (service: string): Cloud => connect(offline[service]?.cloud ?? '');

describe('npx sls offline with nothing else running', () => {
  beforeAll(() => startAll('offline'), START_MS);

  it('is healthy, whatever account the shell uses', async () => {
    for (const { url } of Object.values(offline)) {
      expect(await json(`${url}/v1/health`)).toMatchObject({ status: 'ok' });
    }
  });

  it('answers only under a name of this machine', async () => {
    const url = `${offline['catalog']!.url}/v1/health`;
    const [answer] = (await once(get(url, { headers: { host: 'evil.example' } }), 'response')) as [IncomingMessage];
    answer.resume();
    expect(answer.statusCode).toBe(403);
  });

  it('places a product, whose event comes to the journal', async () => {
    const sku = unique('SKU');
    const body = { sku, title: 'White mug', price: { amount: 1290, currency: 'EUR' } };
    expectStatus(await doors().call(AddProduct, { body }), 201);
    const events = await eventually('The event is recorded', async () => {
      const found = await recorded(onlyCloudOf('catalog'), { subject: sku });
      return found.length > 0 ? found : undefined;
    });
    expect(events).toMatchObject([{ type: 'dure.catalog.ProductAdded.v1', subject: sku }]);
  });

  it('sets a stock count', async () => {
    const sku = unique('SKU');
    expectStatus(await doors().call(SetStock, { params: { sku }, body: { onHand: 50 } }), 200);
    const { body } = expectStatus(await doors().call(GetStock, { params: { sku } }), 200);
    expect(body).toMatchObject({ onHand: 50 });
  });

  it('places an order for a product known from the bus, and its checkout reserves the stock', async () => {
    const sku = unique('SKU');
    await putProductAdded(onlyCloudOf('orders'), sku);
    await catalogueArrived(doors(), [sku]);
    const { orderId, status } = await place(doors(), orderFor([{ sku, quantity: 2 }]));
    expect(status).toBe('placed');
    await eventually('The stock is asked for', async () => {
      const { body } = expectStatus(await doors().call(GetOrderWorkflow, { params: { orderId } }), 200);
      return JSON.stringify(body).includes('ReserveStock') || undefined;
    });
  });

  it('reports which process has a port, and which port to use instead', async () => {
    const { url } = offline['catalog'] as OfflineProcess;
    const taken = Number(new URL(url).port);
    const { code, output } = await offlineEnds({ service: 'inventory', dataDir }, taken, taken + 1);
    expect(code).toBe(1);
    expect(output).toMatch(new RegExp(`Port ${taken} is taken by process \\d+`));
    expect(output).toContain(`npx sls offline --httpPort ${taken + 10} --lambdaPort ${taken + 11}`);
  });

  it('ends with Ctrl-C, and leaves no process behind', async () => {
    const { codes, processes } = await interrupt('catalog', 'inventory');
    expect(codes).toEqual([0, 0]);
    // Each had a local cloud and a database.
    expect(processes).toBeGreaterThanOrEqual(6);
  });

  it('leaves none behind when it is killed', async () => {
    const { orders } = offline;
    const pids = (await orders?.pids()) ?? [];
    expect(pids.length).toBeGreaterThanOrEqual(3);
    process.kill(orders?.pid ?? 0, 'SIGKILL');
    expect(await orders?.exited).toBeNull();
    delete offline['orders'];
    await areGone(pids);
  });
});

it(
  'leaves no process behind when it is interrupted while it starts',
  async () => {
    const pids = await interruptedStart({ service: 'journal', dataDir });
    expect(pids.length).toBeGreaterThanOrEqual(2);
    await areGone(pids);
  },
  START_MS,
);

describe('npx sls offline beside npm start', () => {
  let cloud: LocalCloudProcess | undefined;

  beforeAll(async () => {
    cloud = await startLocalCloud({ dataDir, only: [...SERVICES, 'payments', 'shipping'] });
    await startAll('offline', 'start');
  }, 2 * START_MS);

  afterAll(() => cloud?.stop(), 60_000);

  it('joins it: a product, a stock count and an order through three of them lead to a completed order', async () => {
    for (const { cloud: joined } of Object.values(offline)) expect(joined).toBe(cloud?.url);
    const [product] = await stockUp(doors(), { onHand: 5 });
    const sku = product?.sku ?? '';
    const { orderId } = await place(doors(), orderFor([{ sku, quantity: 2 }]));
    expect(await ended(connect(cloud?.url ?? ''), orderId)).toMatchObject({ status: 'completed' });
    const { body } = expectStatus(await doors().call(GetStock, { params: { sku } }), 200);
    expect(body).toMatchObject({ onHand: 3 });
  });

  it('leaves it running', async () => {
    expect((await interrupt('inventory', 'orders')).codes).toEqual([0, 0]);
    expect(await json(`${cloud?.url}/_cloud`)).toMatchObject({ ready: true });
  });

  it('exits with a message when it has gone', async () => {
    const { catalog } = offline;
    await cloud?.stop();
    expect(await catalog?.exited).toBe(1);
    expect(catalog?.output()).toContain(`The local cloud at ${cloud?.url} has ended, so this ends too.`);
    delete offline['catalog'];
  });
});

interface Resources {
  readonly endpoints: Readonly<Record<string, string>>;
  readonly parameters: readonly { readonly name: string; readonly value: string }[];
}

/** The event that the catalogue would publish if it ran. */
async function putProductAdded(cloud: Cloud, sku: string): Promise<void> {
  const { endpoints, parameters } = (await cloud.view('resources')) as Resources;
  const bus = parameters.find(({ name }) => name === '/dure/local/bus/name')?.value;
  const detail = {
    specversion: '1.0',
    id: randomUUID(),
    source: 'dure.catalog',
    type: ProductAdded.type,
    subject: sku,
    time: new Date().toISOString(),
    datacontenttype: 'application/json',
    dataschema: ProductAdded.dataschema,
    sequence: 1,
    correlationid: randomUUID(),
    traceparent: `00-${randomUUID().replaceAll('-', '')}-0123456789abcdef-01`,
    actor: 'anonymous',
    data: { ...ProductAdded.example, sku, price: { amount: 1290, currency: 'EUR' }, version: 1 },
  };
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new EventBridgeClient({ endpoint: endpoints['EventBridge']!, region: 'us-east-1', credentials });
  const entry = {
    EventBusName: bus,
    Source: 'dure.catalog',
    DetailType: ProductAdded.detailType,
    Detail: JSON.stringify(detail),
  };
  const { FailedEntryCount: failed } = await client.send(new PutEventsCommand({ Entries: [entry] }));
  client.destroy();
  expect(failed).toBe(0);
}
