import { randomUUID } from 'node:crypto';
import { beginCall } from '@dure/contracts/binding/call';
import { MAX_ORDER_LINES } from '@dure/contracts/values';
import { expect, it } from '@jest/globals';
import { changeShipping } from '../src/application/change-shipping.ts';
import { cancelShipping, linesFrom, ship, startService } from './support/service.ts';

const { send, askCarrier, sendCarrierEvent, published, names, shipments, sweep, store } = await startService();
const places = Array.from({ length: MAX_ORDER_LINES }, (_, index) => `place-${index}`);
const each = (count: number, name: string) => Array.from({ length: count }, () => name);

it('ships an order with the maximum number of lines from as many locations, and cancels all of it at once', async () => {
  const orderId = randomUUID();
  expect(await send(ship(orderId, linesFrom(...places), undefined, { replyto: 'ship' }))).toEqual({
    batchItemFailures: [],
  });
  expect(await names(orderId)).toEqual(each(MAX_ORDER_LINES, 'ShipmentCreated'));
  await askCarrier(orderId);
  expect(await send(cancelShipping(orderId, { replyto: 'cancel' }))).toEqual({ batchItemFailures: [] });
  await askCarrier(orderId, 2 * MAX_ORDER_LINES + 1);
  expect((await shipments(orderId)).map(({ status }) => status)).toEqual(each(MAX_ORDER_LINES, 'cancelled'));
  expect((await published(orderId)).at(-1)).toMatchObject({ name: 'ShippingCancelled', replyto: 'cancel' });
});

it('stores the longest notes in every parcel, and publishes all of them in one event', async () => {
  const orderId = randomUUID();
  await send(ship(orderId, linesFrom(...places), undefined, { replyto: 'ship' }));
  await askCarrier(orderId);
  const note = '配'.repeat(200);
  for (const { trackingNumber } of await shipments(orderId)) {
    for (const type of ['picked_up', 'delivered']) {
      expect(await sendCarrierEvent(type, trackingNumber, { note })).toMatchObject({ status: 204 });
    }
  }
  const shown = await shipments(orderId);
  expect(shown.every(({ history }) => history.at(-1)?.note === note)).toBe(true);
  expect((await published(orderId)).at(-1)).toMatchObject({ name: 'ShippingSettled' });
});

it('sweeps more silent parcels than one read shows, those that wait longest first', async () => {
  const orders = Array.from({ length: 60 }, () => randomUUID());
  for (const orderId of orders) {
    await changeShipping(store, { ...beginCall(), time: '2026-01-05T09:30:00.000Z' }, orderId, {
      type: 'ship',
      recipient: { name: 'Mina', line1: '1 Street', city: 'Seoul', postalCode: '1', country: 'KR' },
      lines: [{ sku: 'MUG', quantity: 1 }],
      newId: randomUUID,
    });
  }
  const statuses = async () =>
    Object.groupBy(
      (await Promise.all(orders.map(shipments))).map(([one]) => one!.status),
      (status) => status,
    );
  expect(await sweep(3)).toEqual({ asked: 50, unreachable: 0 });
  expect((await statuses())['labelled']).toHaveLength(50);
  await sweep(3);
  expect((await statuses())['labelled']).toHaveLength(60);
});
