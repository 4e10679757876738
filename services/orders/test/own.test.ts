import { randomUUID } from 'node:crypto';
import { ProductAdded } from '@dure/contracts/catalog';
import { busRecord, call, customer, lambdaContext, sqsEvent, type TestRequest } from '@dure/testing/lambda-events';
import { describe, expect, it } from '@jest/globals';
import { newSku, orderBody, ordersTable } from './setup.ts';

await ordersTable();
const { handler: api } = await import('../src/http/index.ts');
const { handler: catalogue } = await import('../src/events/catalogue.ts');
const { orders } = await import('../src/composition.ts');

const sku = newSku();
const product = { ...ProductAdded.example, sku, price: { amount: 1290, currency: 'EUR' } };
await catalogue(
  sqsEvent(busRecord({ contract: ProductAdded, subject: sku, sequence: 1, data: product })),
  lambdaContext,
);

const mina = customer(`c-${randomUUID()}`);
const jun = customer(`c-${randomUUID()}`);

const place = (of: typeof mina, caller = of, key: string = randomUUID()) =>
  call(api, {
    ...{ method: 'POST', resource: '/v1/orders', headers: { 'Idempotency-Key': key }, caller },
    body: orderBody(sku, { customer: { id: of.subject, email: 'mina@example.com' } }),
  });

const placed = async () => String((await place(mina)).body['orderId']);
const problem = (code: string) => ({ type: `urn:dure:problem:${code}` });

describe('a customer', () => {
  it('orders for nobody else, and nothing is stored', async () => {
    const key = randomUUID();
    expect(await place(mina, jun, key)).toMatchObject({
      status: 403,
      headers: { 'www-authenticate': 'Bearer error="insufficient_scope", scope="orders:place:any"' },
      body: problem('forbidden'),
    });
    // The key is free still: nothing was begun.
    expect((await place(mina, mina, key)).status).toBe(202);
  });

  it('is nobody any more once the token has expired, though API Gateway still knows its policy', async () => {
    const late = { ...mina, expiresAt: Date.now() - 60_000 };
    expect(await place(mina, late)).toMatchObject({ status: 401, body: problem('unauthenticated') });
  });

  it('gets an answer again by their own keys alone', async () => {
    const key = randomUUID();
    const first = await place(mina, mina, key);
    expect((await place(mina, mina, key)).body['orderId']).toBe(first.body['orderId']);
    const other = await place(jun, jun, key);
    expect(other.status).toBe(202);
    expect(other.body['orderId']).not.toBe(first.body['orderId']);
  });

  it.each(['/v1/orders/{orderId}', '/v2/orders/{orderId}', '/v1/orders/{orderId}/events'])(
    'sees by %s what is their own; what is another’s is as if it was not there',
    async (resource) => {
      const orderId = await placed();
      const ask = (id: string, caller: typeof mina) => call(api, { resource, params: { orderId: id }, caller });
      expect((await ask(orderId, mina)).status).toBe(200);
      const [foreign, missing] = [await ask(orderId, jun), await ask(randomUUID(), jun)];
      expect(foreign).toMatchObject({ status: 404, body: problem('order-not-found') });
      expect({ ...foreign.body, instance: '' }).toEqual({ ...missing.body, instance: '' });
      expect(Object.keys(foreign.headers).sort()).toEqual(Object.keys(missing.headers).sort());
    },
  );

  it('sees no more of another’s order by its etag, its past or their own etag', async () => {
    const orderId = await placed();
    const asked: TestRequest = { resource: '/v1/orders/{orderId}', params: { orderId }, caller: jun };
    const ask = async (more: Partial<TestRequest>) => (await call(api, { ...asked, ...more })).status;
    expect(await ask({ headers: { 'if-none-match': '"1"' } })).toBe(404);
    expect(await ask({ query: { at: '1' } })).toBe(404);
    expect(await ask({ query: { at: '9' } })).toBe(404);
  });

  it('cancels their own order, and not another’s', async () => {
    const orderId = await placed();
    const cancel = (caller: typeof mina) =>
      call(api, { method: 'POST', resource: '/v1/orders/{orderId}/cancellation', params: { orderId }, caller });
    expect(await cancel(jun)).toMatchObject({ status: 404, body: problem('order-not-found') });
    expect((await orders.load(orderId)).sequence).toBe(1);
    expect(await cancel(mina)).toMatchObject({ status: 202, body: { cancellationRequested: true } });
  });

  it('lists their own orders, by whatever cursor, and nothing by status', async () => {
    const list = (query: Record<string, string>, caller: typeof mina) =>
      call(api, { resource: '/v1/orders', query, caller });
    expect((await list({ customerId: mina.subject }, mina)).status).toBe(200);
    const queries: Record<string, string>[] = [{ customerId: mina.subject }, { status: 'placed', cursor: 'abc' }];
    for (const query of queries)
      expect(await list(query, jun)).toMatchObject({ status: 403, body: problem('forbidden') });
  });
});

it('an operator’s and a read model’s endpoints are closed to customers', async () => {
  const params = { projection: 'orders' };
  const ask = async (request: TestRequest) => (await call(api, { caller: mina, ...request })).status;
  expect(await ask({ resource: '/v1/projections/{projection}', params })).toBe(403);
  expect(await ask({ method: 'POST', resource: '/v1/projections/{projection}/rebuilds', params })).toBe(403);
});
