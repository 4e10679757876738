import { randomUUID } from 'node:crypto';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { PriceChanged, ProductAdded, ProductRetired } from '@dure/contracts/catalog';
import { busRecord, call, lambdaContext, sqsEvent } from '@dure/testing/lambda-events';
import { outboxOf } from '@dure/testing/outbox';
import { describe, expect, it, jest } from '@jest/globals';
import type { PlacedOrder } from '../src/domain/order.ts';
import type { Loaded } from '../src/store/event-store.ts';
import { newSku, orderBody, ordersTable } from './setup.ts';

const tableName = await ordersTable();
const { handler: api } = await import('../src/http/index.ts');
const { handler: catalogue } = await import('../src/events/catalogue.ts');
const { handler: views } = await import('../src/events/views.ts');
const { orders, table } = await import('../src/composition.ts');
const { orderViewV2 } = await import('../src/http/order-view.ts');
const { changeOrder } = await import('../src/application/change-order.ts');
const { beginCall } = await import('@dure/contracts/binding/call');
const { OrderPlaced } = await import('@dure/contracts/orders');

type Contract = Parameters<typeof busRecord>[0]['contract'];

const publishProduct = (contract: Contract, sku: string, sequence: number, more = {}) =>
  catalogue(
    sqsEvent(
      busRecord({
        contract,
        subject: sku,
        sequence,
        data: {
          sku,
          title: 'White mug',
          tags: [],
          price: { amount: 1290, currency: 'EUR' },
          status: 'active',
          version: sequence,
          ...more,
        },
      }),
    ),
    lambdaContext,
  );

async function product(): Promise<string> {
  const sku = newSku();
  await publishProduct(ProductAdded, sku, 1);
  return sku;
}

const place = (body: object, key: string = randomUUID()) =>
  call(api, { method: 'POST', resource: '/v1/orders', body, headers: { 'Idempotency-Key': key } });

const get = (orderId: string, at?: string) =>
  call(api, {
    resource: '/v1/orders/{orderId}',
    params: { orderId },
    query: at === undefined ? {} : { at },
  });

const change = (orderId: string, command: Parameters<typeof changeOrder>[3]) =>
  changeOrder(orders, beginCall(), orderId, command);

it('places an order at the current price and publishes it', async () => {
  const sku = await product();
  const placed = await place(orderBody(sku));
  const { orderId } = placed.body as { orderId: string };
  expect(placed).toMatchObject({
    status: 202,
    headers: { location: `/v1/orders/${orderId}`, etag: '"1"' },
    body: { status: 'placed', total: { amount: 2580, currency: 'EUR' }, items: [{ title: 'White mug' }] },
  });
  await publishProduct(PriceChanged, sku, 2, { price: { amount: 9900, currency: 'EUR' }, previousPrice: {} });
  expect((await get(orderId)).body).toMatchObject({ total: { amount: 2580 } });
  const published = await outboxOf(table.client, tableName, orderId);
  expect(published).toMatchObject([{ type: 'dure.orders.OrderPlaced.v1', sequence: 1 }]);
});

it('answers the same order for the same key and body, and rejects another body', async () => {
  const sku = await product();
  const key = randomUUID();
  const body = orderBody(sku);
  const [first, second] = await Promise.all([place(body, key), place(body, key)]);
  const third = await place(body, key);
  expect([second.body, third.body]).toEqual([first.body, first.body]);
  expect(third.headers['idempotency-replayed']).toBe('true');
  const other = await place({ ...body, currency: 'USD' }, key);
  expect(other).toMatchObject({ status: 422, body: { type: 'urn:dure:problem:idempotency-key-reused' } });
});

it('answers a repetition with the order as it was placed, also where an earlier version stored the answer', async () => {
  const [sku, key] = [await product(), randomUUID()];
  const body = orderBody(sku);
  const first = await place(body, key);
  const { orderId } = first.body as { orderId: string };
  await change(orderId, { type: 'confirm' });
  expect((await place(body, key)).body).toEqual(first.body);
  const Key = { pk: `IDEMPOTENCY#PlaceOrder.v1#${key}#user:u-test`, sk: 'MARKER' };
  const { Item: marker } = await table.client.send(new GetCommand({ TableName: tableName, Key }));
  expect(marker).toMatchObject({ reference: orderId });
  expect(marker).not.toHaveProperty('result');
  const stored = {
    ...marker,
    result: JSON.stringify(await orders.load(orderId, { sequence: 1 })),
    reference: undefined,
  };
  await table.client.send(new PutCommand({ TableName: tableName, Item: stored }));
  expect((await place(body, key)).body).toEqual(first.body);
});

describe('version 2 of an order', () => {
  const getV2 = (orderId: string) => call(api, { resource: '/v2/orders/{orderId}', params: { orderId } });

  it('says by its ending what version 1 says beside the rest', async () => {
    const placed = await place(orderBody(newSku()));
    const { orderId } = placed.body as { orderId: string };
    const [one, two] = [await get(orderId), await getV2(orderId)];
    const { reason, skus, _links, ...same } = one.body as Record<string, unknown>;
    expect(two.body).toEqual({
      ...same,
      ending: { kind: 'rejected', reason, skus },
      _links: { ...(_links as object), self: { href: expect.stringContaining(`/v2/orders/${orderId}`) } },
    });
    expect([one.headers['etag'], two.headers['etag']]).toEqual(['"1"', '"1"']);
    expect(one.headers['link']).toContain(`/v2/orders/${orderId}>; rel="successor-version"`);
    expect(two.headers['deprecation']).toBeUndefined();
  });

  it('has no ending while the order goes on, and is missing with the same problem', async () => {
    const { orderId } = (await place(orderBody(await product()))).body as { orderId: string };
    expect((await getV2(orderId)).body).not.toHaveProperty('ending');
    expect(await getV2(randomUUID())).toMatchObject({
      status: 404,
      body: { type: 'urn:dure:problem:order-not-found' },
    });
  });

  it.each<[PlacedOrder['status'], Partial<Record<string, unknown>>, object | undefined]>([
    ['completed', { parcels: [] }, { kind: 'completed', refunded: undefined }],
    ['cancelled', { reason: 'customer-request' }, { kind: 'cancelled', reason: 'customer-request' }],
    ['shipped', { parcels: [], cancelling: false }, undefined],
  ])('names the ending of an order that is %s', (status, fields, ending) => {
    const order = { items: [], status, ...fields } as unknown as PlacedOrder;
    expect(orderViewV2({ order, sequence: 4, placedAt: '', updatedAt: '' } as unknown as Loaded).ending).toEqual(
      ending,
    );
  });
});

it('rejects products at once that are not for sale', async () => {
  const unknown = newSku();
  expect((await place(orderBody(unknown))).body).toMatchObject({
    status: 'rejected',
    reason: 'unknown-product',
    skus: [unknown],
  });
  const retired = await product();
  await publishProduct(ProductRetired, retired, 2, { status: 'retired' });
  expect((await place(orderBody(retired))).body).toMatchObject({ reason: 'unknown-product' });
  const foreign = await product();
  expect((await place(orderBody(foreign, { currency: 'USD' }))).body).toMatchObject({ reason: 'currency-mismatch' });
});

it('uses the newest of the catalogue’s events, in any order', async () => {
  const sku = newSku();
  await publishProduct(PriceChanged, sku, 3, { price: { amount: 300, currency: 'EUR' } });
  await publishProduct(ProductAdded, sku, 1, { price: { amount: 100, currency: 'EUR' } });
  await publishProduct(PriceChanged, sku, 2, { price: { amount: 200, currency: 'EUR' } });
  expect((await place(orderBody(sku))).body).toMatchObject({ total: { amount: 600 } });
});

it.each([
  ['quantity', { items: [{ sku: 'A', quantity: 0 }] }, 'items[0].quantity'],
  ['items', { items: [] }, 'items'],
  [
    'the same SKU twice',
    {
      items: [
        { sku: 'A', quantity: 1 },
        { sku: 'A', quantity: 1 },
      ],
    },
    'items',
  ],
  ['e-mail', { customer: { id: 'c', email: 'nobody' } }, 'customer.email'],
  ['currency', { currency: 'eur' }, 'currency'],
  ['an unknown field', { discount: 100 }, 'discount'],
])('rejects a bad %s and names it', async (_, more, field) => {
  const refused = await place(orderBody('A', more));
  expect(refused.status).toBe(400);
  expect((refused.body as { errors: { field: string }[] }).errors.map((error) => error.field)).toContain(field);
});

it('requires an Idempotency-Key', async () => {
  const refused = await call(api, { method: 'POST', resource: '/v1/orders', body: orderBody('A') });
  expect(refused).toMatchObject({ status: 400, body: { errors: [{ in: 'header', field: 'Idempotency-Key' }] } });
});

const parcels = [{ shipmentId: randomUUID(), carrier: 'sandbox', trackingNumber: 'SBX1' }];

it('shows an order as it was after an event and at an instant', async () => {
  const { orderId, placedAt } = (await place(orderBody(await product()))).body as { orderId: string; placedAt: string };
  await new Promise((resolve) => setImmediate(resolve));
  await change(orderId, { type: 'confirm' });
  await change(orderId, { type: 'ship', parcels });
  expect((await get(orderId)).body).toMatchObject({ status: 'shipped', sequence: 3, parcels });
  expect((await get(orderId, '1')).body).toMatchObject({ status: 'placed', sequence: 1 });
  expect((await get(orderId, '2')).body).toMatchObject({ status: 'confirmed', sequence: 2 });
  expect((await get(orderId, '4')).body).toMatchObject({ type: 'urn:dure:problem:order-not-yet' });
  const long = new Date(Date.parse(placedAt) - 60_000).toISOString();
  expect((await get(orderId, long)).status).toBe(404);
  expect((await get(orderId, new Date(Date.now() + 60_000).toISOString())).body).toMatchObject({ sequence: 3 });
  const history = await call(api, { resource: '/v1/orders/{orderId}/events', params: { orderId } });
  expect((history.body as { items: { type: string }[] }).items.map((item) => item.type)).toEqual([
    'OrderPlaced.v1',
    'OrderConfirmed.v1',
    'OrderShipped.v1',
  ]);
});

it('requests a cancellation once, and rejects it for a rejected order', async () => {
  const { orderId } = (await place(orderBody(await product()))).body as { orderId: string };
  const ask = (id: string) =>
    call(api, { method: 'POST', resource: '/v1/orders/{orderId}/cancellation', params: { orderId: id } });
  expect(await ask(orderId)).toMatchObject({ status: 202, body: { cancellationRequested: true, sequence: 2 } });
  expect(await ask(orderId)).toMatchObject({ status: 202, body: { sequence: 2 } });
  const rejected = (await place(orderBody(newSku()))).body as { orderId: string };
  expect(await ask(rejected.orderId)).toMatchObject({ status: 409, body: { type: 'urn:dure:problem:order-rejected' } });
  expect((await ask(randomUUID())).status).toBe(404);
  const arrived = (await place(orderBody(await product()))).body as { orderId: string };
  for (const command of [{ type: 'confirm' }, { type: 'ship', parcels }, { type: 'complete' }] as const) {
    await change(arrived.orderId, command);
  }
  expect(await ask(arrived.orderId)).toMatchObject({
    status: 409,
    body: {
      type: 'urn:dure:problem:order-completed',
      detail: expect.stringContaining('POST /v1/payments/{orderId}/refunds of payments'),
    },
  });
});

it('projects an order once for all of its events in a batch', async () => {
  const sku = await product();
  const answers = [await place(orderBody(sku)), await place(orderBody(sku))];
  const placed = answers.map(({ body }) => body as { orderId: string });
  const asked = jest.spyOn(table.client, 'send');
  const events = placed.flatMap(({ orderId }) =>
    [1, 2].map(() => busRecord({ contract: OrderPlaced, subject: orderId, data: { orderId } })),
  );
  expect(await views(sqsEvent(...events), lambdaContext)).toEqual({ batchItemFailures: [] });
  const commands = asked.mock.calls.map(([command]) => command.constructor.name).toSorted();
  asked.mockRestore();
  expect(commands).toEqual(['GetCommand', 'PutCommand', 'PutCommand', 'QueryCommand', 'QueryCommand']);
});

it('lists the orders of a customer and of a status, newest first, page by page', async () => {
  const sku = await product();
  const customer = { id: `c-${randomUUID()}`, email: 'mina@example.com' };
  const ids: string[] = [];
  for (let count = 0; count < 5; count += 1) {
    const { orderId } = (await place(orderBody(sku, { customer }))).body as { orderId: string };
    await views(sqsEvent(busRecord({ contract: OrderPlaced, subject: orderId, data: { orderId } })), lambdaContext);
    ids.unshift(orderId);
  }
  const list = async (query: Record<string, string>) =>
    (await call(api, { resource: '/v1/orders', query })).body as {
      items: { orderId: string }[];
      _links: { next?: { href: string } };
    };
  const first = await list({ customerId: customer.id, limit: '3' });
  expect(first.items.map((item) => item.orderId)).toEqual(ids.slice(0, 3));
  const cursor = new URL(String(first._links.next?.href), 'http://x').searchParams.get('cursor') ?? '';
  const second = await list({ customerId: customer.id, limit: '3', cursor });
  expect(second.items.map((item) => item.orderId)).toEqual(ids.slice(3));
  expect((await list({ customerId: customer.id, status: 'completed' })).items).toEqual([]);

  const foreign = await call(api, { resource: '/v1/orders', query: { customerId: 'c-other', cursor } });
  expect(foreign).toMatchObject({ status: 400, body: { type: 'urn:dure:problem:invalid-cursor' } });
  expect((await call(api, { resource: '/v1/orders' })).status).toBe(400);
});
