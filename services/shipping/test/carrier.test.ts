import { randomUUID } from 'node:crypto';
import { ShipmentCreated, ShipmentRecallRequested } from '@dure/contracts/shipping';
import { busRecord } from '@dure/testing/lambda-events';
import { describe, expect, it } from '@jest/globals';
import { recallParcel } from '../src/application/carrier-requests.ts';
import { beginCall } from '@dure/contracts/binding/call';
import { cancelShipping, linesFrom, ship, startService } from './support/service.ts';

const service = await startService();
const { send, ask, askCarrier, sendCarrierEvent, published, names, shipments, parcelOf, sweep, store, dependencies } =
  service;
const failed = { batchItemFailures: [expect.anything()] };
const done = { batchItemFailures: [] };

async function shipped(story?: string) {
  const orderId = randomUUID();
  await send(ship(orderId, linesFrom('main'), story, { replyto: 'ship' }));
  const { shipmentId } = (await shipments(orderId))[0]!;
  const data = { orderId, shipmentId };
  return {
    orderId,
    shipmentId,
    created: busRecord({
      contract: ShipmentCreated,
      subject: orderId,
      sequence: 1,
      data: { ...data, location: 'main', lines: [{ sku: 'SKU-0', quantity: 1 }] },
    }),
    recall: busRecord({ contract: ShipmentRecallRequested, subject: orderId, sequence: 9, data }),
    status: async () => (await shipments(orderId))[0]?.status,
  };
}

describe('a label', () => {
  it('is requested once, however often the message arrives', async () => {
    const { orderId, shipmentId, created, status } = await shipped();
    await Promise.all([ask(created), ask(created)]);
    expect(await ask(created)).toEqual(done);
    expect(await status()).toBe('labelled');
    const { trackingNumber } = (await parcelOf(shipmentId))!;
    expect((await published(orderId)).filter(({ name }) => name === 'ShipmentLabelled')).toMatchObject([
      { data: { orderId, shipmentId, carrier: 'sandbox', trackingNumber } },
    ]);
  });

  it('of a carrier that is down is requested again', async () => {
    const { created, status } = await shipped('down');
    expect(await ask(created)).toEqual(failed);
    expect(await ask(created)).toEqual(failed);
    expect(await status()).toBe('pending');
    expect(await ask(created)).toEqual(done);
    expect(await status()).toBe('labelled');
  });

  it('of a carrier that answers too late is one parcel when it is requested again', async () => {
    const { shipmentId, created, status } = await shipped('slow');
    expect(await ask(created)).toEqual(failed);
    expect(await parcelOf(shipmentId)).toMatchObject({ status: 'labelled' });
    expect(await ask(created)).toEqual(done);
    expect(await status()).toBe('labelled');
  });
});

describe('a cancelled parcel', () => {
  it('is cancelled before the carrier received it, and its label is no longer requested', async () => {
    const { orderId, shipmentId, created, recall, status } = await shipped();
    await send(cancelShipping(orderId));
    expect(await ask(recall, created)).toEqual(done);
    expect(await status()).toBe('cancelled');
    expect(await parcelOf(shipmentId)).toBeUndefined();
  });

  it('whose label request is in flight is found at the carrier, and voided', async () => {
    const { orderId, shipmentId, created, recall, status } = await shipped('slow');
    expect(await ask(created)).toEqual(failed);
    await send(cancelShipping(orderId, { replyto: 'cancel' }));
    await ask(recall);
    await askCarrier(orderId, 4);
    expect(await status()).toBe('cancelled');
    expect(await parcelOf(shipmentId)).toMatchObject({ status: 'voided' });
    expect((await published(orderId)).at(-1)).toMatchObject({ name: 'ShippingCancelled', replyto: 'cancel' });
  });

  it('is voided at the carrier when a late request reaches it', async () => {
    const { orderId, shipmentId, created, recall, status } = await shipped();
    await send(cancelShipping(orderId));
    await ask(recall);
    await dependencies.carrier.label({
      shipmentId,
      recipient: (await store.load(orderId)).shipping.recipient!,
      lines: [],
    });
    const before = (await published(orderId)).length;
    await ask(created);
    await askCarrier(orderId, before + 1);
    expect(await status()).toBe('cancelled');
    expect(await parcelOf(shipmentId)).toMatchObject({ status: 'voided' });
  });

  it('that has left is recalled, and counts as returned', async () => {
    const { orderId, created, recall, status } = await shipped();
    await ask(created);
    await send(cancelShipping(orderId, { replyto: 'cancel' }));
    const tooLate = {
      ...dependencies,
      carrier: { ...dependencies.carrier, void: () => Promise.resolve('too-late' as const) },
    };
    const { shipmentId } = (await shipments(orderId))[0]!;
    await recallParcel(tooLate, beginCall(), { orderId, shipmentId });
    expect(await status()).toBe('returned');
    expect((await names(orderId)).slice(-5)).toEqual([
      'ShipmentDispatched',
      'ShipmentReturned',
      'OrderDispatched',
      'ShippingCancelled',
      'ShippingSettled',
    ]);
    expect(await ask(recall)).toEqual(done);
  });
});

describe('a recalled parcel', () => {
  it('that was delivered stays delivered, and the cancellation is refused', async () => {
    const { orderId, shipmentId, created, recall, status } = await shipped();
    await ask(created);
    await sendCarrierEvent('picked_up', (await parcelOf(shipmentId))!.trackingNumber);
    await send(cancelShipping(orderId, { replyto: 'cancel' }));
    const recalled = { ...dependencies.carrier, recall: () => Promise.resolve('delivered' as const) };
    await recallParcel({ ...dependencies, carrier: recalled }, beginCall(), { orderId, shipmentId });
    expect(await status()).toBe('delivered');
    expect((await published(orderId)).slice(-2)).toMatchObject([
      { name: 'ShippingCancellationRefused', replyto: 'cancel' },
      { name: 'ShippingSettled', data: { returned: [], lost: [] } },
    ]);
    expect(await ask(recall)).toEqual(done);
    expect(await status()).toBe('delivered');
  });
});

describe('the sweep', () => {
  it('requests an unanswered label again, but not too early', async () => {
    const { orderId, status } = await shipped();
    await sweep(1);
    expect(await status()).toBe('pending');
    await sweep(3);
    expect(await status()).toBe('labelled');
    expect(await names(orderId)).toEqual(['ShipmentCreated', 'ShipmentLabelled']);
  });

  it('polls a parcel that the carrier is silent about', async () => {
    const { shipmentId, created, status } = await shipped();
    await ask(created);
    const { trackingNumber } = (await parcelOf(shipmentId))!;
    await service.move(trackingNumber, 'recall');
    await sweep(59);
    expect(await status()).toBe('labelled');
    await sweep(61);
    expect(await status()).toBe('returned');
  });

  it('recalls a parcel whose recall request was lost', async () => {
    const { orderId, created, status } = await shipped();
    await ask(created);
    await send(cancelShipping(orderId, { replyto: 'cancel' }));
    await sweep(3);
    expect(await status()).toBe('cancelled');
    expect((await published(orderId)).at(-1)).toMatchObject({ name: 'ShippingCancelled', replyto: 'cancel' });
  });

  it('counts failed requests, retries them later, and continues with the others', async () => {
    const down = await shipped('down');
    const up = await shipped();
    expect(await sweep(3)).toMatchObject({ unreachable: 1 });
    expect(await up.status()).toBe('labelled');
    expect(await sweep(4)).toMatchObject({ unreachable: 0 });
    expect(await sweep(14)).toMatchObject({ unreachable: 1 });
    await sweep(30);
    expect(await down.status()).toBe('labelled');
  });

  it('asks less and less often about a parcel that does not move', async () => {
    const { shipmentId, created } = await shipped('hold');
    await ask(created);
    const isDue = async (minutes: number) => {
      const at = new Date(Date.now() + minutes * 60_000).toISOString();
      return (await store.listDue(at, 1000)).some(({ shipment }) => shipment.shipmentId === shipmentId);
    };
    await sweep(24 * 60);
    expect(await isDue(29 * 60)).toBe(false);
    expect(await isDue(31 * 60)).toBe(true);
  });
});
