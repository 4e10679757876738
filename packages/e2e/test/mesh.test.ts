import { randomUUID } from 'node:crypto';
import {
  CloseMeshBreaker,
  GetMeshPolicy,
  ListMeshBreakers,
  OpenMeshBreaker,
  PublishConfiguration,
  PublishMeshPolicy,
  RollBackMeshPolicy,
} from '@dure/contracts/control-plane';
import { type Cloud, connect, expectStatus } from '@dure/testing/cloud';
import { eventually } from '@dure/testing/eventually';
import { endFaults, inject } from '@dure/testing/faults';
import { type LocalCloudProcess, startLocalCloud } from '@dure/testing/local-cloud-process';
import { afterAll, beforeAll, expect, it } from '@jest/globals';

/** How the gateway asks the catalogue, decided while it does. A cloud of its own, since it injects faults. */

/** Ten seconds until the gateway looks, and the way of an event on a busy machine. */
const TAKEN_UP = { within: 15_000 };
const SERVICES = ['catalog', 'control-plane', 'gateway', 'identity', 'inventory', 'journal'];

let running: LocalCloudProcess;
let cloud: Cloud;
beforeAll(async () => {
  running = await startLocalCloud({ only: SERVICES });
  cloud = connect(running.url);
  await showing('The catalogue is there', ({ status }) => status === 200, { within: 120_000 });
}, 300_000);
afterAll(() => running?.stop());

/** A storefront that nobody has asked for before, and how long it took. */
async function storefront() {
  const started = performance.now();
  const response = await fetch(cloud.urlOf('gateway', `/v1/storefront?q=${randomUUID()}`));
  const { type } = (await response.json()) as { type?: string };
  return { status: response.status, type, ms: performance.now() - started };
}

/** Asks as customers do, until an answer is as expected. */
const showing = (
  what: string,
  isExpected: (answer: Awaited<ReturnType<typeof storefront>>) => boolean,
  within = TAKEN_UP,
) => eventually(what, async () => isExpected(await storefront()), within);

/** Without a breaker that opens: it would outlive the policy. */
const patient = {
  consecutive: 1_000,
  failureRate: 1,
  minimum: 100_000,
  window: '30s',
  open: '1s',
  maxOpen: '1s',
  probes: 1,
};
const plain = { targets: { stage: {} }, routes: [{ match: { operation: '*' }, to: ['stage'] }], breaker: patient };
const until = new Date(Date.now() + 3_600_000).toISOString();
const params = { service: 'catalog' };
const publish = async (policy: object, ifMatch?: string) => {
  const credentials = await cloud.as('operator');
  const body = { policy: { ...plain, ...policy }, why: 'To see what the gateway does' };
  return cloud.call(PublishMeshPolicy, { params, body, credentials, ...(ifMatch !== undefined && { ifMatch }) });
};

it('a policy is in force within seconds, outlives its control plane, and is rolled back', async () => {
  const first = expectStatus(await publish({}), 200);
  const faulty = expectStatus(await publish({ fault: { share: 1, answer: 503, until } }, first.etag), 200);
  await showing('The fault is injected', ({ status }) => status === 502);

  await inject(cloud, { absent: ['control-plane'] });
  const credentials = await cloud.as('operator');
  await eventually(
    'The control plane is away',
    async () => (await cloud.call(GetMeshPolicy, { params, credentials }).catch(() => ({ status: 599 }))).status >= 500,
  );
  const answers = [];
  for (const end = Date.now() + 12_000; Date.now() < end;) answers.push((await storefront()).status);
  expect(new Set(answers)).toEqual(new Set([502]));
  await endFaults(cloud);

  // What is wrong changes nothing.
  const wrong = await publish({ routes: [{ match: { operation: '*' }, to: ['nowhere'] }] }, faulty.etag);
  expect([wrong.status, wrong.problem?.errors?.[0]?.pointer]).toEqual([400, '/policy/routes/0/to/0']);
  expect((await storefront()).status).toBe(502);

  const back = await cloud.call(RollBackMeshPolicy, {
    ...{ params, credentials, body: { to: 1, why: 'Enough seen' } },
    ...{ ifMatch: faulty.etag!, idempotencyKey: randomUUID() },
  });
  expect([back.status, back.etag]).toEqual([201, '3']);
  await showing('The catalogue is asked again', ({ status }) => status === 200);
}, 240_000);

it('a policy answers in the place of a service that fails, and the view says so', async () => {
  const credentials = await cloud.as('operator');
  const { etag } = expectStatus(await cloud.call(GetMeshPolicy, { params, credentials }), 200);
  const body = { items: [], _links: { self: { href: '/v1/products' } } };
  const routes = [{ match: { operation: 'ListProducts' }, to: ['stage'], fallback: { body } }, ...plain.routes];
  const faulty = { routes, fault: { share: 1, answer: 503, until } };
  const published = expectStatus(await publish(faulty, etag), 200);
  const stale = { pointer: '/products', type: 'urn:dure:problem:part-failed', status: 502, stale: true };
  await eventually(
    'The policy answers',
    async () => {
      const response = await fetch(cloud.urlOf('gateway', `/v1/storefront?q=${randomUUID()}`));
      const { problems = [] } = (await response.json()) as { problems?: { stale?: boolean }[] };
      if (response.status !== 200 || problems.length === 0) return false;
      expect([problems, response.headers.get('cache-control')]).toEqual([[stale], 'no-store']);
      return true;
    },
    TAKEN_UP,
  );
  expectStatus(await publish({}, published.etag), 200);
  await eventually(
    'The catalogue is asked again',
    async () => {
      const response = await fetch(cloud.urlOf('gateway', `/v1/storefront?q=${randomUUID()}`));
      return ((await response.json()) as { problems: unknown[] }).problems.length === 0;
    },
    TAKEN_UP,
  );
}, 120_000);

it('a breaker is opened and closed by hand', async () => {
  const credentials = await cloud.as('operator');
  const soon = new Date(Date.now() + 600_000).toISOString();
  const body = { until: soon, why: 'To see what the gateway does' };
  expectStatus(await cloud.call(OpenMeshBreaker, { params, body, credentials }), 200);
  await showing('Nobody asks the catalogue', ({ status }) => status === 502);
  const listed = expectStatus(await cloud.call(ListMeshBreakers, { credentials }), 200);
  expect(listed.body.items).toMatchObject([{ service: 'catalog', state: 'open', byHand: body }]);
  expectStatus(await cloud.call(CloseMeshBreaker, { params, credentials }), 204);
  await showing('The catalogue is asked again', ({ status }) => status === 200);
}, 120_000);

it('a value is in force within seconds', async () => {
  const credentials = await cloud.as('operator');
  const { etag } = expectStatus(await cloud.call(GetMeshPolicy, { params, credentials }), 200);
  expectStatus(await publish({ fault: { share: 1, delay: '1s', until } }, etag), 200);
  await showing('The catalogue is slow', ({ status, ms }) => status === 200 && ms > 1_000);
  const deadline = { service: 'gateway', name: 'view-deadline' };
  const body = { value: 500, why: 'To see what the gateway does' };
  expectStatus(await cloud.call(PublishConfiguration, { params: deadline, body, credentials, ifMatch: '0' }), 200);
  await showing('The catalogue is late', ({ status, type }) => status === 504 && type === 'urn:dure:problem:part-late');
}, 120_000);
