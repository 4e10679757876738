import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { DynamoDBClient, ListTablesCommand, ScanCommand, type ScanCommandOutput } from '@aws-sdk/client-dynamodb';
import { GetReplay, StartReplay } from '@dure/contracts/journal';
import { GetOrder, GetProjection, ListOrders, RebuildProjection } from '@dure/contracts/orders';
import { type Cloud, connect, expectStatus } from '@dure/testing/cloud';
import { eventually } from '@dure/testing/eventually';
import { type LocalCloudProcess, startLocalCloud } from '@dure/testing/local-cloud-process';
import { allOf } from '@dure/testing/pages';
import {
  cancel,
  ended,
  type Order,
  orderFor,
  place,
  readOrder,
  sandboxCarrier,
  stockOne,
  unique,
} from '@dure/testing/shop/shop';

// A separate cloud: tables are compared byte for byte, so no other test may write to them.
let running: LocalCloudProcess | undefined;
let cloud: Cloud;
let sku: string;
const customer = { id: unique('customer'), email: 'mina@example.com' };
const placed: Order[] = [];

const TEST_MS = 240_000;
/** A mail whose attempt was given up comes again after a minute. */
const IDLE_MS = 150_000;

beforeAll(async () => {
  running = await startLocalCloud();
  cloud = connect(running.url);
  ({ sku } = await stockOne(cloud, { onHand: 8 }));
  for (let count = 0; count < 12; count += 1) placed.push(await placeOne());
  const held = await place(cloud, orderFor([{ sku, quantity: 1 }], { customer, ...sandboxCarrier('hold') }));
  placed.unshift(held);
  await cancel(cloud, held.orderId);
  await Promise.all(placed.map(({ orderId }) => ended(cloud, orderId)));
  await idle();
}, TEST_MS);

afterAll(() => running?.stop());

const placeOne = () => place(cloud, orderFor([{ sku, quantity: 1 }], { customer }));

/** Until nothing is queued or running anywhere. */
const idle = () =>
  eventually('The cloud is idle', async () => ((await cloud.view('idle')) as { idle: boolean }).idle || undefined, {
    within: IDLE_MS,
  });

const listBy = (query: { customerId: string } | { status: Order['status'] }): Promise<Order[]> =>
  allOf(
    async (cursor) => expectStatus(await cloud.call(ListOrders, { query: { ...query, limit: 5, cursor } }), 200).body,
  );

async function readModels() {
  const statuses = ['completed', 'rejected', 'cancelled'] as const;
  const byStatus = await Promise.all(statuses.map((status) => listBy({ status })));
  return { byCustomer: await listBy({ customerId: customer.id }), byStatus };
}

async function rebuilt(): Promise<void> {
  const params = { projection: 'orders' } as const;
  expectStatus(await cloud.call(RebuildProjection, { params }), 202);
  await eventually('The rebuild is finished', async () => {
    const { body } = expectStatus(await cloud.call(GetProjection, { params }), 200);
    return body.rebuild?.phase === 'finished' || undefined;
  });
}

/** A map has no order, so its keys are sorted at every depth. */
const canonical = (item: object): string =>
  JSON.stringify(item, (_, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => one.localeCompare(other)))
      : value,
  );

/** Every table's items, as the emulator has them, sorted. */
async function tables(): Promise<Map<string, string[]>> {
  const { endpoints } = (await cloud.view('resources')) as { endpoints: { DynamoDB: string } };
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new DynamoDBClient({ endpoint: endpoints.DynamoDB, region: 'us-east-1', credentials });
  const { TableNames: names = [] } = await client.send(new ListTablesCommand({}));
  const contents = new Map<string, string[]>();
  for (const TableName of names) {
    const items: string[] = [];
    let ExclusiveStartKey: ScanCommandOutput['LastEvaluatedKey'];
    do {
      const page: ScanCommandOutput = await client.send(new ScanCommand({ TableName, ExclusiveStartKey }));
      items.push(...(page.Items ?? []).map(canonical));
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey !== undefined);
    contents.set(TableName, items.sort());
  }
  client.destroy();
  return contents;
}

it(
  'rebuilt read models equal the old ones, while orders keep coming',
  async () => {
    const before = await readModels();
    expect(before.byCustomer).toHaveLength(13);
    await rebuilt();
    expect(await readModels()).toEqual(before);

    const meanwhile = Promise.all(Array.from({ length: 5 }, placeOne));
    await rebuilt();
    const late = await meanwhile;
    await Promise.all(late.map(({ orderId }) => ended(cloud, orderId)));
    await idle();
    const after = await listBy({ customerId: customer.id });
    expect(after).toHaveLength(18);
    for (const order of after) expect(order).toEqual(await readOrder(cloud, order.orderId));
    placed.push(...late);
  },
  TEST_MS,
);

it('shows an order as of its placement exactly as it was answered then', async () => {
  for (const order of placed) {
    const answer = await cloud.call(GetOrder, { params: { orderId: order.orderId }, query: { at: '1' } });
    expect(expectStatus(answer, 200).body).toEqual(order);
  }
});

it(
  'a replay to one consumer leaves every other table byte for byte unchanged',
  async () => {
    await idle();
    const before = await tables();
    const body = {
      consumer: 'orders/catalogue',
      from: new Date(Date.now() - 3_600_000).toISOString(),
      to: new Date().toISOString(),
    };
    const started = expectStatus(await cloud.call(StartReplay, { body }), 202).body;
    const done = await eventually('The replay is completed', async () => {
      const { replayId } = started;
      const replay = expectStatus(await cloud.call(GetReplay, { params: { replayId } }), 200).body;
      return replay.status === 'completed' ? replay : undefined;
    });
    expect(done.progress).toBe(1);
    await idle();
    const after = await tables();
    // The replay itself is an item of the journal's, and who asked for it is written down meanwhile.
    const journal = 'dure-local-journal';
    const added = after
      .get(journal)
      ?.filter((item) => !before.get(journal)?.includes(item) && !item.includes('"CALLS#'));
    expect(added).toEqual([expect.stringContaining(`REPLAY#${started.replayId}`)]);
    for (const [name, items] of before) {
      if (name !== journal) expect([name, after.get(name)]).toEqual([name, items]);
    }
  },
  TEST_MS,
);
