import { randomUUID } from 'node:crypto';
import { GetOrderView } from '@dure/contracts/gateway';
import { cloudUnderTest } from '@dure/testing/connection';
import { eventually } from '@dure/testing/eventually';
import { ended, orderFor, place, stockOne } from '@dure/testing/shop/shop';
import { expect, it } from '@jest/globals';

const cloud = cloudUnderTest();

type Line = Readonly<Record<string, unknown>>;
const CALLED = {
  orders: 'GetOrder',
  payments: 'GetPayment',
  shipping: 'ListShipments',
  notifications: 'ListNotifications',
};

/** The line that a service logs of a request. */
const lineOf = (service: string, operation: string, correlationId: string): Promise<Line> =>
  eventually(`${service} has logged ${operation}`, async () => {
    const { records } = (await cloud.view(`logs?service=${service}&q=${correlationId}`)) as {
      records: readonly Line[];
    };
    return records.find((it) => it['operation'] === operation && it['message'] === 'request');
  });

it('a view is made by services that know whom the gateway asks for, and each logs both', async () => {
  const { sku } = await stockOne(cloud, { onHand: 5 });
  const customer = { id: 'c-1001', email: 'mina@example.com' };
  const { orderId } = await place(cloud, orderFor([{ sku, quantity: 1 }], { customer }));
  await ended(cloud, orderId);
  for (const [role, actor] of [
    ['customer', 'customer:c-1001'],
    ['operator', 'user:operator'],
  ] as const) {
    const credentials = await cloud.as(role);
    // Parts are late while their functions start.
    const correlationId = await eventually('The view is whole', async () => {
      const call = { correlationId: randomUUID() };
      const { body } = await cloud.call(GetOrderView, { params: { orderId }, credentials, call });
      return body?.problems.length === 0 && body.order.orderId === orderId ? call.correlationId : undefined;
    });
    for (const [service, operation] of Object.entries(CALLED)) {
      expect(await lineOf(service, operation, correlationId)).toMatchObject({ actor, via: 'gateway' });
    }
    expect(await lineOf('gateway', 'GetOrderView', correlationId)).not.toHaveProperty('via');
  }
});

it('the gateway shows nobody what is another’s', async () => {
  const { sku } = await stockOne(cloud, { onHand: 5 });
  const { orderId } = await place(cloud, orderFor([{ sku, quantity: 1 }]));
  const credentials = await cloud.as('customer');
  const seen = await cloud.call(GetOrderView, { params: { orderId }, credentials });
  expect([seen.status, 'code' in seen && seen.code]).toEqual([404, 'order-not-found']);
});
