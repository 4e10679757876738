import { canonical, hashOf } from '@dure/compatibility';
import { beginCall, type Call } from '@dure/contracts/binding/call';
import type { Manifest } from '@dure/contracts/registry';
import { call } from '@dure/testing/lambda-events';
import { expect, it } from '@jest/globals';
import { reportDrift } from '../src/application/find-drift.ts';
import { judge } from '../src/application/judge.ts';
import { recordDeployment } from '../src/application/record-deployment.ts';
import { sweep } from '../src/application/sweep.ts';
import { storedRelease } from '../src/domain/release.ts';
import {
  api,
  canDeploy,
  composition,
  labelOf,
  live,
  manifestOf,
  newService,
  object,
  record,
  ssm,
  stageWith,
} from './service.ts';

const { comparisons, contracts, drifts, overrides, readArtefacts, releases, stages, stores, strangers } = composition;
const whole = object({ id: { type: 'string' }, name: { type: 'string' } });
const less = object({ id: { type: 'string' } });
const callAt = (hours: number): Call => ({
  ...beginCall(),
  time: new Date(Date.now() + hours * 3_600_000).toISOString(),
});

/** A provider, a reader of one of its fields, and a release of the provider without that field. */
async function broken() {
  const [owner, reader] = [newService('orders'), newService('reader')];
  const needs = { [`${owner}/Placed`]: { schema: whole, fields: ['name'] } };
  const first = manifestOf(owner, { Placed: { schema: whole } });
  const stage = await stageWith(first, manifestOf(reader, {}, needs));
  const next = { service: owner, label: await labelOf(manifestOf(owner, { Placed: { schema: less } })) };
  return { owner, reader, stage, first, next };
}

it('records one of two that break each other, however many pipelines record at once', async () => {
  const { owner, reader, stage, next } = await broken();
  const other = { service: reader, label: await labelOf(manifestOf(reader, {}, {})) };
  const { token } = (await stages.load(stage))!;
  const answers = await Promise.all(
    [next, other, next, other].map((release) => record(stage, release, token, { state: 'candidate' })),
  );
  const won = new Set(answers.filter(({ status }) => status === 200).map(({ body }) => String(body['service'])));
  expect(won.size).toBe(1);
  expect(answers.filter(({ status }) => status === 412)).toHaveLength(3);
  expect([owner, reader]).toContain([...won][0]);
});

it('records no candidate whose override has ended since the verdict', async () => {
  const { reader, stage, next } = await broken();
  const body = {
    ...{ stage, contract: `${next.service}/Placed@1`, consumer: reader, who: 'Team', why: 'It is off.' },
    until: callAt(2).time,
  };
  const { body: made } = await call(api, { method: 'POST', resource: '/v1/overrides', body });
  const verdict = await canDeploy(stage, next);
  expect(verdict.answer).toBe('yes');
  const ids = verdict.overridden.map(({ override }) => override.id);
  expect(ids).toEqual([made['id']]);
  const asked = { ...next, state: 'candidate' as const, bootstrap: false, expected: String(verdict.token) };
  const late = await recordDeployment(stores, callAt(3), stage, { ...asked, overrides: ids });
  expect(late).toEqual({ rejected: 'precondition-failed' });
  expect((await record(stage, next, verdict.token, { state: 'live', overrides: ids })).status).toBe(400);
  await call(api, { method: 'DELETE', resource: '/v1/overrides/{id}', params: { id: ids[0]! } });
  expect((await record(stage, next, verdict.token, { state: 'candidate', overrides: ids })).status).toBe(412);
  expect((await stages.load(stage))!.token).toBe(verdict.token);
});

it('forgets a candidate whose pipeline was killed, after as long as a pipeline may take', async () => {
  const { owner, reader, stage, first, next } = await broken();
  const { token } = (await stages.load(stage))!;
  const announced = { ...next, state: 'candidate' as const, bootstrap: false, expected: String(token) };
  await recordDeployment(stores, callAt(-5.9), stage, announced);
  const needs = { [`${owner}/Placed`]: { schema: whole, fields: ['name', 'id'] } };
  const again = { service: reader, label: await labelOf(manifestOf(reader, {}, needs)) };
  expect((await canDeploy(stage, again)).answer).toBe('no');
  const later = callAt(0.2);
  const asked = await judge(
    { ...stores, comparisons, strangers, noticeDays: 30, production: [] },
    stage,
    { releases: [again], removals: [], urgent: false },
    later.time,
  );
  expect(asked.answer).toBe('yes');
  expect((await sweep({ releases, stages, contracts, overrides }, later)).drained).toBeGreaterThan(0);
  const entries = (await stages.load(stage))!.entries.filter(({ service }) => service === owner);
  expect(entries).toMatchObject([{ label: await labelOf(first), state: 'live' }]);
});

it('gives a candidate all of its time when it is announced again', async () => {
  const { stage, next } = await broken();
  const { token } = (await stages.load(stage))!;
  const announced = { ...next, state: 'candidate' as const, bootstrap: false };
  await recordDeployment(stores, callAt(-4), stage, { ...announced, expected: String(token) });
  const renewed = await recordDeployment(stores, callAt(0), stage, { ...announced, expected: String(token + 1) });
  expect(renewed).toMatchObject({ token: token + 2, state: 'candidate' });
  const same = await recordDeployment(stores, callAt(1), stage, { ...announced, expected: String(token + 2) });
  expect(same).toMatchObject({ token: token + 2 });
});

it('does not judge by a registry that was restored from a backup and is older than its stage', async () => {
  const before = process.env['STAGE'];
  const { owner, reader, stage, first, next } = await broken();
  process.env['STAGE'] = stage;
  try {
    const plain = { service: owner, label: await labelOf(manifestOf(owner, { Placed: { schema: whole } })) };
    ssm.put(`/dure/${stage}/${owner}/artefacts`, first.digest);
    expect((await canDeploy(stage, plain)).answer).toBe('yes');
    // A release that was recorded after the backup, of a service that is not deployed now.
    ssm.put(`/dure/${stage}/${reader}/artefacts`, 'f'.repeat(64));
    const verdict = await canDeploy(stage, plain);
    expect(verdict).toMatchObject({
      answer: 'unknown',
      blockers: [{ code: 'stage-differs', provider: { service: reader } }],
    });
    const mended = { service: reader, label: await labelOf(manifestOf(reader, { Read: { schema: less } })) };
    expect((await canDeploy(stage, mended)).answer).toBe('yes');
    await live(stage, mended, verdict.token);
    ssm.put(`/dure/${stage}/${reader}/artefacts`, (await releases.load(reader, mended.label))!.digest);
    expect((await canDeploy(stage, next)).answer).toBe('yes');
    // A service that the backup does not know at all.
    const stranger = newService('stranger');
    ssm.put(`/dure/${stage}/${stranger}/artefacts`, 'e'.repeat(64));
    const readRules = () => Promise.resolve([]);
    await reportDrift({ stages, releases, drifts, readArtefacts, readRules }, beginCall(), stage);
    expect(await canDeploy(stage, next)).toMatchObject({ answer: 'unknown', blockers: [{ code: 'stage-differs' }] });
  } finally {
    process.env['STAGE'] = before;
  }
});

it('numbers the releases of a day from one, whatever the hour, and takes no number twice at once', async () => {
  const service = newService();
  const made = () => manifestOf(service, { Placed: { schema: whole } });
  const { registerRelease } = await import('../src/application/register-release.ts');
  const at = (time: string) => registerRelease(releases, { ...beginCall(), time }, made());
  const labels = await Promise.all(
    [
      '2026-01-05T23:59:59.999Z',
      '2026-01-05T23:59:59.999Z',
      '2026-01-06T00:00:00.000Z',
      '2026-01-06T00:00:00.000Z',
    ].map(at),
  );
  expect(labels.map((it) => ('release' in it ? it.release.label : '')).sort()).toEqual([
    ...['v1_20260105-1', 'v1_20260105-2', 'v1_20260106-1', 'v1_20260106-2'],
  ]);
});

it('judges everything else in a stage where an earlier registry took schemas that are none', async () => {
  const [owner, user, other] = [newService('owner'), newService('user'), newService('other')];
  const nowhere = { $ref: '#/$defs/none' };
  const unsent = (manifest: Manifest): Manifest => ({ ...manifest, schemas: {} });
  const earlier = async (manifest: Manifest): Promise<Manifest> => {
    const release = storedRelease(manifest, 'v1_20260101-1', beginCall().time);
    await releases.prepare(release, { [hashOf(nowhere)]: canonical(nowhere) });
    await releases.register(beginCall(), release, undefined);
    return unsent(manifest);
  };
  const needs = { [`${owner}/Placed`]: { schema: nowhere } };
  const stage = await stageWith(
    await earlier(manifestOf(owner, { Placed: { schema: nowhere } })),
    await earlier(manifestOf(user, {}, needs)),
    manifestOf(other, { Placed: { schema: less } }),
  );
  const label = await labelOf(manifestOf(owner, { Placed: { schema: less } }));
  const verdict = await canDeploy(stage, { service: owner, label });
  expect(verdict).toMatchObject({
    answer: 'unknown',
    blockers: [{ code: 'schema-unknown', contract: `${owner}/Placed@1`, consumer: { service: user } }],
  });
  const elsewhere = await labelOf(manifestOf(other, { Placed: { schema: less } }));
  expect((await canDeploy(stage, { service: other, label: elsewhere })).answer).toBe('yes');
});
