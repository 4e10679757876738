import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createFaults } from '@dure/local-cloud/faults/faults';
import { parsePlan } from '@dure/local-cloud/faults/plan';
import { startSandbox as startCarrier } from '../src/carrier/start-sandbox.ts';
import { startSandbox as startProvider } from '../src/payment-provider/start-sandbox.ts';
import { authorisation, clientOf } from './payment-provider/client.ts';

const log = () => undefined;
const faults = createFaults();
const follow = (plan: object) => faults.follow(parsePlan(plan), {});
const cleanUps: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  faults.end();
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function provider() {
  const started = await startProvider({ log, faults: faults.sandbox('payment-provider') });
  cleanUps.push(started.stop);
  return clientOf(started.endpoint);
}

async function carrier() {
  const started = await startCarrier({
    log,
    delays: { pickUpMs: 1, travelMs: 1 },
    faults: faults.sandbox('carrier'),
  });
  cleanUps.push(started.stop);
  const order = (id: string, line2?: string) =>
    fetch(`${started.endpoint}/v1/shipments/${id}`, {
      method: 'PUT',
      body: JSON.stringify({ recipient: { line2 }, lines: [] }),
    });
  const parcels = async () =>
    ((await (await fetch(`${started.endpoint}/v1/parcels`)).json()) as { parcels: { shipmentId: string }[] }).parcels;
  return { ...started, order, parcels };
}

/** Notes the types of the webhooks it gets. */
async function receiver() {
  const types: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      types.push((JSON.parse(body) as { type: string }).type);
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUps.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return { types, target: { url: `http://127.0.0.1:${port}`, secret: `whsec_${Buffer.alloc(24).toString('base64')}` } };
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('It did not come about within a minute.');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe('the payment provider', () => {
  it('that is down answers 503 and does nothing', async () => {
    const { post, get } = await provider();
    const body = authorisation();
    await follow({ sandboxes: { 'payment-provider': { down: 1 } } });
    expect(await post('/v1/payment_intents', body, { key: 'a' })).toMatchObject({ status: 503 });
    expect(faults.describe().injected).toEqual({ 'payment-provider was down': 1 });
    faults.end();
    expect(await get('/v1/charges')).toMatchObject({ body: { data: [] } });
  });

  it('that lies says 500, did it all the same, and answers the same key with what it did', async () => {
    const { post, get } = await provider();
    const body = authorisation();
    await follow({ sandboxes: { 'payment-provider': { lie: 1 } } });
    expect(await post('/v1/payment_intents', body, { key: 'b' })).toMatchObject({ status: 500 });
    expect(faults.describe().injected).toEqual({ 'payment-provider denied what it did': 1 });
    faults.end();
    expect(await post('/v1/payment_intents', body, { key: 'b' })).toMatchObject({
      status: 200,
      body: { status: 'requires_capture' },
    });
    expect(await get('/v1/charges')).toMatchObject({ body: { data: [{ authorisations: 1, held: 2580 }] } });
  });

  it('that is slow does it and answers late', async () => {
    const { post } = await provider();
    await follow({ seed: 3, sandboxes: { 'payment-provider': { slow: 1, slowMs: 400 } } });
    const from = performance.now();
    expect(await post('/v1/payment_intents', authorisation(), { key: 'c' })).toMatchObject({ status: 200 });
    expect(performance.now() - from).toBeGreaterThan(20);
    expect(faults.describe().injected).toEqual({ 'payment-provider was slow': 1 });
  });
});

describe('the carrier', () => {
  it('that is down takes no parcel; that lies has taken it', async () => {
    const { order, parcels } = await carrier();
    await follow({ sandboxes: { carrier: { down: 1 } } });
    expect((await order('one')).status).toBe(503);
    await follow({ sandboxes: { carrier: { lie: 1 } } });
    expect((await order('two')).status).toBe(500);
    faults.end();
    expect(await parcels()).toMatchObject([{ shipmentId: 'two' }]);
    expect((await order('two')).status).toBe(200);
  });

  it('lists its books a hundred parcels at a time', async () => {
    const { order, parcels, endpoint } = await carrier();
    for (let count = 0; count < 101; count += 1) await order(`s${count}`, 'sandbox: hold');
    const first = await parcels();
    expect(first).toHaveLength(100);
    const { trackingNumber } = first.at(-1) as unknown as { trackingNumber: string };
    const rest = await (await fetch(`${endpoint}/v1/parcels?after=${trackingNumber}`)).json();
    expect(rest).toMatchObject({ parcels: [{ shipmentId: 's100' }] });
  });

  it('sends its webhooks twice or never', async () => {
    const { order, setWebhookTarget, busy } = await carrier();
    const { types, target } = await receiver();
    await follow({ sandboxes: { carrier: { webhooks: { repeat: 1 } } } });
    setWebhookTarget(target);
    await order('twice', 'sandbox: stall');
    await until(() => types.length === 2 && !busy());
    await follow({ sandboxes: { carrier: { webhooks: { lose: 1 } } } });
    await order('never', 'sandbox: stall');
    await until(() => (faults.describe().injected['webhook of carrier lost'] ?? 0) === 1 && !busy());
    expect(types).toEqual(['parcel.picked_up', 'parcel.picked_up']);
  });
});
