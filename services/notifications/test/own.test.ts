import { call, customer } from '@dure/testing/lambda-events';
import { expect, it } from '@jest/globals';
import { ssm } from './support/service.ts';

ssm.put('/dure/local/notifications/token-secret', 'a secret of the operator');
ssm.put('/dure/local/notifications/websocket-url', 'ws://127.0.0.1:9/dev');
const { handler: api } = await import('../src/http/index.ts');

const mina = customer('c-mina');
const jun = customer('c-jun');

it('a customer has their own preferences, and nobody else’s', async () => {
  const resource = '/v1/preferences/{customerId}';
  const ask = (method: string, caller: typeof mina, more = {}) =>
    call(api, { method, resource, params: { customerId: mina.subject }, caller, ...more });
  const own = await ask('GET', mina);
  expect(own.status).toBe(200);
  expect((await ask('GET', jun)).status).toBe(403);
  const change = {
    body: { channels: { email: false }, optOut: [] },
    headers: { 'if-match': String(own.headers['etag']) },
  };
  expect((await ask('PUT', jun, change)).status).toBe(403);
  expect((await ask('GET', mina)).body).toEqual(own.body);
  expect((await ask('PUT', mina, change)).status).toBe(200);
});

it('a customer lists the mails to themselves, and none by order', async () => {
  const list = async (query: Record<string, string>, caller: typeof mina) =>
    (await call(api, { resource: '/v1/notifications', query, caller })).status;
  expect(await list({ customerId: mina.subject }, mina)).toBe(200);
  expect(await list({ customerId: mina.subject }, jun)).toBe(403);
  expect(await list({ orderId: '01890a5d-ac96-774b-bcce-b302099a8057' }, jun)).toBe(403);
});

it('webhook endpoints are the staff’s', async () => {
  const body = { url: 'https://example.com/hook', events: ['order.placed'] };
  const ask = async (method: 'GET' | 'POST') =>
    (await call(api, { method, resource: '/v1/webhook-endpoints', caller: mina, ...(method === 'POST' && { body }) }))
      .status;
  expect([await ask('GET'), await ask('POST')]).toEqual([403, 403]);
});
