import { randomUUID } from 'node:crypto';
import { call, customer } from '@dure/testing/lambda-events';
import { expect, it } from '@jest/globals';
import { amount, authorise, cancel, startService } from './support/service.ts';

const { send, api } = await startService();
const mina = customer('c-mina');
const jun = customer('c-jun');

const paid = async (customerId: string | undefined) => {
  const orderId = randomUUID();
  const data = { orderId, amount, paymentMethod: 'pm_card_visa', customerId };
  await send(authorise(orderId, 'pm_card_visa', { data }));
  return orderId;
};
const ask = (orderId: string, caller: typeof mina) =>
  call(api, { resource: '/v1/payments/{orderId}', params: { orderId }, caller });

it('a customer sees their own payment; another’s is as if it was not there', async () => {
  const orderId = await paid(mina.subject);
  expect(await ask(orderId, mina)).toMatchObject({ status: 200, body: { status: 'authorised' } });
  const [foreign, missing] = [await ask(orderId, jun), await ask(randomUUID(), jun)];
  expect(foreign).toMatchObject({ status: 404, body: { type: 'urn:dure:problem:payment-not-found' } });
  expect({ ...foreign.body, instance: '' }).toEqual({ ...missing.body, instance: '' });
});

it('a payment of which nobody knows whose it is is shown to staff alone', async () => {
  const [unnamed, cancelled] = [await paid(undefined), randomUUID()];
  await send(cancel(cancelled));
  for (const orderId of [unnamed, cancelled]) {
    expect((await ask(orderId, mina)).status).toBe(404);
    expect((await call(api, { resource: '/v1/payments/{orderId}', params: { orderId } })).status).toBe(200);
  }
});

it('a repeated request that says whose it is changes nothing', async () => {
  const orderId = await paid(undefined);
  const data = { orderId, amount, paymentMethod: 'pm_card_visa', customerId: mina.subject };
  expect(await send(authorise(orderId, 'pm_card_visa', { data }))).toEqual({ batchItemFailures: [] });
});

it('a customer gives no money back', async () => {
  const orderId = await paid(mina.subject);
  const request = {
    ...{ method: 'POST', resource: '/v1/payments/{orderId}/refunds', params: { orderId } },
    ...{ body: { amount, reason: 'mine' }, headers: { 'Idempotency-Key': randomUUID() } },
  };
  expect((await call(api, { ...request, caller: mina })).status).toBe(403);
});
