import { randomUUID } from 'node:crypto';
import { expect, it } from '@jest/globals';
import { linesFrom, SECRET, ship, startService } from './support/service.ts';

const { send, askCarrier, sendCarrierEvent, published, names, shipments, correlationsOf } = await startService();

async function parcel(...places: string[]) {
  const orderId = randomUUID();
  await send(ship(orderId, linesFrom(...(places.length > 0 ? places : ['main'])), undefined, { replyto: 'ship' }));
  await askCarrier(orderId);
  const all = await shipments(orderId);
  return { orderId, numbers: all.map(({ trackingNumber }) => trackingNumber), number: all[0]!.trackingNumber };
}
const historyOf = async (orderId: string) => (await shipments(orderId))[0]!.history;

it('records a genuine one, at the time that it contains', async () => {
  const { orderId, number } = await parcel();
  const timestamp = '2026-01-05T09:30:00.000Z';
  expect(await sendCarrierEvent('picked_up', number, { timestamp, note: 'at the counter' })).toMatchObject({
    status: 204,
  });
  const entry = { at: timestamp, status: 'dispatched', source: 'carrier', note: 'at the counter' };
  expect((await historyOf(orderId)).at(-1)).toEqual(entry);
});

it.each([
  ['of somebody else', { secret: `whsec_${Buffer.alloc(32, 8).toString('base64')}` }],
  [
    'with another body',
    { forged: '{"type":"parcel.lost","timestamp":"2026-01-05T09:30:00.000Z","data":{"trackingNumber":"SBX1"}}' },
  ],
  ['that is a recording', { now: Date.now() - 310_000 }],
  ['from the future', { now: Date.now() + 400_000 }],
])('rejects one %s', async (_, more) => {
  const { orderId, number } = await parcel();
  expect(await sendCarrierEvent('lost', number, more)).toMatchObject({
    status: 401,
    body: { type: 'urn:dure:problem:invalid-signature' },
  });
  expect(await names(orderId)).toEqual(['ShipmentCreated', 'ShipmentLabelled']);
});

it('rejects one of an unknown parcel, so that it is sent again', async () => {
  expect(await sendCarrierEvent('delivered', 'SBX-NONE')).toMatchObject({ status: 404 });
});

it.each([
  ['an unknown type', 'exploded', 'SBX1'],
  ['no tracking number', 'delivered', ''],
])('rejects one with %s', async (_, type, number) => {
  expect(await sendCarrierEvent(type, number)).toMatchObject({
    status: 400,
    body: { type: 'urn:dure:problem:invalid-request' },
  });
});

it('records one once that arrives twice, or many times at once', async () => {
  const { orderId, number } = await parcel();
  const id = 'msg_twice';
  const answers = await Promise.all(Array.from({ length: 5 }, () => sendCarrierEvent('picked_up', number, { id })));
  answers.push(await sendCarrierEvent('picked_up', number, { id }), await sendCarrierEvent('picked_up', number));
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 204));
  expect((await names(orderId)).slice(2)).toEqual(['ShipmentDispatched', 'OrderDispatched']);
});

it('accepts them in the wrong order', async () => {
  const { orderId, number } = await parcel();
  for (const type of ['delivered', 'in_transit', 'picked_up', 'lost']) {
    expect(await sendCarrierEvent(type, number)).toMatchObject({ status: 204 });
  }
  expect((await historyOf(orderId)).map(({ status }) => status)).toEqual([
    'pending',
    'labelled',
    'dispatched',
    'delivered',
  ]);
});

it('accepts those of several parcels of an order at once', async () => {
  const { orderId, numbers } = await parcel('north', 'south', 'east', 'west');
  const statuses = async (type: string) =>
    (await Promise.all(numbers.map((number) => sendCarrierEvent(type, number)))).map(({ status }) => status);
  expect(await statuses('delivered')).toEqual([204, 204, 204, 204]);
  const events = await published(orderId);
  expect(events.filter(({ name }) => name === 'OrderDispatched')).toMatchObject([{ replyto: 'ship' }]);
  expect(events.at(-1)).toMatchObject({ name: 'ShippingSettled', data: { returned: [], lost: [] } });
  expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index + 1));
});

it('publishes its result under the correlation of the order', async () => {
  const { orderId, number } = await parcel();
  await sendCarrierEvent('delivered', number);
  expect((await correlationsOf(orderId)).size).toBe(1);
});

it('never shows its secret, nor a return address', async () => {
  const { orderId, number } = await parcel();
  const seen = JSON.stringify([await sendCarrierEvent('picked_up', number), await shipments(orderId)]);
  expect(seen).not.toContain(SECRET);
  expect(seen).not.toContain('"ship"');
});
