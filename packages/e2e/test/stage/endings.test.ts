import { expect, it } from '@jest/globals';
import { cloudUnderTest } from '@dure/testing/connection';
import { invariantsHold } from '@dure/testing/shop/invariants';
import {
  cancel,
  ended,
  orderFor,
  orderWhen,
  paymentOf,
  place,
  reservationOf,
  sandboxCarrier,
  stockOf,
  stockOne,
  unique,
} from '@dure/testing/shop/shop';

/** With payment methods that Stripe's test mode has too, so that a stage may have either provider. */
const cloud = cloudUnderTest();

async function placeOne(paymentMethod: string, quantity = 2, story?: string) {
  const { sku } = await stockOne(cloud, { onHand: 10 });
  const order = await place(cloud, orderFor([{ sku, quantity }], { paymentMethod, ...sandboxCarrier(story) }));
  return { sku, order, run: { orderIds: [order.orderId], stock: { [sku]: 10 } } };
}

it('an order that is paid completes: its total is captured and its stock is gone', async () => {
  const { sku, order, run } = await placeOne('pm_card_visa');
  expect(await ended(cloud, order.orderId)).toMatchObject({ status: 'completed', total: { amount: 2580 } });
  expect(await paymentOf(cloud, order.orderId)).toMatchObject({ status: 'captured', captured: { amount: 2580 } });
  expect(await reservationOf(cloud, order.orderId)).toMatchObject({ status: 'committed' });
  expect(await stockOf(cloud, sku)).toMatchObject({ onHand: 8, reserved: 0, available: 8 });
  await invariantsHold(cloud, run);
});

it('an order for more than there is is rejected: nothing stays reserved', async () => {
  const { sku, order, run } = await placeOne('pm_card_visa', 11);
  expect(await ended(cloud, order.orderId)).toMatchObject({ status: 'rejected', reason: 'out-of-stock', skus: [sku] });
  expect(await paymentOf(cloud, order.orderId)).toBeUndefined();
  await invariantsHold(cloud, run);
});

it('an order for an unknown product is rejected at once', async () => {
  const order = await place(cloud, orderFor([{ sku: unique('NO-SUCH'), quantity: 1 }]));
  expect(order).toMatchObject({ status: 'rejected', reason: 'unknown-product' });
});

it('an order whose payment is declined is rejected: its stock is available again', async () => {
  const { order, run } = await placeOne('pm_card_visa_chargeDeclined');
  expect(await ended(cloud, order.orderId)).toMatchObject({ status: 'rejected', reason: 'payment-declined' });
  expect(await reservationOf(cloud, order.orderId)).toMatchObject({ status: 'released' });
  await invariantsHold(cloud, run);
});

it('an order whose parcel is recalled is cancelled: money and stock are returned', async () => {
  const { order, run } = await placeOne('pm_card_visa', 2, 'stall');
  await orderWhen(cloud, order.orderId, ({ status }) => status === 'shipped');
  await cancel(cloud, order.orderId);
  expect(await ended(cloud, order.orderId)).toMatchObject({ status: 'cancelled', reason: 'customer-request' });
  expect(await paymentOf(cloud, order.orderId)).toMatchObject({ status: 'refunded' });
  expect(await reservationOf(cloud, order.orderId)).toMatchObject({ status: 'returned' });
  await invariantsHold(cloud, run);
});
