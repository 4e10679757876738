import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { get, newService, post, published, put } from './service.ts';

const POLICY = '/mesh/policies/{service}';
const split = (v1: number) => ({
  targets: { v1: {}, v2: { url: 'https://v2.example.com/orders' } },
  routes: [{ match: { operation: '*' }, to: { v1, v2: 10_000 - v1 }, sticky: 'actor' }],
});
const publish = (service: string, policy: object, revision?: number, why = 'Try v2') =>
  put(POLICY, { service }, { policy, why }, revision);
const rollBack = (service: string, to: number, revision?: number, headers = {}) =>
  post(`${POLICY}/rollbacks`, { service }, { to, why: 'v2 is slow' }, revision, headers);

it('publishes a policy whole, with its defaults, and tells it', async () => {
  const service = newService();
  expect((await get(POLICY, { service })).status).toBe(404);
  const first = await publish(service, split(9_500));
  expect(first).toMatchObject({
    status: 200,
    headers: { etag: '"1"' },
    body: { service, revision: 1, why: 'Try v2', actor: expect.any(String), publishedAt: expect.any(String) },
  });
  expect(first.body['policy']).toMatchObject({ ...split(9_500), bulkhead: 20, timeout: { try: '2s', total: '5s' } });
  expect(await get(POLICY, { service })).toMatchObject({ status: 200, headers: { etag: '"1"' }, body: first.body });
  const second = await publish(service, split(9_000), 1);
  expect(second).toMatchObject({ status: 200, headers: { etag: '"2"' } });
  expect(await published(service)).toMatchObject([
    { type: 'dure.control-plane.MeshPolicyPublished.v1', sequence: 1, data: { service, revision: 1 } },
    { sequence: 2, data: { service, revision: 2, policy: second.body['policy'], why: 'Try v2' } },
  ]);
});

it('keeps every revision as it was, newest first', async () => {
  const service = newService();
  for (const [index, v1] of [9_900, 9_000, 5_000].entries()) await publish(service, split(v1), index || undefined);
  const first = await get(`${POLICY}/revisions`, { service }, { limit: '2' });
  expect((first.body['items'] as { revision: number }[]).map(({ revision }) => revision)).toEqual([3, 2]);
  const { next } = first.body['_links'] as { next: { href: string } };
  const query = Object.fromEntries(new URL(next.href, 'http://localhost').searchParams);
  const rest = await get(`${POLICY}/revisions`, { service }, query);
  expect(rest.body['items']).toMatchObject([{ revision: 1 }]);
  const second = await get(`${POLICY}/revisions/{revision}`, { service, revision: '2' });
  expect(second).toMatchObject({ status: 200, body: { revision: 2, policy: split(9_000) } });
  expect((await get(`${POLICY}/revisions/{revision}`, { service, revision: '4' })).status).toBe(404);
  expect((await get(`${POLICY}/revisions`, { service: newService() })).status).toBe(404);
});

it('lists the services that have a policy', async () => {
  const service = newService();
  await publish(service, split(9_500));
  const found: unknown[] = [];
  let query: Record<string, string> | undefined = { limit: '1' };
  while (query !== undefined) {
    const { body } = await get('/mesh/policies', {}, query);
    found.push(...(body['items'] as { service: string }[]).map((item) => item.service));
    const { next } = body['_links'] as { next?: { href: string } };
    query = next && Object.fromEntries(new URL(next.href, 'http://localhost').searchParams);
  }
  expect(found).toContain(service);
  expect(new Set(found).size).toBe(found.length);
});

describe('who has not seen what is published', () => {
  it('publishes nothing', async () => {
    const service = newService();
    expect((await publish(service, split(9_500), 1)).status).toBe(412);
    await publish(service, split(9_500));
    expect((await publish(service, split(9_000))).status).toBe(428);
    expect((await publish(service, split(9_000), 2)).status).toBe(412);
    expect((await get(POLICY, { service })).body).toMatchObject({ revision: 1, policy: split(9_500) });
    expect(await published(service)).toHaveLength(1);
  });

  it('does when the request is its own, sent again', async () => {
    const service = newService();
    const first = await publish(service, split(9_500));
    expect(await publish(service, split(9_500))).toMatchObject({ status: 200, body: first.body });
    const second = await publish(service, split(9_000), 1);
    expect(await publish(service, split(9_000), 1)).toMatchObject({ status: 200, body: second.body });
    expect((await publish(service, split(9_000), 1, 'Another reason')).status).toBe(412);
    expect(await published(service)).toHaveLength(2);
  });
});

it('makes no revision of what is the same', async () => {
  const service = newService();
  await publish(service, split(9_500));
  expect(await publish(service, split(9_500), 1)).toMatchObject({ status: 200, headers: { etag: '"1"' } });
});

it('goes back by a new revision', async () => {
  const service = newService();
  await publish(service, split(9_500));
  await publish(service, split(5_000), 1);
  expect((await rollBack(newService(), 1, 1)).status).toBe(404);
  expect((await rollBack(service, 1)).status).toBe(428);
  expect((await rollBack(service, 7, 2)).body).toMatchObject({
    type: 'urn:dure:problem:revision-not-found',
    status: 422,
  });
  const headers = { 'Idempotency-Key': randomUUID() };
  const back = await rollBack(service, 1, 2, headers);
  expect(back).toMatchObject({
    status: 201,
    headers: { etag: '"3"', location: `/v1/mesh/policies/${service}/revisions/3` },
    body: { revision: 3, restores: 1, why: 'v2 is slow', policy: split(9_500) },
  });
  expect(await rollBack(service, 1, 2, headers)).toMatchObject({ status: 201, body: back.body });
  expect((await published(service)).map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
});

it('lets one of two win who publish and go back at once', async () => {
  const service = newService();
  await publish(service, split(9_500));
  await publish(service, split(5_000), 1);
  const both = await Promise.all([rollBack(service, 1, 2), publish(service, split(1_000), 2)]);
  expect(both.map(({ status }) => status).filter((status) => status === 412)).toHaveLength(1);
  expect((await get(POLICY, { service })).body).toMatchObject({ revision: 3 });
  expect(await published(service)).toHaveLength(3);
});

describe('a policy that is wrong changes nothing, and is told with the field', () => {
  const good = split(9_500);
  it.each<[string, object, string]>([
    [
      'weights that are not all',
      { ...split(9_500), routes: [{ match: { operation: '*' }, to: { v1: 1 } }] },
      '/policy/routes/0/to',
    ],
    ['an unknown target', { ...good, routes: [{ match: { operation: '*' }, to: ['v3'] }] }, '/policy/routes/0/to/0'],
    ['a time without a unit', { ...good, timeout: { try: '2', total: '5s' } }, '/policy/timeout/try'],
    ['a try longer than the whole', { ...good, timeout: { try: '9s', total: '5s' } }, '/policy/timeout/try'],
    ['a field that is none', { ...good, shadow: true }, '/policy/shadow'],
    [
      'an address with a user',
      { ...good, targets: { v1: { url: 'http://a:b@c.example' }, v2: {} } },
      '/policy/targets/v1/url',
    ],
    ['a fault without an end', { ...good, fault: { share: 1 } }, '/policy/fault/until'],
  ])('%s', async (_, policy, pointer) => {
    const service = newService();
    await publish(service, good);
    const { status, body } = await publish(service, policy, 1);
    expect([status, body['type']]).toEqual([400, 'urn:dure:problem:invalid-request']);
    expect((body['errors'] as { pointer: string }[]).map((one) => one.pointer)).toContain(pointer);
    expect((await get(POLICY, { service })).body).toMatchObject({ revision: 1, policy: good });
  });
});
