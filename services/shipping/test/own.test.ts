import { randomUUID } from 'node:crypto';
import { ShipOrder } from '@dure/contracts/shipping';
import { busRecord, call, customer } from '@dure/testing/lambda-events';
import { expect, it } from '@jest/globals';
import { linesFrom, startService } from './support/service.ts';

const { api, send, shipments } = await startService();
const mina = customer('c-mina');
const jun = customer('c-jun');

async function shipped(customerId?: string) {
  const orderId = randomUUID();
  const data = { ...ShipOrder.example, orderId, lines: linesFrom('main'), customerId };
  await send(busRecord({ contract: ShipOrder, subject: orderId, data }));
  return { orderId, shipmentId: (await shipments(orderId))[0]!.shipmentId };
}
const show = (shipmentId: string, caller: typeof mina) =>
  call(api, { resource: '/v1/shipments/{shipmentId}', params: { shipmentId }, caller });
const list = (query: Record<string, string>, caller: typeof mina) =>
  call(api, { resource: '/v1/shipments', query, caller });
const withoutLinks = ({ status, body }: Awaited<ReturnType<typeof list>>) => ({ status, items: body['items'] });

it('a customer sees their own shipments; another’s are as if they were not there', async () => {
  const { orderId, shipmentId } = await shipped(mina.subject);
  expect(await show(shipmentId, mina)).toMatchObject({ status: 200, body: { orderId } });
  expect(await list({ orderId }, mina)).toMatchObject({ status: 200, body: { items: [{ shipmentId }] } });
  const foreign = await show(shipmentId, jun);
  expect(foreign).toMatchObject({ status: 404, body: { type: 'urn:dure:problem:shipment-not-found' } });
  const missing = await show(randomUUID(), jun);
  expect({ ...foreign.body, instance: '' }).toEqual({ ...missing.body, instance: '' });
  expect(withoutLinks(await list({ orderId }, jun))).toEqual(withoutLinks(await list({ orderId: randomUUID() }, jun)));
});

it('shipments of which nobody knows whose they are, and lists by status, show a customer nothing', async () => {
  const { orderId, shipmentId } = await shipped();
  expect((await show(shipmentId, mina)).status).toBe(404);
  expect((await list({ orderId }, mina)).body['items']).toEqual([]);
  expect((await list({ status: 'pending' }, mina)).body['items']).toEqual([]);
  // A bad cursor is told to them as to anybody.
  expect((await list({ orderId, cursor: 'abc' }, mina)).status).toBe(400);
});

it('a customer moves no parcel, not even their own', async () => {
  const { shipmentId } = await shipped(mina.subject);
  for (const verb of ['dispatch', 'outcome']) {
    const resource = `/v1/shipments/{shipmentId}/${verb}`;
    const body = verb === 'outcome' ? { outcome: 'lost' } : {};
    expect((await call(api, { method: 'POST', resource, params: { shipmentId }, body, caller: mina })).status).toBe(
      403,
    );
  }
});
