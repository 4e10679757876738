import { randomUUID } from 'node:crypto';
import { ProductAdded } from '@dure/contracts/catalog';
import { OrderPlaced, ProjectionRebuildProgressed } from '@dure/contracts/orders';
import { busRecord, call, lambdaContext, sqsEvent } from '@dure/testing/lambda-events';
import { outboxOf } from '@dure/testing/outbox';
import { expect, it } from '@jest/globals';
import { newSku, orderBody, ordersTable } from './setup.ts';

const tableName = await ordersTable();
const { handler: api } = await import('../src/http/index.ts');
const { handler: catalogue } = await import('../src/events/catalogue.ts');
const { handler: views } = await import('../src/events/views.ts');
const { handler: rebuild } = await import('../src/events/rebuild.ts');
const { table } = await import('../src/composition.ts');

const sku = newSku();
await catalogue(
  sqsEvent(
    busRecord({
      contract: ProductAdded,
      subject: sku,
      sequence: 1,
      data: { sku, title: 'Mug', tags: [], price: { amount: 100, currency: 'EUR' }, status: 'active', version: 1 },
    }),
  ),
  lambdaContext,
);

async function place(customerId: string): Promise<string> {
  const body = orderBody(sku, { customer: { id: customerId, email: 'mina@example.com' } });
  const headers = { 'Idempotency-Key': randomUUID() };
  const placed = await call(api, { method: 'POST', resource: '/v1/orders', body, headers });
  return (placed.body as { orderId: string }).orderId;
}

const project = (orderId: string) =>
  views(sqsEvent(busRecord({ contract: OrderPlaced, subject: orderId, data: { orderId } })), lambdaContext);

const list = async (customerId: string) => {
  const shown = await call(api, { resource: '/v1/orders', query: { customerId, limit: '100' } });
  return (shown.body as { items: unknown[] }).items;
};

const start = () =>
  call(api, { method: 'POST', resource: '/v1/projections/{projection}/rebuilds', params: { projection: 'orders' } });

const shown = async () =>
  (await call(api, { resource: '/v1/projections/{projection}', params: { projection: 'orders' } })).body as {
    generation: number;
    rebuild: { phase: string; orders: number };
  };

/** Delivers the rebuild's own events to it, each twice, until it is finished; `meanwhile` runs between the steps. */
async function run(meanwhile: () => Promise<unknown>): Promise<void> {
  for (let handled = 0; ; handled += 1) {
    const steps = await outboxOf(table.client, tableName, 'projection:orders');
    const step = steps[handled];
    if (step === undefined) break;
    const { id, sequence, data } = step;
    const record = busRecord({
      contract: ProjectionRebuildProgressed,
      subject: 'projection:orders',
      id,
      sequence,
      data,
    });
    await rebuild(sqsEvent(record), lambdaContext);
    await rebuild(sqsEvent(record), lambdaContext);
    await meanwhile();
  }
}

it('rebuilds the read model while orders keep coming, equal to the old one', async () => {
  const customer = `c-${randomUUID()}`;
  const lost = await place(customer);
  for (let count = 0; count < 30; count += 1) await project(await place(customer));
  expect(await list(customer)).toHaveLength(30);

  expect(await start()).toMatchObject({ status: 202, body: { generation: 0, rebuild: { phase: 'building' } } });
  expect(await start()).toMatchObject({ status: 409, body: { type: 'urn:dure:problem:rebuild-in-progress' } });
  const late = `c-${randomUUID()}`;
  await run(async () => project(await place(late)));

  const after = await shown();
  expect(after).toMatchObject({ generation: 1, rebuild: { phase: 'finished' } });
  expect(after.rebuild.orders).toBeGreaterThanOrEqual(31);
  const rebuilt = (await list(customer)) as { orderId: string }[];
  expect(rebuilt).toHaveLength(31);
  expect(rebuilt.map((order) => order.orderId)).toContain(lost);
  expect((await list(late)).length).toBeGreaterThan(0);

  const before = await list(customer);
  await start();
  await run(() => Promise.resolve());
  expect(await shown()).toMatchObject({ generation: 2, rebuild: { phase: 'finished' } });
  expect(await list(customer)).toEqual(before);
});
