import { randomUUID } from 'node:crypto';
import { call } from '@dure/testing/lambda-events';
import { describe, expect, it } from '@jest/globals';
import { linesFrom, ship, type Shown, startService } from './support/service.ts';

const { api, send, askCarrier, operate, sendCarrierEvent, names, shipments } = await startService();

async function order(...places: string[]) {
  const orderId = randomUUID();
  await send(ship(orderId, linesFrom(...(places.length > 0 ? places : ['main'])), undefined, { replyto: 'ship' }));
  const all = await shipments(orderId);
  return { orderId, all, id: all[0]!.shipmentId };
}
async function labelled() {
  const made = await order();
  await askCarrier(made.orderId);
  return { ...made, number: (await shipments(made.orderId))[0]!.trackingNumber };
}
const show = (shipmentId: string, headers: Record<string, string> = {}) =>
  call(api, { resource: '/v1/shipments/{shipmentId}', params: { shipmentId }, headers });
const list = (query: Record<string, string>) => call(api, { resource: '/v1/shipments', query });
const code = (problem: string) => ({ type: `urn:dure:problem:${problem}` });

describe('a shipment', () => {
  it('is shown with its history, and by its etag not again', async () => {
    const { orderId, id, number } = await labelled();
    const shown = await show(id.toUpperCase());
    expect(shown).toMatchObject({
      status: 200,
      body: {
        shipmentId: id,
        orderId,
        status: 'labelled',
        carrier: 'sandbox',
        trackingNumber: number,
        history: [{ status: 'pending' }, { status: 'labelled' }],
        _links: { dispatch: { href: `/v1/shipments/${id}/dispatch` } },
      },
    });
    const etag = String(shown.headers['etag']);
    expect((await show(id, { 'if-none-match': etag })).status).toBe(304);
    await operate(id, 'dispatch', {});
    expect((await show(id, { 'if-none-match': etag })).status).toBe(200);
  });

  it.each(['not-a-uuid', randomUUID()])('with the invalid id %s is rejected', async (shipmentId) => {
    expect([400, 404]).toContain((await show(shipmentId)).status);
  });
});

describe('an operator', () => {
  it('dispatches and ends what the carrier does not report; repeating it changes nothing', async () => {
    const { orderId, id } = await labelled();
    const first = await operate(id, 'dispatch', { note: 'seen to leave' });
    expect(first).toMatchObject({ status: 200, body: { status: 'dispatched' } });
    expect((await operate(id, 'dispatch', {})).headers['etag']).toBe(first.headers['etag']);
    const ended = await operate(id, 'outcome', { outcome: 'lost', note: 'nothing heard for a month' });
    expect(ended.body).toMatchObject({
      status: 'lost',
      history: [{}, {}, { source: 'operator', note: 'seen to leave' }, { source: 'operator' }],
    });
    expect((await operate(id, 'outcome', { outcome: 'lost' })).headers['etag']).toBe(ended.headers['etag']);
    expect((await names(orderId)).slice(2)).toEqual([
      'ShipmentDispatched',
      'OrderDispatched',
      'ShipmentLost',
      'ShippingSettled',
    ]);
  });

  it('gets the same answer for the same key, even if more has happened meanwhile', async () => {
    const { id, number } = await labelled();
    const key = randomUUID();
    const first = await operate(id, 'dispatch', { note: 'one' }, key);
    await sendCarrierEvent('delivered', number);
    const again = await operate(id, 'dispatch', { note: 'one' }, key);
    expect(again).toMatchObject({ status: 200, body: first.body });
    expect(await operate(id, 'dispatch', { note: 'other' }, key)).toMatchObject({
      body: code('idempotency-key-reused'),
    });
  });

  it('cannot make impossible changes', async () => {
    const { id } = await order();
    expect(await operate(id, 'dispatch', {})).toMatchObject({ status: 409, body: code('not-labelled') });
    expect(await operate(id, 'outcome', { outcome: 'lost' })).toMatchObject({ body: code('not-dispatched') });
    expect(await operate(randomUUID(), 'dispatch', {})).toMatchObject({ body: code('shipment-not-found') });
    const sent = await labelled();
    expect(await operate(sent.id, 'outcome', { outcome: 'lost' })).toMatchObject({ body: code('not-dispatched') });
    await sendCarrierEvent('delivered', sent.number);
    expect(await operate(sent.id, 'outcome', { outcome: 'lost' })).toMatchObject({ body: code('shipment-ended') });
    expect(await operate(sent.id, 'dispatch', {})).toMatchObject({ body: code('shipment-ended') });
  });

  it('of two contradicting operators, one is rejected', async () => {
    const { orderId, id } = await labelled();
    await operate(id, 'dispatch', {});
    const answers = await Promise.all(
      ['lost', 'returned', 'delivered'].map((outcome) => operate(id, 'outcome', { outcome })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
    const right = answers.find(({ status }) => status === 200);
    expect((await shipments(orderId))[0]?.status).toBe(right?.body['status']);
  });

  it.each([
    ['an unknown outcome', { outcome: 'eaten' }],
    ['no outcome', {}],
    ['a note too long', { outcome: 'lost', note: 'x'.repeat(201) }],
  ])('cannot send %s', async (_, body) => {
    const { id } = await labelled();
    expect(await operate(id, 'outcome', body)).toMatchObject({ status: 400, body: code('invalid-request') });
  });
});

describe('a list', () => {
  it('of an order is paged by cursor', async () => {
    const { orderId, all } = await order('a', 'b', 'c', 'd', 'e');
    const found = await walk({ orderId: orderId.toUpperCase(), limit: '2' });
    expect(found.pages).toBe(3);
    expect(found.ids).toEqual(all.map(({ shipmentId }) => shipmentId));
    expect((await list({ orderId: randomUUID() })).body).toMatchObject({ items: [] });
  });

  it('of a status is paged by cursor, the longest unmoved first', async () => {
    const made: string[] = [];
    for (let count = 0; count < 5; count += 1) {
      const { id } = await labelled();
      await operate(id, 'dispatch', {});
      await operate(id, 'outcome', { outcome: 'returned' });
      made.push(id);
    }
    const { ids } = await walk({ status: 'returned', limit: '2' });
    expect(ids.filter((id) => made.includes(id))).toEqual(made);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('rejects a cursor of another list, an invalid one, and queries for both or neither', async () => {
    const { orderId } = await order('a', 'b');
    const next = String(
      (await list({ orderId, limit: '1' })).body['_links'] && nextOf(await list({ orderId, limit: '1' })),
    );
    const cursor = new URLSearchParams(next.split('?')[1]).get('cursor') ?? '';
    expect(cursor).not.toBe('');
    expect(await list({ status: 'pending', cursor })).toMatchObject({ status: 400, body: code('invalid-cursor') });
    expect(await list({ orderId, cursor: 'nonsense' })).toMatchObject({ status: 400 });
    expect(await list({})).toMatchObject({ status: 400 });
    expect(await list({ orderId, status: 'pending' })).toMatchObject({ status: 400 });
  });
});

const nextOf = ({ body }: { body: Record<string, unknown> }) =>
  (body['_links'] as { next?: { href: string } }).next?.href;

async function walk(query: Record<string, string>) {
  const ids: string[] = [];
  let pages = 0;
  let cursor: string | undefined;
  do {
    const page = await list(cursor === undefined ? query : { ...query, cursor });
    expect(page.status).toBe(200);
    ids.push(...(page.body['items'] as Shown[]).map(({ shipmentId }) => shipmentId));
    pages += 1;
    cursor = new URLSearchParams(nextOf(page)?.split('?')[1] ?? '').get('cursor') ?? undefined;
  } while (cursor !== undefined);
  return { ids, pages };
}
