import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { startSandbox } from '../../src/carrier/start-sandbox.ts';
import { clientOf, eventually, SECRET, startReceiver } from './receiver.ts';

// A webhook that is not accepted is retried after a pause.
const log = () => undefined;
const delays = { pickUpMs: 20, travelMs: 60 };
const receiver = await startReceiver();
const carrier = await startSandbox({ log, delays });
const { send, order, parcel, parcelOfShipment, voided, recalled } = clientOf(carrier.endpoint);
carrier.setWebhookTarget({ url: receiver.url, secret: SECRET });
afterAll(() => carrier.stop());

const ordered = async (story?: string) => (await order(randomUUID(), story)).body.trackingNumber;

const reaches = (trackingNumber: string, status: string) =>
  eventually(`The parcel is ${status}`, async () => (await parcel(trackingNumber)).body.status === status || undefined);

/** The webhooks of a parcel, once there are this many. */
const received = (trackingNumber: string, count: number) =>
  eventually(`${count} webhooks of ${trackingNumber}`, () => {
    const all = receiver.of(trackingNumber);
    return all.length >= count ? all.map(({ type }) => type.replace('parcel.', '')) : undefined;
  });

describe('a parcel', () => {
  it('is picked up and delivered, and reported by verifiable webhooks', async () => {
    const trackingNumber = await ordered();
    expect(await received(trackingNumber, 2)).toEqual(['picked_up', 'delivered']);
    expect(receiver.of(trackingNumber).every(({ genuine }) => genuine)).toBe(true);
    expect((await parcel(trackingNumber)).body).toMatchObject({ carrier: 'sandbox', status: 'delivered' });
  });

  it('of a shipment is one, however often it is ordered', async () => {
    const shipmentId = randomUUID();
    expect(await parcelOfShipment(shipmentId)).toMatchObject({ status: 404 });
    const answers = await Promise.all([1, 2, 3].map(() => order(shipmentId, 'hold')));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 201]);
    expect(new Set(answers.map(({ body }) => body.trackingNumber)).size).toBe(1);
    expect((await parcelOfShipment(shipmentId)).body).toEqual(answers[0]?.body);
  });

  it.each([
    ['lost', ['picked_up', 'lost']],
    ['return', ['picked_up', 'returned']],
    ['stall', ['picked_up']],
  ])('follows the story “%s”', async (story, events) => {
    expect(await received(await ordered(story), events.length)).toEqual(events);
  });

  it('stays where it is until it is handed over', async () => {
    const held = await ordered('hold');
    await received(await ordered(), 2);
    expect((await parcel(held)).body.status).toBe('labelled');
    expect(receiver.of(held)).toEqual([]);
  });

  it('arrives without any webhook', async () => {
    const silent = await ordered('silent');
    await reaches(silent, 'delivered');
    await received(await ordered(), 2);
    expect(receiver.of(silent)).toEqual([]);
  });

  it('is reported twice, and the pick-up last', async () => {
    const twice = await ordered('twice');
    expect((await received(twice, 4)).sort()).toEqual(['delivered', 'delivered', 'picked_up', 'picked_up']);
    expect(receiver.of(twice)[0]?.type).toBe('parcel.delivered');
    expect(new Set(receiver.of(twice).map(({ id }) => id)).size).toBe(4);
  });
});

describe('an order for a parcel', () => {
  it('to an address that is refused is a 422', async () => {
    const shipmentId = randomUUID();
    expect((await order(shipmentId, 'refuse')).status).toBe(422);
    expect((await parcelOfShipment(shipmentId)).status).toBe(404);
  });

  it('is answered after two failures by one that is down', async () => {
    const shipmentId = randomUUID();
    const statuses = [];
    for (let attempt = 0; attempt < 3; attempt += 1) statuses.push((await order(shipmentId, 'down')).status);
    expect(statuses).toEqual([503, 503, 201]);
  });

  it('is answered late the first time by one that is slow, but takes effect at once', async () => {
    const shipmentId = randomUUID();
    const late = order(shipmentId, 'slow');
    await eventually('It is carried out', async () => (await parcelOfShipment(shipmentId)).status === 200 || undefined);
    expect((await order(shipmentId, 'slow')).status).toBe(200);
    expect((await late).status).toBe(201);
  });
});

describe('a cancelled parcel', () => {
  it('is voided before it is picked up, again and again', async () => {
    const held = await ordered('hold');
    expect(await voided(held)).toMatchObject({ status: 200, body: { status: 'voided' } });
    expect(await voided(held)).toMatchObject({ status: 200, body: { status: 'voided' } });
  });

  it('cannot be voided afterwards, but recalled', async () => {
    const stalled = await ordered('stall');
    await reaches(stalled, 'dispatched');
    expect(await voided(stalled)).toMatchObject({ status: 409, body: { status: 'dispatched' } });
    expect(await recalled(stalled)).toMatchObject({ status: 200, body: { status: 'returned' } });
    expect(await recalled(stalled)).toMatchObject({ status: 200, body: { status: 'returned' } });
    expect(await received(stalled, 2)).toEqual(['picked_up', 'returned']);
  });

  it('stays delivered once it was', async () => {
    const there = await ordered();
    await reaches(there, 'delivered');
    expect(await recalled(there)).toMatchObject({ status: 200, body: { status: 'delivered' } });
  });
});

describe('a request', () => {
  it.each([
    ['GET', '/v1/nothing'],
    ['GET', '/'],
    ['DELETE', '/v1/parcels/SBX1'],
    ['POST', '/v1/parcels/SBX1/paint'],
    ['GET', '/v1/parcels/SBX-NONE'],
    ['POST', '/v1/parcels/SBX-NONE/void'],
    ['POST', '/v1/parcels/SBX-NONE/recall'],
  ])('%s %s is a 404', async (method, path) => {
    expect((await send(method, path)).status).toBe(404);
  });

  it.each([
    ['no JSON', '{"recipient":'],
    ['nothing', undefined],
    ['no lines', { recipient: {} }],
    ['no recipient', { lines: [] }],
    ['too much', { recipient: { name: 'x'.repeat(70_000) }, lines: [] }],
  ])('for a parcel with %s is a 400', async (_, body) => {
    expect((await send('PUT', `/v1/shipments/${randomUUID()}`, body)).status).toBe(400);
  });

  it.each([
    ['nothing', {}],
    ['an invalid URL', { url: 'nowhere', secret: SECRET }],
    ['no secret', { url: 'http://127.0.0.1:9/' }],
  ])('for webhooks with %s is a 400', async (_, body) => {
    expect((await send('PUT', '/v1/webhook', body)).status).toBe(400);
  });
});

describe('a webhook', () => {
  it('that is not accepted is retried, with its id, until it is', async () => {
    receiver.answerWith((times) => (times === 1 ? 500 : 204));
    const trackingNumber = await ordered('stall');
    const events = await eventually('It is taken', () => {
      const all = receiver.of(trackingNumber);
      return all.length === 2 ? all : undefined;
    });
    receiver.answerWith(() => 204);
    expect(new Set(events.map(({ id }) => id)).size).toBe(1);
    await eventually('Nothing is left to be sent', () => !carrier.busy() || undefined);
    expect(receiver.of(trackingNumber)).toHaveLength(events.length);
  });

  it('waits until a receiver is set', async () => {
    const own = await startSandbox({ log, delays });
    const client = clientOf(own.endpoint);
    const { trackingNumber } = (await client.order(randomUUID(), 'stall')).body;
    expect(own.busy()).toBe(false);
    expect((await client.send('PUT', '/v1/webhook', { url: receiver.url, secret: SECRET })).status).toBe(200);
    await eventually(
      'It is sent',
      () => receiver.received.some((it) => it.trackingNumber === trackingNumber) || undefined,
    );
    await own.stop();
  });
});

it('continues after a restart with its parcels and its pending webhooks', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'dure-carrier-'));
  const first = await startSandbox({ log, delays, dataDir });
  const before = clientOf(first.endpoint);
  const [shipmentId, other] = [randomUUID(), randomUUID()];
  await before.order(shipmentId);
  const { trackingNumber } = (await before.order(other, 'hold')).body;
  await before.voided(trackingNumber);
  await first.stop();

  const second = await startSandbox({ log, delays, dataDir });
  const after = clientOf(second.endpoint);
  expect((await after.parcelOfShipment(other)).body).toMatchObject({ trackingNumber, status: 'voided' });
  const mine = receiver.received.length;
  second.setWebhookTarget({ url: receiver.url, secret: SECRET });
  await eventually('It is sent', () => receiver.received.slice(mine).length >= 2 || undefined);
  expect((await after.parcelOfShipment(shipmentId)).body.status).toBe('delivered');
  await second.stop();
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
});
