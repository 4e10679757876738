import { call } from '@dure/testing/lambda-events';
import { expect, it } from '@jest/globals';
import {
  api,
  canDeploy,
  composition,
  get,
  labelOf,
  manifestOf,
  newService,
  object,
  published,
  stageWith,
} from './service.ts';

const whole = object({ id: { type: 'string' }, name: { type: 'string' } });
const less = object({ id: { type: 'string' } });

const post = (body: object, headers = {}) => call(api, { method: 'POST', resource: '/v1/overrides', body, headers });
const end = (id: string) => call(api, { method: 'DELETE', resource: '/v1/overrides/{id}', params: { id } });
const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();

async function broken() {
  const [owner, reader] = [newService('orders'), newService('reader')];
  const needs = { [`${owner}/Placed`]: { schema: whole, fields: ['name'] } };
  const stage = await stageWith(manifestOf(owner, { Placed: { schema: whole } }), manifestOf(reader, {}, needs));
  const next = { service: owner, label: await labelOf(manifestOf(owner, { Placed: { schema: less } })) };
  const given = { stage, contract: `${owner}/Placed@1`, who: `Team ${owner}`, why: 'It is off.', until: inHours(2) };
  return { reader, stage, next, given };
}

it('excuses what would block, is shown, and ends', async () => {
  const { reader, stage, next, given } = await broken();
  expect((await canDeploy(stage, next)).answer).toBe('no');
  const other = await post({ ...given, consumer: newService() });
  expect((await canDeploy(stage, next)).answer).toBe('no');
  const headers = { 'Idempotency-Key': stage };
  const recorded = await post({ ...given, consumer: reader }, headers);
  expect(recorded).toMatchObject({ status: 201, body: { ...given, consumer: reader } });
  expect(await post({ ...given, consumer: reader }, headers)).toMatchObject({ status: 201, body: recorded.body });
  const id = String(recorded.body['id']);
  const verdict = await canDeploy(stage, next);
  expect(verdict).toMatchObject({
    answer: 'yes',
    blockers: [],
    order: [next.service],
    overridden: [{ code: 'breaks-reads', override: { id, who: given.who, why: given.why } }],
  });
  expect((await get('/overrides', {}, { stage })).body['items']).toMatchObject([{ id: other.body['id'] }, { id }]);
  expect((await get('/overrides/{id}', { id })).status).toBe(200);
  expect((await end(id)).status).toBe(204);
  expect((await end(id)).status).toBe(404);
  expect((await get('/overrides/{id}', { id })).status).toBe(404);
  expect((await canDeploy(stage, next)).answer).toBe('no');
  expect((await published(id)).map(({ type, sequence }) => [type, sequence])).toEqual([
    ['dure.registry.OverrideRecorded.v1', 1],
    ['dure.registry.OverrideEnded.v1', 2],
  ]);
});

it('is over when its time is, before it is swept', async () => {
  const { stage, next, given } = await broken();
  const { id, time } = { id: '01890a5d-ac96-774b-bcce-b302099a8057', time: inHours(-1) };
  const { beginCall } = await import('@dure/contracts/binding/call');
  const past = { ...given, id, until: time, actor: 'anonymous', recordedAt: inHours(-2) };
  await composition.overrides.record(beginCall(), past);
  expect((await canDeploy(stage, next)).answer).toBe('no');
  expect((await get('/overrides', {}, { stage })).body['items']).toEqual([]);
  expect((await end(id)).status).toBe(404);
});

it.each([
  ['until', { until: inHours(-1) }],
  ['until', { until: inHours(24 * 31) }],
  ['why', { why: '' }],
  ['who', { who: undefined }],
  ['contract', { contract: 'Placed' }],
  ['stage', { stage: 'pr-12' }],
])('refuses a wrong %s', async (field, wrong) => {
  const { stage, given } = await broken();
  expect(await post({ ...given, ...wrong })).toMatchObject({ status: 400, body: { errors: [{ in: 'body', field }] } });
  expect((await get('/overrides', {}, { stage })).body['items']).toEqual([]);
});

it('pages through the overrides of a stage', async () => {
  const { stage, given } = await broken();
  const ids: unknown[] = [];
  for (let count = 0; count < 3; count += 1) ids.push((await post(given)).body['id']);
  const first = await get('/overrides', {}, { stage, limit: '2' });
  const { next } = first.body['_links'] as { next: { href: string } };
  const rest = await get('/overrides', {}, Object.fromEntries(new URL(next.href, 'http://localhost').searchParams));
  const items = [...(first.body['items'] as { id: string }[]), ...(rest.body['items'] as { id: string }[])];
  expect(items.map(({ id }) => id)).toEqual(ids);
});
