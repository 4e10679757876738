import { randomUUID } from 'node:crypto';
import { ProductAdded } from '@dure/contracts/catalog/index';
import type { MessageContract } from '@dure/contracts/contract';
import { RefundAmount } from '@dure/contracts/payments/index';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Cloud, connect } from '../src/cloud.ts';
import { untilIdle } from '../src/faults.ts';
import { type Detail, messageOf, putEntries } from '../src/faults-messages.ts';
import { type LocalCloudProcess, startLocalCloud } from '../src/local-cloud-process.ts';
import { ended, orderFor, paymentOf, place, stockOne } from '../src/shop.ts';

/*
 * Who is allowed to put anything on the bus, an administrator say, still cannot speak for a service: messages from
 * others than their contracts name reach nobody, and the journal shows them as foreign.
 */

let running: LocalCloudProcess;
let cloud: Cloud;

beforeAll(async () => {
  running = await startLocalCloud({ only: ['orders', 'catalog', 'inventory', 'payments', 'shipping'] });
  cloud = connect(running.url);
}, 130_000);

afterAll(async () => {
  await running?.stop();
});

/** Puts a message on the bus in another's name. */
async function forge(contract: MessageContract, Source: string, detail: Detail): Promise<void> {
  await putEntries(running, [{ Source, DetailType: contract.detailType, Detail: JSON.stringify(detail) }]);
  await untilIdle(cloud);
}

describe('a refund that nobody asked for', () => {
  it.each([
    ['from a stranger, in the name of orders', 'com.evil', 'dure.orders'],
    ['from a stranger', 'com.evil', 'com.evil'],
    ['from a service that may not ask for it', 'dure.catalog', 'dure.catalog'],
    ['from a service that may not ask for it, in the name of orders', 'dure.catalog', 'dure.orders'],
  ])(
    '%s, is not carried out',
    async (_, source, claimed) => {
      const { sku } = await stockOne(cloud, { onHand: 5 });
      const { orderId } = await place(cloud, orderFor([{ sku, quantity: 1 }]));
      expect((await ended(cloud, orderId)).status).toBe('completed');
      const data = { orderId, refundId: randomUUID(), amount: { amount: 500, currency: 'EUR' }, reason: 'forged' };
      await forge(RefundAmount, source, { ...messageOf(RefundAmount, orderId, data), source: claimed });
      expect(await paymentOf(cloud, orderId)).toMatchObject({ status: 'captured', refunded: { amount: 0 } });
    },
    90_000,
  );
});

describe('a price that nobody set', () => {
  it('in the name of catalog, prices no order', async () => {
    const { sku, price } = await stockOne(cloud, { onHand: 5 });
    const product = { ...ProductAdded.example, sku, price: { ...price, amount: 1 } };
    const detail = { ...messageOf(ProductAdded, sku, product), sequence: 99 };
    await forge(ProductAdded, 'com.evil', detail);
    await forge(ProductAdded, 'dure.inventory', { ...detail, id: randomUUID() });
    const { total } = await place(cloud, orderFor([{ sku, quantity: 1 }]));
    expect(total).toEqual(price);
  }, 60_000);
});
