import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { awaitDelivery, cancelShipping, customerCancels, linesFrom, ship, startService } from './support/service.ts';

const { send, askCarrier, sendCarrierEvent, published, names, shipments, parcelOf } = await startService();
const done = { batchItemFailures: [] };

/** Shipped from these locations, with labels. */
async function labelled(places: string[], replyto = 'ship') {
  const orderId = randomUUID();
  expect(await send(ship(orderId, linesFrom(...places), undefined, { replyto }))).toEqual(done);
  await askCarrier(orderId);
  const [first, second] = await shipments(orderId);
  return { orderId, first: first!, second: second! };
}

describe('ShipOrder', () => {
  it('creates a parcel per location, and answers its return address when the last has left', async () => {
    const { orderId, first, second } = await labelled(['north', 'south', 'north']);
    expect(await shipments(orderId)).toMatchObject([
      { location: 'north', status: 'labelled', lines: [{ sku: 'SKU-0' }, { sku: 'SKU-2', quantity: 3 }] },
      { location: 'south', status: 'labelled', lines: [{ sku: 'SKU-1', quantity: 2 }] },
    ]);
    expect(await sendCarrierEvent('picked_up', first.trackingNumber)).toMatchObject({ status: 204 });
    expect(await names(orderId)).not.toContain('OrderDispatched');
    await sendCarrierEvent('picked_up', second.trackingNumber);
    const events = await published(orderId);
    const parcels = [first, second].map(({ shipmentId, trackingNumber }) => ({
      shipmentId,
      carrier: 'sandbox',
      trackingNumber,
    }));
    expect(events.at(-1)).toEqual({
      name: 'OrderDispatched',
      sequence: 7,
      data: { orderId, parcels },
      replyto: 'ship',
    });
    expect(events.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(events.slice(0, -1).map(({ replyto }) => replyto)).toEqual(Array.from({ length: 6 }, () => undefined));
  });

  it('repeated creates nothing new, and the newest sender is answered, also after the others', async () => {
    const { orderId, first } = await labelled(['main'], 'one');
    await send(ship(orderId, linesFrom('main'), undefined, { replyto: 'two' }));
    expect(await shipments(orderId)).toHaveLength(1);
    await sendCarrierEvent('picked_up', first.trackingNumber);
    await send(ship(orderId, linesFrom('main'), undefined, { replyto: 'three' }));
    const answers = (await published(orderId)).filter(({ name }) => name === 'OrderDispatched');
    expect(answers.map(({ replyto }) => replyto)).toEqual(['two', 'three']);
  });

  it('that arrives twice takes effect once', async () => {
    const orderId = randomUUID();
    const record = ship(orderId);
    await Promise.all([send(record), send(record), send(record)]);
    expect(await send(record)).toEqual(done);
    expect(await names(orderId)).toEqual(['ShipmentCreated']);
  });

  it('whose address is refused ships nothing of the order', async () => {
    const orderId = randomUUID();
    await send(ship(orderId, linesFrom('north', 'south'), 'refuse', { replyto: 'ship' }));
    await askCarrier(orderId);
    await askCarrier(orderId, 3);
    expect((await published(orderId)).at(-1)).toMatchObject({
      name: 'ShippingRefused',
      replyto: 'ship',
      data: { orderId, reason: 'address-refused' },
    });
    expect((await shipments(orderId)).map(({ status }) => status)).toEqual(['cancelled', 'cancelled']);
    await send(ship(orderId, linesFrom('north', 'south'), undefined, { replyto: 'again' }));
    expect((await published(orderId)).at(-1)).toMatchObject({ name: 'ShippingRefused', replyto: 'again' });
  });
});

describe('AwaitDelivery', () => {
  it('is answered when the last parcel has ended, with the outcome of each line', async () => {
    const { orderId, first, second } = await labelled(['north', 'south']);
    await sendCarrierEvent('delivered', first.trackingNumber);
    await sendCarrierEvent('picked_up', second.trackingNumber);
    await send(awaitDelivery(orderId, { replyto: 'forgotten' }), awaitDelivery(orderId, { replyto: 'wait' }));
    expect(await names(orderId)).not.toContain('ShippingSettled');
    await sendCarrierEvent('lost', second.trackingNumber);
    const settled = (await published(orderId)).filter(({ name }) => name === 'ShippingSettled');
    const data = { delivered: [{ sku: 'SKU-0', quantity: 1 }], returned: [], lost: [{ sku: 'SKU-1', quantity: 2 }] };
    expect(settled).toMatchObject([{ replyto: 'wait', data: { orderId, ...data } }]);
  });

  it('sent afterwards, or again, is answered at once', async () => {
    const { orderId, first } = await labelled(['main']);
    await sendCarrierEvent('delivered', first.trackingNumber);
    for (const replyto of ['one', 'two']) await send(awaitDelivery(orderId, { replyto }));
    const settled = (await published(orderId)).filter(({ name }) => name === 'ShippingSettled');
    expect(settled.map(({ replyto }) => replyto)).toEqual([undefined, 'one', 'two']);
  });
});

describe('CancelShipping', () => {
  it('before ShipOrder is answered at once, and a later ShipOrder is refused', async () => {
    const orderId = randomUUID();
    await send(cancelShipping(orderId, { replyto: 'cancel' }));
    await send(ship(orderId, linesFrom('main'), undefined, { replyto: 'ship' }));
    expect(await published(orderId)).toMatchObject([
      { name: 'ShippingCancelled', replyto: 'cancel', data: { recalled: false } },
      { name: 'ShippingRefused', replyto: 'ship', data: { reason: 'cancelled' } },
    ]);
    expect(await shipments(orderId)).toEqual([]);
  });

  it('of labelled parcels voids them first, then answers both the waiting command and the cancellation', async () => {
    const { orderId, first, second } = await labelled(['north', 'south']);
    const before = (await published(orderId)).length;
    await send(cancelShipping(orderId, { replyto: 'cancel' }));
    expect((await names(orderId)).slice(before)).toEqual(['ShipmentRecallRequested', 'ShipmentRecallRequested']);
    await askCarrier(orderId, before + 1);
    expect((await published(orderId)).slice(before + 2)).toMatchObject([
      { name: 'ShipmentCancelled' },
      { name: 'ShipmentCancelled' },
      { name: 'ShippingRefused', replyto: 'ship' },
      { name: 'ShippingCancelled', replyto: 'cancel', data: { recalled: false } },
    ]);
    for (const { shipmentId } of [first, second]) {
      expect(await parcelOf(shipmentId)).toMatchObject({ status: 'voided' });
    }
    await send(cancelShipping(orderId, { replyto: 'again' }));
    expect((await published(orderId)).at(-1)).toMatchObject({ name: 'ShippingCancelled', replyto: 'again' });
  });

  it('after a delivery is refused', async () => {
    const { orderId, first } = await labelled(['main']);
    await sendCarrierEvent('delivered', first.trackingNumber);
    await send(cancelShipping(orderId, { replyto: 'cancel' }));
    expect((await published(orderId)).at(-1)).toMatchObject({
      name: 'ShippingCancellationRefused',
      replyto: 'cancel',
      data: { reason: 'delivered' },
    });
  });
});

describe('a customer who cancels', () => {
  it('before anything was shipped ships nothing', async () => {
    const orderId = randomUUID();
    await send(customerCancels(orderId), ship(orderId, linesFrom('main'), undefined, { replyto: 'ship' }));
    expect(await published(orderId)).toMatchObject([{ name: 'ShippingRefused', replyto: 'ship' }]);
  });

  it('while one parcel is in transit and one waits gets neither, and every waiting command is answered', async () => {
    const { orderId, first, second } = await labelled(['north', 'south']);
    await sendCarrierEvent('picked_up', first.trackingNumber);
    const before = (await published(orderId)).length;
    await send(customerCancels(orderId));
    await askCarrier(orderId, before + 1);
    await send(awaitDelivery(orderId, { replyto: 'wait' }));
    expect((await shipments(orderId)).map(({ status }) => status)).toEqual(['returned', 'cancelled']);
    const answers = (await published(orderId)).filter(({ replyto }) => replyto !== undefined);
    expect(answers).toMatchObject([
      { name: 'OrderDispatched', replyto: 'ship', data: { parcels: [{ shipmentId: first.shipmentId }] } },
      {
        name: 'ShippingSettled',
        replyto: 'wait',
        data: { delivered: [], returned: [{ sku: 'SKU-0' }, { sku: 'SKU-1' }], lost: [] },
      },
    ]);
    expect(await parcelOf(second.shipmentId)).toMatchObject({ status: 'voided' });
  });
});
