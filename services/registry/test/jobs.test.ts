import { beginCall, type Call } from '@dure/contracts/binding/call';
import { expect, it } from '@jest/globals';
import { reportDrift } from '../src/application/find-drift.ts';
import { sweep } from '../src/application/sweep.ts';
import { withTerms } from '../src/domain/deprecation.ts';
import { startBus } from './bus.ts';
import {
  composition,
  get,
  labelOf,
  live,
  manifestOf,
  newService,
  newStage,
  object,
  published,
  record,
  ssm,
  stageWith,
} from './service.ts';

const bus = await startBus();
await bus.open('test');
process.env['BUS_NAME'] = 'dure-test';
const { contracts, drifts, overrides, readArtefacts, releases, stages } = composition;
const schema = object({ id: { type: 'string' } });
const inDays = (days: number, from = Date.now()) => new Date(from + days * 86_400_000).toISOString();
const callAt = (time: string): Call => ({ ...beginCall(), time });
const run = (time: string) => sweep({ releases, stages, contracts, overrides }, callAt(time));

it('announces a sunset thirty, seven and one days before, each once', async () => {
  const contract = `${newService()}/Placed@1`;
  const sunset = inDays(100);
  await contracts.deprecate(beginCall(), withTerms(contract, undefined, { since: inDays(0), sunset })!);
  for (const days of [-31, -30, -29, -7, -7, -6, -1, -0.5, 0, 1]) await run(inDays(days, Date.parse(sunset)));
  const notices = (await published(contract)).filter(({ type }) => type === 'dure.registry.SunsetNear.v1');
  expect(notices.map(({ sequence, data }) => [sequence, data['days']])).toEqual([
    [2, 30],
    [3, 7],
    [4, 1],
  ]);
});

it('announces a sunset once, however many sweeps run at once', async () => {
  const contract = `${newService()}/Placed@1`;
  await contracts.deprecate(beginCall(), withTerms(contract, undefined, { since: inDays(0), sunset: inDays(5) })!);
  await Promise.all(Array.from({ length: 4 }, () => run(inDays(0))));
  expect(await published(contract)).toHaveLength(2);
});

it('takes out what has drained, and ends overrides after their time', async () => {
  const service = newService();
  const stage = await stageWith(manifestOf(service, { Placed: { schema } }));
  const next = { service, label: await labelOf(manifestOf(service, { Placed: { schema } })) };
  await live(stage, next, 1);
  const id = crypto.randomUUID();
  const given = { stage, contract: `${service}/Placed@1`, who: 'Team', why: 'Off.', actor: 'a', recordedAt: inDays(0) };
  await overrides.record(beginCall(), { ...given, id, until: inDays(1) });
  await run(inDays(13));
  expect((await stages.load(stage))?.entries).toHaveLength(2);
  expect(await published(id)).toHaveLength(2);
  await run(inDays(14.1));
  expect((await stages.load(stage))?.entries).toMatchObject([{ ...next, state: 'live' }]);
  expect((await published(stage)).map(({ sequence, data }) => [sequence, data['state']])).toEqual([
    [1, 'live'],
    [2, 'live'],
    [3, 'removed'],
  ]);
});

it('reports drift once, and its end once', async () => {
  const [known, strange, gone] = [newService('known'), newService('strange'), newService('gone')];
  const manifest = manifestOf(known, { Placed: { schema } });
  const stage = await stageWith(manifest, manifestOf(gone, { Placed: { schema } }));
  const readRules = () => Promise.resolve([]);
  const report = () => reportDrift({ stages, releases, drifts, readArtefacts, readRules }, beginCall(), stage);
  ssm.put(`/dure/${stage}/${known}/artefacts`, manifest.digest);
  ssm.put(`/dure/${stage}/${known}/url`, 'https://example.com');
  ssm.put(`/dure/${stage}/${strange}/artefacts`, 'abc');
  expect(await report()).toEqual({ found: 2, ended: 0 });
  expect(await report()).toEqual({ found: 0, ended: 0 });
  ssm.put(`/dure/${stage}/${known}/artefacts`, 'def');
  await record(stage, { service: gone, label: await labelOf(manifestOf(gone, {})) }, 2, { state: 'candidate' });
  const [entry] = (await stages.load(stage))!.entries.filter((it) => it.service === gone && it.state === 'live');
  await record(stage, { service: gone, label: entry!.label }, 3, { state: 'removed' });
  await record(stage, { service: gone, label: await labelOf(manifestOf(gone, { Other: { schema } })) }, 4, {
    state: 'removed',
  });
  expect(await report()).toMatchObject({ found: 2 });
  ssm.put(`/dure/${stage}/${known}/artefacts`, manifest.digest);
  expect(await report()).toEqual({ found: 0, ended: 1 });
  expect((await published(`${stage}/${known}`)).map(({ type, sequence }) => [type, sequence])).toEqual([
    ['dure.registry.DriftFound.v1', 1],
    ['dure.registry.DriftEnded.v1', 2],
  ]);
});

it('shows the drift of its own stage, and of no other', async () => {
  const strange = newService('strange');
  ssm.put(`/dure/test/${strange}/artefacts`, 'abc');
  const shown = await get('/stages/{stage}/drift', { stage: 'test' });
  expect(shown.body['items']).toMatchObject([{ service: strange, kind: 'unregistered', deployed: 'abc' }]);
  expect(await get('/stages/{stage}/drift', { stage: newStage() })).toMatchObject({
    status: 422,
    body: { type: 'urn:dure:problem:stage-elsewhere' },
  });
});

it('tells again of a sunset that has passed, every week and while somebody requires the contract', async () => {
  const [owner, user] = [newService('owner'), newService('user')];
  const contract = `${owner}/Placed@1`;
  const sunset = inDays(-1);
  const needs = { [`${owner}/Placed`]: { schema } };
  const stage = await stageWith(manifestOf(owner, { Placed: { schema } }), manifestOf(user, {}, needs));
  await contracts.deprecate(beginCall(), withTerms(contract, undefined, { since: inDays(-2), sunset })!);
  const after = (days: number) => run(inDays(days, Date.parse(sunset)));
  for (const days of [0, 0, 0.5, 6.9, 7, 7, 8, 30, 29]) await after(days);
  const weeks = async () =>
    (await published(contract))
      .filter(({ type }) => type === 'dure.registry.SunsetPassed.v1')
      .map(({ data }) => data['weeks']);
  expect(await weeks()).toEqual([0, 1, 4]);
  const [entry] = (await stages.load(stage))!.entries.filter(({ service }) => service === user);
  await record(stage, { service: user, label: entry!.label }, 2, { state: 'removed' });
  await after(40);
  expect(await weeks()).toEqual([0, 1, 4]);
});
