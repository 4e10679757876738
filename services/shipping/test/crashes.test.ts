import { randomUUID } from 'node:crypto';
import { beginCall } from '@dure/contracts/binding/call';
import type { Table } from '@dure/contracts/binding/table';
import { describe, expect, it } from '@jest/globals';
import { requestLabel, recallParcel } from '../src/application/carrier-requests.ts';
import type { Dependencies } from '../src/application/carrier-requests.ts';
import { receiveCarrierEvent } from '../src/application/receive-carrier-event.ts';
import { cancelShipping, linesFrom, ship, startService } from './support/service.ts';

const { send, askCarrier, sendCarrierEvent, published, names, shipments, parcelOf, dependencies, sweep, store, table } =
  await startService();
const { createStore } = await import('../src/store.ts');

class Crash extends Error {}

/** The use cases' dependencies, whose write dies: before it, or after it succeeded. */
function dying(when: 'before' | 'after'): Dependencies {
  const { store } = dependencies;
  const save: typeof store.save = async (...args) => {
    if (when === 'after') await store.save(...args);
    throw new Crash();
  };
  return { ...dependencies, store: { ...store, save } };
}

/** Dies once, then is redelivered as from the queue. */
async function twice(when: 'before' | 'after', run: (with_: Dependencies) => Promise<unknown>) {
  await expect(run(dying(when))).rejects.toBeInstanceOf(Crash);
  await run(dependencies).catch((error: unknown) => {
    if (!(error instanceof Error) || error.name !== 'AlreadyHandled') throw error;
  });
}

const messageCall = () => beginCall({ marker: { pk: `INBOX#carrier#${randomUUID()}` } });

async function shipped() {
  const orderId = randomUUID();
  await send(ship(orderId, linesFrom('main'), undefined, { replyto: 'ship' }));
  const { shipmentId } = (await shipments(orderId))[0]!;
  return { orderId, shipmentId };
}

describe.each(['before', 'after'] as const)('a function that dies %s its answer is committed', (when) => {
  it('has ordered one parcel', async () => {
    const asked = await shipped();
    const call = messageCall();
    await twice(when, (deps) => requestLabel(deps, call, asked));
    expect(await names(asked.orderId)).toEqual(['ShipmentCreated', 'ShipmentLabelled']);
    const { trackingNumber } = (await parcelOf(asked.shipmentId))!;
    expect(await shipments(asked.orderId)).toMatchObject([{ trackingNumber, status: 'labelled' }]);
  });

  it('has cancelled one parcel', async () => {
    const asked = await shipped();
    await askCarrier(asked.orderId);
    await send(cancelShipping(asked.orderId, { replyto: 'cancel' }));
    const call = messageCall();
    await twice(when, (deps) => recallParcel(deps, call, asked));
    expect((await published(asked.orderId)).slice(-2)).toMatchObject([
      { name: 'ShippingRefused', replyto: 'ship' },
      { name: 'ShippingCancelled', replyto: 'cancel' },
    ]);
    expect(await parcelOf(asked.shipmentId)).toMatchObject({ status: 'voided' });
  });

  it('has recalled one parcel', async () => {
    const asked = await shipped();
    await askCarrier(asked.orderId);
    await sendCarrierEvent('picked_up', (await parcelOf(asked.shipmentId))!.trackingNumber);
    await send(cancelShipping(asked.orderId, { replyto: 'cancel' }));
    const call = messageCall();
    await twice(when, (deps) => recallParcel(deps, call, asked));
    expect((await names(asked.orderId)).filter((name) => name === 'ShipmentReturned')).toHaveLength(1);
    expect((await published(asked.orderId)).filter(({ replyto }) => replyto === 'cancel')).toHaveLength(1);
  });

  it('has recorded a webhook once', async () => {
    const asked = await shipped();
    await askCarrier(asked.orderId);
    const { trackingNumber } = (await parcelOf(asked.shipmentId))!;
    const event = { id: `msg_${randomUUID()}`, type: 'parcel.delivered', timestamp: new Date().toISOString() } as const;
    await twice(when, (deps) => receiveCarrierEvent(deps.store, beginCall(), { ...event, data: { trackingNumber } }));
    expect((await names(asked.orderId)).slice(2)).toEqual([
      'ShipmentDispatched',
      'ShipmentDelivered',
      'OrderDispatched',
      'ShippingSettled',
    ]);
  });
});

it('what is never redelivered is settled by the sweep: one parcel', async () => {
  const asked = await shipped();
  await requestLabel(dying('before'), messageCall(), asked).catch(() => undefined);
  const { trackingNumber } = (await parcelOf(asked.shipmentId))!;
  await sweep(3);
  expect(await shipments(asked.orderId)).toMatchObject([{ trackingNumber, status: 'labelled' }]);
});

describe('a function that dies before it has written the copies of what it committed', () => {
  const dyingTable: Table = {
    name: table.name,
    client: new Proxy(table.client, {
      get: (client, name) =>
        name !== 'send'
          ? (Reflect.get(client, name) as unknown)
          : (command: { input: { Item?: { sk?: string } } }) =>
              command.input.Item?.sk === 'SHIPMENT' ? Promise.reject(new Crash()) : client.send(command as never),
    }),
  };
  const late = { ...dependencies, store: createStore(dyingTable, 60) };
  const listed = async (status: string, shipmentId: string) => {
    const { shipments: found } = await store.listByStatus(status as 'pending', { limit: 100 });
    return found.some(({ shipment }) => shipment.shipmentId === shipmentId);
  };

  it('has them written when the message comes again', async () => {
    const asked = await shipped();
    await askCarrier(asked.orderId);
    const { trackingNumber } = (await parcelOf(asked.shipmentId))!;
    const event = { id: `msg_${randomUUID()}`, type: 'parcel.picked_up', timestamp: new Date().toISOString() } as const;
    const receive = (from: Dependencies) =>
      receiveCarrierEvent(from.store, beginCall(), { ...event, data: { trackingNumber } });
    await expect(receive(late)).rejects.toBeInstanceOf(Crash);
    expect((await store.loadShipment(asked.shipmentId))?.shipment.status).toBe('dispatched');
    expect(await listed('labelled', asked.shipmentId)).toBe(false);
    expect(await listed('dispatched', asked.shipmentId)).toBe(false);
    await receive(dependencies);
    expect(await listed('dispatched', asked.shipmentId)).toBe(true);
    expect((await names(asked.orderId)).filter((name) => name === 'ShipmentDispatched')).toHaveLength(1);
  });

  it('has them written by the sweep', async () => {
    const asked = await shipped();
    await expect(requestLabel(late, messageCall(), asked)).rejects.toBeInstanceOf(Crash);
    expect(await listed('labelled', asked.shipmentId)).toBe(false);
    await sweep(3);
    expect(await listed('labelled', asked.shipmentId)).toBe(true);
    const { trackingNumber } = (await parcelOf(asked.shipmentId))!;
    expect(await store.findByTracking(trackingNumber)).toEqual(asked);
  });

  it('does not put an older copy over a newer one', async () => {
    const asked = await shipped();
    const before = await store.load(asked.orderId);
    await askCarrier(asked.orderId);
    await store.mend(before);
    expect(await listed('labelled', asked.shipmentId)).toBe(true);
  });
});
