import { randomUUID } from 'node:crypto';
import { call, lambdaContext, sqsEvent, busRecord } from '@dure/testing/lambda-events';
import { ProductAdded } from '@dure/contracts/catalog';
import { eventually } from '@dure/testing/eventually';
import { expect, it } from '@jest/globals';
import { newSku, orderBody, ordersTable } from './setup.ts';

await ordersTable();
process.env['LATE_AFTER_MS'] = '20';
const { handler: api } = await import('../src/http/index.ts');
const { handler: catalogue } = await import('../src/events/catalogue.ts');
const { orders } = await import('../src/composition.ts');
const { changeOrder } = await import('../src/application/change-order.ts');
const { beginCall } = await import('@dure/contracts/binding/call');

async function product(): Promise<string> {
  const sku = newSku();
  const data = {
    ...{ sku, title: 'White mug', tags: [], price: { amount: 1290, currency: 'EUR' } },
    ...{ status: 'active', version: 1 },
  };
  const record = busRecord({ contract: ProductAdded, subject: sku, sequence: 1, data });
  await catalogue(sqsEvent(record), lambdaContext);
  return sku;
}

it('refuses orders while those before are not decided, keeps nothing of them, and takes them in afterwards', async () => {
  const sku = await product();
  /** Of two customers in turn. */
  const bodies = [orderBody(sku), orderBody(sku)];
  const place = (key: string) => {
    const body = bodies[placed.length % 2]!;
    return call(api, { method: 'POST', resource: '/v1/orders', headers: { 'Idempotency-Key': key }, body });
  };
  const placed: string[] = [];
  const prefix = randomUUID();
  const refused = await eventually('an order is refused', async () => {
    const answer = await place(`${prefix}-${placed.length}`);
    if (answer.status === 429) return answer;
    expect(answer.status).toBe(202);
    placed.push(String(answer.body['orderId']));
    return undefined;
  });
  expect(placed.length).toBeGreaterThanOrEqual(10);
  expect(refused).toMatchObject({
    headers: { 'retry-after': '3' },
    body: { type: 'urn:dure:problem:too-many-orders' },
  });

  for (const orderId of placed) await changeOrder(orders, beginCall(), orderId, { type: 'confirm' });
  // With the key of the one that was refused: it is taken in now, for the first time.
  const again = await eventually('orders are taken in', async () => {
    const answer = await place(`${prefix}-${placed.length}`);
    return answer.status === 202 ? answer : undefined;
  });
  expect(placed).not.toContain(again.body['orderId']);
  expect(again.headers).not.toHaveProperty('idempotency-replayed');
}, 60_000);
