import { describe, expect, it } from '@jest/globals';
import { CancelOrder } from '@dure/contracts/orders';
import { RefundPayment } from '@dure/contracts/payments';
import { EndShipment } from '@dure/contracts/shipping';
import { expectStatus } from '@dure/testing/cloud';
import { cloudUnderTest } from '@dure/testing/connection';
import { eventually } from '@dure/testing/eventually';
import { invariantsHold } from '@dure/testing/shop/invariants';
import { chargesOf } from '@dure/testing/shop/sandbox-provider';
import {
  cancel,
  ended,
  orderFor,
  orderWhen,
  paymentOf,
  place,
  reservationOf,
  sandboxCarrier,
  shipmentsOf,
  stockOf,
  stockOne,
  stockUp,
  unique,
} from '@dure/testing/shop/shop';
import { sweep } from '@dure/testing/shop/sweeps';

const cloud = cloudUnderTest();
const SLOW_MS = 240_000;

/** Places one order for two of a product with ten on hand. */
async function placeOne(paymentMethod: string, story?: string) {
  const { sku } = await stockOne(cloud, { onHand: 10 });
  const order = await place(cloud, orderFor([{ sku, quantity: 2 }], { paymentMethod, ...sandboxCarrier(story) }));
  return { sku, order, run: { orderIds: [order.orderId], stock: { [sku]: 10 } } };
}

describe('an order that is paid', () => {
  it.each(['pm_card_visa', 'pm_sandbox_flaky', 'pm_sandbox_late'])(
    'completes with %s: its total is captured once and its stock is gone',
    async (paymentMethod) => {
      const { sku, order, run } = await placeOne(paymentMethod);
      expect(order).toMatchObject({ status: 'placed', total: { amount: 2580, currency: 'EUR' } });

      expect(await ended(cloud, order.orderId)).toMatchObject({ status: 'completed', cancellationRequested: false });
      expect(await chargesOf(cloud, order.orderId)).toEqual([
        expect.objectContaining({
          currency: 'eur',
          authorisations: 1,
          captures: 1,
          captured: 2580,
          held: 0,
          refunded: 0,
        }),
      ]);
      expect(await paymentOf(cloud, order.orderId)).toMatchObject({
        status: 'captured',
        amount: { amount: 2580, currency: 'EUR' },
        captured: { amount: 2580, currency: 'EUR' },
      });
      expect(await reservationOf(cloud, order.orderId)).toMatchObject({ status: 'committed' });
      expect(await stockOf(cloud, sku)).toMatchObject({ onHand: 8, reserved: 0, available: 8 });
      await invariantsHold(cloud, run);
    },
    SLOW_MS,
  );

  it('completes in each currency with its own minor units', async () => {
    const prices = [
      { amount: 1999, currency: 'USD' },
      { amount: 25_000, currency: 'KRW' },
    ];
    const products = await stockUp(cloud, ...prices.map((price) => ({ price, onHand: 3 })));
    const orders = await Promise.all(
      products.map(({ sku, price }) => place(cloud, orderFor([{ sku, quantity: 3 }], { currency: price.currency }))),
    );
    for (const [index, { orderId }] of orders.entries()) {
      const { amount = 0, currency } = prices[index] ?? {};
      expect(await ended(cloud, orderId)).toMatchObject({
        status: 'completed',
        total: { amount: 3 * amount, currency },
      });
    }
    await invariantsHold(cloud, {
      orderIds: orders.map(({ orderId }) => orderId),
      stock: Object.fromEntries(products.map(({ sku }) => [sku, 3])),
    });
  });
});

describe('an order that is rejected', () => {
  it('out of stock: nothing is charged', async () => {
    const { sku } = await stockOne(cloud, { onHand: 1 });
    const { orderId } = await place(cloud, orderFor([{ sku, quantity: 2 }]));
    expect(await ended(cloud, orderId)).toMatchObject({ status: 'rejected', reason: 'out-of-stock', skus: [sku] });
    expect(await chargesOf(cloud, orderId)).toEqual([]);
    expect(await paymentOf(cloud, orderId)).toBeUndefined();
    await invariantsHold(cloud, { orderIds: [orderId], stock: { [sku]: 1 } });
  });

  it('one line of three out of stock: nothing stays reserved', async () => {
    const products = await stockUp(cloud, { onHand: 5 }, { onHand: 1 }, { onHand: 5 });
    const [first, short, third] = products.map(({ sku }) => sku) as [string, string, string];
    const lines = [first, short, third].map((sku) => ({ sku, quantity: 2 }));
    const { orderId } = await place(cloud, orderFor(lines));

    expect(await ended(cloud, orderId)).toMatchObject({ status: 'rejected', reason: 'out-of-stock', skus: [short] });
    expect(await reservationOf(cloud, orderId)).toMatchObject({ status: 'refused' });
    expect(await stockOf(cloud, first)).toMatchObject({ onHand: 5, reserved: 0, available: 5 });
    expect(await stockOf(cloud, third)).toMatchObject({ onHand: 5, reserved: 0, available: 5 });
    expect(await chargesOf(cloud, orderId)).toEqual([]);
    await invariantsHold(cloud, { orderIds: [orderId], stock: { [first]: 5, [short]: 1, [third]: 5 } });
  });

  it('an unknown product: rejected at once, without a workflow', async () => {
    const { sku } = await stockOne(cloud, { onHand: 5 });
    const unknown = unique('NO-SUCH');
    const items = [sku, unknown].map((it) => ({ sku: it, quantity: 1 }));
    const order = await place(cloud, orderFor(items));
    expect(order).toMatchObject({ status: 'rejected', reason: 'unknown-product', skus: [unknown] });
    expect(await reservationOf(cloud, order.orderId)).toBeUndefined();
    await invariantsHold(cloud, { orderIds: [order.orderId], stock: { [sku]: 5 } });
  });

  it('a product in another currency: rejected at once', async () => {
    const { sku } = await stockOne(cloud, { onHand: 5, price: { amount: 500, currency: 'USD' } });
    const order = await place(cloud, orderFor([{ sku, quantity: 1 }], { currency: 'EUR' }));
    expect(order).toMatchObject({ status: 'rejected', reason: 'currency-mismatch', skus: [sku] });
    await invariantsHold(cloud, { orderIds: [order.orderId], stock: { [sku]: 5 } });
  });

  it('declined: the stock is available again', async () => {
    const { sku, order, run } = await placeOne('pm_card_visa_chargeDeclined');
    expect(await ended(cloud, order.orderId)).toMatchObject({ status: 'rejected', reason: 'payment-declined' });
    expect(await paymentOf(cloud, order.orderId)).toMatchObject({ status: 'declined', reason: 'card_declined' });
    expect(await reservationOf(cloud, order.orderId)).toMatchObject({ status: 'released' });
    expect(await stockOf(cloud, sku)).toMatchObject({ onHand: 10, reserved: 0, available: 10 });
    await invariantsHold(cloud, run);
  });

  it(
    'the provider does not answer and approves later: the hold is released',
    async () => {
      const { order, run } = await placeOne('pm_sandbox_timeout');
      const rejected = await ended(cloud, order.orderId);
      expect(rejected).toMatchObject({ status: 'rejected', reason: 'payment-unavailable' });
      await eventually('The provider approves after all', async () =>
        (await chargesOf(cloud, order.orderId)).find(({ authorisations }) => authorisations === 1),
      );
      await sweep(cloud, 'payments');
      await invariantsHold(cloud, run, 2 * SLOW_MS);
      const [charges] = await chargesOf(cloud, order.orderId);
      expect(charges).toMatchObject({ authorisations: 1, captures: 0, held: 0, captured: 0 });
      expect(await paymentOf(cloud, order.orderId)).toMatchObject({ status: 'voided' });
    },
    3 * SLOW_MS,
  );
});

describe('an order that is cancelled', () => {
  it(
    'while its payment is in progress: the hold is released',
    async () => {
      const { sku, order, run } = await placeOne('pm_sandbox_late');
      const requested = await cancel(cloud, order.orderId);
      expect(requested).toMatchObject({ cancellationRequested: true });
      const cancelled = await ended(cloud, order.orderId);
      expect(cancelled).toMatchObject({ status: 'cancelled', reason: 'customer-request' });
      await invariantsHold(cloud, run);
      expect(await chargesOf(cloud, order.orderId)).toEqual([
        expect.objectContaining({ authorisations: 1, captures: 0, held: 0 }),
      ]);
      expect(await stockOf(cloud, sku)).toMatchObject({ onHand: 10, reserved: 0, available: 10 });
    },
    SLOW_MS,
  );

  it('while it waits to be packed: nothing is shipped, and money and stock are released', async () => {
    const { sku, order, run } = await placeOne('pm_card_visa', 'hold');
    await orderWhen(cloud, order.orderId, ({ status }) => status === 'confirmed');
    expect(await cancel(cloud, order.orderId)).toMatchObject({ status: 'confirmed', cancellationRequested: true });
    // Repeating it changes nothing.
    await cancel(cloud, order.orderId);
    expect(await ended(cloud, order.orderId)).toMatchObject({ status: 'cancelled', reason: 'customer-request' });
    await invariantsHold(cloud, run);
    expect(await chargesOf(cloud, order.orderId)).toEqual([expect.objectContaining({ captures: 0, held: 0 })]);
    expect(await reservationOf(cloud, order.orderId)).toMatchObject({ status: 'released' });
    expect(await stockOf(cloud, sku)).toMatchObject({ onHand: 10, reserved: 0, available: 10 });
    expect(await cancel(cloud, order.orderId)).toMatchObject({ status: 'cancelled' });
  });

  it('while its parcel is in transit: it is recalled, and money and stock are returned', async () => {
    const { sku, order, run } = await placeOne('pm_card_visa', 'stall');
    await orderWhen(cloud, order.orderId, ({ status }) => status === 'shipped');
    expect(await cancel(cloud, order.orderId)).toMatchObject({ status: 'shipped', cancellationRequested: true });
    expect(await ended(cloud, order.orderId)).toMatchObject({ status: 'cancelled', reason: 'customer-request' });
    await invariantsHold(cloud, run);
    expect(await chargesOf(cloud, order.orderId)).toEqual([
      expect.objectContaining({ captures: 1, captured: 2580, refunded: 2580, held: 0 }),
    ]);
    expect(await paymentOf(cloud, order.orderId)).toMatchObject({ status: 'refunded' });
    expect(await reservationOf(cloud, order.orderId)).toMatchObject({ status: 'returned' });
    expect(await stockOf(cloud, sku)).toMatchObject({ onHand: 10, reserved: 0, available: 10 });
  });

  it('as soon as it is confirmed: it ends one way or the other, with money and stock consistent', async () => {
    const { order, run } = await placeOne('pm_card_visa');
    await orderWhen(cloud, order.orderId, ({ status }) => status === 'confirmed' || status === 'shipped');
    await cancel(cloud, order.orderId);
    await ended(cloud, order.orderId);
    await invariantsHold(cloud, run);
  });

  it('after it has arrived: rejected', async () => {
    const { order, run } = await placeOne('pm_card_visa');
    await ended(cloud, order.orderId);
    const answer = await cloud.call(CancelOrder, { params: { orderId: order.orderId }, body: {} });
    expect(answer).toMatchObject({ status: 409, code: 'order-completed' });
    await invariantsHold(cloud, run);
  });

  it('after its rejection: rejected', async () => {
    const { order, run } = await placeOne('pm_card_visa_chargeDeclined');
    await ended(cloud, order.orderId);
    const answer = await cloud.call(CancelOrder, { params: { orderId: order.orderId }, body: {} });
    expect(answer).toMatchObject({ status: 409, code: 'order-rejected' });
    await invariantsHold(cloud, run);
  });
});

describe('an order whose parcels', () => {
  it('are two, from two locations, arrives when both have', async () => {
    const products = await stockUp(cloud, { onHand: 5, location: 'north' }, { onHand: 5, location: 'south' });
    const [first, second] = products.map(({ sku }) => sku) as [string, string];
    const { orderId } = await place(cloud, orderFor([first, second].map((sku) => ({ sku, quantity: 1 }))));
    const order = await ended(cloud, orderId);
    expect(order).toMatchObject({ status: 'completed', parcels: [{ carrier: 'sandbox' }, { carrier: 'sandbox' }] });
    expect((await shipmentsOf(cloud, orderId)).map(({ location, status }) => `${location} ${status}`).sort()).toEqual([
      'north delivered',
      'south delivered',
    ]);
    await invariantsHold(cloud, { orderIds: [orderId], stock: { [first]: 5, [second]: 5 } });
  });

  it('are lost is refunded, and its goods are gone', async () => {
    const { sku, order, run } = await placeOne('pm_card_visa', 'lost');
    expect(await ended(cloud, order.orderId)).toMatchObject({ status: 'cancelled', reason: 'parcel-lost' });
    expect(await paymentOf(cloud, order.orderId)).toMatchObject({ status: 'refunded' });
    expect(await stockOf(cloud, sku)).toMatchObject({ onHand: 8, reserved: 0 });
    await invariantsHold(cloud, run);
  });

  it('come back is refunded, and its goods can be sold again', async () => {
    const { sku, order, run } = await placeOne('pm_card_visa', 'return');
    expect(await ended(cloud, order.orderId)).toMatchObject({ status: 'cancelled', reason: 'parcel-returned' });
    expect(await stockOf(cloud, sku)).toMatchObject({ onHand: 10, reserved: 0 });
    expect(await reservationOf(cloud, order.orderId)).toMatchObject({ status: 'returned' });
    await invariantsHold(cloud, run);
  });

  it('are partly lost arrives in part, and the rest is refunded', async () => {
    const products = await stockUp(cloud, { onHand: 5, location: 'north' }, { onHand: 5, location: 'south' });
    const [first, second] = products.map(({ sku }) => sku) as [string, string];
    const lines = [first, second].map((sku) => ({ sku, quantity: 1 }));
    const { orderId } = await place(cloud, orderFor(lines, sandboxCarrier('stall')));
    await orderWhen(cloud, orderId, ({ status }) => status === 'shipped');
    const [lost, arrived] = await shipmentsOf(cloud, orderId);
    for (const [shipment, outcome] of [
      [lost, 'lost'],
      [arrived, 'delivered'],
    ] as const) {
      const params = { shipmentId: shipment?.shipmentId ?? '' };
      expectStatus(await cloud.call(EndShipment, { params, body: { outcome, note: 'by the operator' } }), 200);
    }
    expect(await ended(cloud, orderId)).toMatchObject({
      status: 'completed',
      refunded: { amount: 1290, currency: 'EUR' },
    });
    await invariantsHold(cloud, { orderIds: [orderId], stock: { [first]: 5, [second]: 5 } });
  });

  it('are lost ends even if the provider refuses the refund, which is owed until a person makes it', async () => {
    const { order, run } = await placeOne('pm_sandbox_refund_refused', 'lost');
    const { orderId } = order;
    expect(await ended(cloud, orderId)).toMatchObject({ status: 'cancelled', reason: 'parcel-lost' });
    const total = { amount: 2580, currency: 'EUR' };
    const refused = { status: 'captured', owed: total, refunds: [{ status: 'failed' }] };
    expect(await paymentOf(cloud, orderId)).toMatchObject(refused);
    await invariantsHold(cloud, run);
    const body = { amount: total, reason: 'by hand' };
    const refunded = await cloud.call(RefundPayment, { params: { orderId }, body, idempotencyKey: unique('refund') });
    expect(expectStatus(refunded, 201).body).toMatchObject({ status: 'refunded', refunded: total });
    expect(await paymentOf(cloud, orderId)).not.toHaveProperty('owed');
    await invariantsHold(cloud, run);
  });

  it('cannot be sent is cancelled, and nothing is charged', async () => {
    const { order, run } = await placeOne('pm_card_visa', 'refuse');
    expect(await ended(cloud, order.orderId)).toMatchObject({ status: 'cancelled', reason: 'shipping-refused' });
    expect(await chargesOf(cloud, order.orderId)).toEqual([expect.objectContaining({ captures: 0, held: 0 })]);
    await invariantsHold(cloud, run);
  });

  it.each(['twice', 'down', 'slow'])(
    'travel with a carrier that is %s arrive all the same',
    async (story) => {
      const { order, run } = await placeOne('pm_card_visa', story);
      expect(await ended(cloud, order.orderId)).toMatchObject({ status: 'completed' });
      await invariantsHold(cloud, run);
    },
    SLOW_MS,
  );
});
