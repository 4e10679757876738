import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { GetOrderView } from '@dure/contracts/gateway';
import { PlaceOrder } from '@dure/contracts/orders';
import { type Cloud, connect, expectStatus } from '@dure/testing/cloud';
import { eventually } from '@dure/testing/eventually';
import { endFaults, inject } from '@dure/testing/faults';
import { type LocalCloudProcess, startLocalCloud } from '@dure/testing/local-cloud-process';
import { orderFor } from '@dure/testing/shop/shop';
import { decodeJwt } from 'jose';
import { issuerOf, refreshed, register, signIn, signOut, type Tokens } from '../src/person.ts';

/** What is left of a sign-in after the person has signed out: a token that nobody can renew. */

const IDENTITY = 'identity';

let running: LocalCloudProcess;
let cloud: Cloud;
let issuer: string;

beforeAll(async () => {
  running = await startLocalCloud({ only: [IDENTITY, 'gateway', 'orders', 'journal'] });
  cloud = connect(running.url);
  issuer = await issuerOf(cloud);
}, 300_000);
afterEach(() => endFaults(cloud));
afterAll(() => running?.stop());

const as = ({ accessToken }: Tokens) => ({ authorization: `Bearer ${accessToken}` });

/** An order of the person: nothing is sold here, so that it is rejected, which the view shows. */
async function orderOf(tokens: Tokens): Promise<string> {
  const { sub = '', sid } = decodeJwt<{ sid: string }>(tokens.accessToken);
  expect(sid).toBe(tokens.refreshToken.split('.')[0]);
  const body = orderFor([{ sku: 'NOTHING', quantity: 1 }], { customer: { id: sub, email: 'mina@example.com' } });
  const answer = await cloud.call(PlaceOrder, { body, idempotencyKey: sub, credentials: as(tokens) });
  return expectStatus(answer, 202).body.orderId;
}

const viewOf = async (orderId: string, tokens: Tokens) =>
  cloud.call(GetOrderView, { params: { orderId }, credentials: as(tokens) });

/** Status and problem of an answer. */
const refusalOf = ({ status, problem }: Awaited<ReturnType<typeof viewOf>>) => [status, problem?.type];
const UNAUTHENTICATED = [401, 'urn:dure:problem:unauthenticated'];

it('a person sees a view, signs out, and with the end of their token sees nothing', async () => {
  const person = await register(cloud, issuer);
  const tokens = await signIn(issuer, person);
  const orderId = await orderOf(tokens);
  await eventually('The gateway shows the order', async () => (await viewOf(orderId, tokens)).status === 200);

  expect(await signOut(issuer, tokens)).toBe(200);
  expect(await refreshed(issuer, tokens)).toBe(400);
  // The access token is good for ten minutes at most. The clock of the gateway alone is past them.
  const clocks = ['authorizer', 'api'].map((name) => ({ function: `gateway-local-${name}`, seconds: 700 }));
  await inject(cloud, { clocks });
  expect(refusalOf(await viewOf(orderId, tokens))).toEqual(UNAUTHENTICATED);
});

it('the gateway does nothing for a person whose session has ended, if it has no token for them yet', async () => {
  const person = await register(cloud, issuer);
  const tokens = await signIn(issuer, person);
  const orderId = await orderOf(tokens);
  expect(await signOut(issuer, tokens)).toBe(200);
  // The token itself is good: it is the identity service that gives no other for it.
  expect(refusalOf(await viewOf(orderId, tokens))).toEqual(UNAUTHENTICATED);
  const again = await signIn(issuer, person);
  await eventually('The gateway shows the order', async () => (await viewOf(orderId, again)).status === 200);
});
