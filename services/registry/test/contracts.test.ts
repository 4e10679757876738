import { call } from '@dure/testing/lambda-events';
import { expect, it } from '@jest/globals';
import {
  api,
  canDeploy,
  composition,
  get,
  labelOf,
  live,
  manifestOf,
  newService,
  object,
  published,
  record,
  stageWith,
} from './service.ts';

const schema = object({ id: { type: 'string' } });
const path = '/contracts/{owner}/{name}/{major}';
const placedBy = (owner: string) => ({ owner, name: 'Placed', major: '1' });
const day = 86_400_000;
const inDays = (days: number) => new Date(Date.now() + days * day).toISOString();

const deprecate = (owner: string, body: object, headers = {}) =>
  call(api, { method: 'PUT', resource: `/v1${path}/deprecation`, params: placedBy(owner), body, headers });
const acknowledge = (owner: string, body: object, headers = {}) =>
  call(api, { method: 'POST', resource: `/v1${path}/acknowledgements`, params: placedBy(owner), body, headers });

async function contract() {
  const [owner, reader] = [newService('orders'), newService('reader')];
  const provider = manifestOf(owner, { Placed: { schema }, Changed: { schema } });
  const consumer = manifestOf(reader, {}, { [`${owner}/Placed`]: { schema, fields: ['id'] } });
  return { owner, reader, provider, consumer, key: `${owner}/Placed@1` };
}

it('shows a contract, and lists those of an owner', async () => {
  const { owner, provider, key } = await contract();
  const label = await labelOf(provider);
  const shown = await get(path, placedBy(owner));
  expect(shown).toMatchObject({ status: 200, body: { contract: key, kind: 'event', label } });
  expect((await get(path, placedBy(owner), {}, { 'If-None-Match': shown.headers['etag'] })).status).toBe(304);
  const next = await labelOf(manifestOf(owner, { Placed: { schema: object({ id: { type: 'integer' } }) } }));
  expect((await get(path, placedBy(owner))).body['label']).toBe(next);
  const listed = await get('/contracts', {}, { owner });
  expect(listed.body['items']).toMatchObject([{ contract: `${owner}/Changed@1` }, { contract: key }]);
  expect((await get(path, { ...placedBy(owner), major: '2' })).status).toBe(404);
});

it('lists consumers of every version, and those in a stage with their last use', async () => {
  const { owner, reader, provider, consumer, key } = await contract();
  const stage = await stageWith(provider, consumer);
  const second = { ...consumer, digest: provider.digest };
  const labels = [await labelOf(consumer), await labelOf(second)];
  const all = await get(`${path}/consumers`, placedBy(owner));
  const items = all.body['items'] as { label: string }[];
  expect(items.map(({ label }) => label).sort()).toEqual(labels.sort());
  expect(items[0]).toMatchObject({ service: reader, use: 'reads', fields: ['id'], owner: `Team ${reader}` });
  const uses = (release: string, contracts: unknown) =>
    call(api, {
      method: 'PUT',
      resource: '/v1/stages/{stage}/uses/{service}/{label}',
      params: { stage, service: reader, label: release },
      body: { contracts },
    });
  expect((await uses(labels[0]!, [key, key])).status).toBe(204);
  expect((await uses(labels[0]!, [key])).status).toBe(204);
  expect((await uses('none', [key])).status).toBe(404);
  expect((await uses(labels[0]!, ['Placed'])).body).toMatchObject({ errors: [{ field: 'contracts[0]' }] });
  const live = await get(`${path}/consumers`, placedBy(owner), { stage });
  expect(live.body['items']).toMatchObject([
    { service: reader, label: labels[0], state: 'live', lastUsed: new Date().toISOString().slice(0, 10) },
  ]);
});

it('blocks the removal of what was used lately by one who declares nothing', async () => {
  const { owner, reader, provider, key } = await contract();
  const silent = manifestOf(reader, { Noted: { schema } });
  const stage = await stageWith(provider, silent);
  const next = { service: owner, label: await labelOf(manifestOf(owner, { Changed: { schema } })) };
  expect((await canDeploy(stage, next)).answer).toBe('yes');
  await composition.stages.recordUse(stage, {
    ...{ contract: key, service: reader, label: await labelOf(silent) },
    day: new Date(Date.now() - 2 * day).toISOString().slice(0, 10),
  });
  expect(await canDeploy(stage, next)).toMatchObject({
    answer: 'no',
    blockers: [{ code: 'still-used', contract: key }],
  });
});

it('does not count a use of long ago', async () => {
  const { owner, reader, provider, key } = await contract();
  const stage = await stageWith(provider);
  const next = { service: owner, label: await labelOf(manifestOf(owner, { Changed: { schema } })) };
  await composition.stages.recordUse(stage, { contract: key, service: reader, label: 'old', day: '2025-01-05' });
  expect((await canDeploy(stage, next)).answer).toBe('yes');
});

it('deprecates a contract, and keeps who knows of it', async () => {
  const { owner, reader, provider, consumer, key } = await contract();
  await labelOf(provider);
  await labelOf(consumer);
  const terms = { since: inDays(0), sunset: inDays(90), successor: `${owner}/Changed@1` };
  const deprecated = await deprecate(owner, terms);
  expect(deprecated).toMatchObject({ status: 200, body: { deprecated: { ...terms, acknowledgements: [] } } });
  expect(await deprecate(owner, terms)).toMatchObject({ status: 200 });
  expect((await get('/contracts', {}, { owner })).body['items']).toMatchObject([{}, { deprecated: terms }]);
  const who = `Team ${reader}`;
  const headers = { 'Idempotency-Key': owner };
  expect(await acknowledge(owner, { consumer: reader, who }, headers)).toMatchObject({
    status: 200,
    body: { deprecated: { acknowledgements: [{ consumer: reader, who }] } },
  });
  expect((await acknowledge(owner, { consumer: reader, who }, headers)).headers['idempotency-replayed']).toBe('true');
  expect((await acknowledge(owner, { consumer: reader, who: 'Someone' })).body).toMatchObject({
    deprecated: { acknowledgements: [{ who }] },
  });
  expect((await published(key)).map(({ type, sequence }) => [type, sequence])).toEqual([
    ['dure.registry.ContractDeprecated.v1', 1],
    ['dure.registry.DeprecationAcknowledged.v1', 2],
  ]);
  const stale = { 'If-Match': deprecated.headers['etag'] };
  expect(await deprecate(owner, { since: terms.since }, stale)).toMatchObject({ status: 412 });
});

it('refuses what makes no sense of a deprecation', async () => {
  const { owner, reader, provider } = await contract();
  const since = inDays(0);
  expect(await deprecate(owner, { since })).toMatchObject({ status: 404 });
  await labelOf(provider);
  expect(await acknowledge(owner, { consumer: reader, who: 'Team' })).toMatchObject({ status: 422 });
  expect(await deprecate(owner, { since, sunset: inDays(-1) })).toMatchObject({
    status: 400,
    body: { errors: [{ field: 'sunset' }] },
  });
  expect(await deprecate(owner, { since, successor: `${owner}/Placed@1` })).toMatchObject({
    body: { type: 'urn:dure:problem:own-successor' },
  });
  expect(await deprecate(owner, { since, successor: `${owner}/None@1` })).toMatchObject({
    body: { type: 'urn:dure:problem:successor-not-found' },
  });
  await deprecate(owner, { since });
  expect(await acknowledge(owner, { consumer: reader, who: 'Team' })).toMatchObject({
    body: { type: 'urn:dure:problem:not-a-consumer' },
  });
});

it('deprecates what a live release says is deprecated', async () => {
  const { owner, provider, key } = await contract();
  const stage = await stageWith(provider);
  const deprecated = { since: '2026-01-05T00:00:00Z', sunset: inDays(60) };
  const next = { ...provider, digest: manifestOf(owner, {}).digest };
  const provides = next.provides.map((it) => (it.contract.endsWith('Placed') ? { ...it, deprecated } : it));
  const release = { service: owner, label: await labelOf({ ...next, provides }) };
  await record(stage, release, 1, { state: 'candidate' });
  expect((await get(path, placedBy(owner))).body['deprecated']).toBeUndefined();
  await live(stage, release, 2);
  expect((await get(path, placedBy(owner))).body['deprecated']).toMatchObject({ since: '2026-01-05T00:00:00.000Z' });
  expect(await published(key)).toHaveLength(1);
});
