import { call } from '@dure/testing/lambda-events';
import { beginCall } from '@dure/contracts/binding/call';
import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { expect, it } from '@jest/globals';
import { judge } from '../src/application/judge.ts';
import { notifyOfTestFailure, notifyOfUrgentFix, type SendNotice } from '../src/application/notify-owners.ts';
import {
  api,
  canDeploy,
  composition,
  labelOf,
  live,
  manifestOf,
  newService,
  object,
  published,
  record,
  stageWith,
  tableName,
} from './service.ts';

const { comparisons, drifts, releases, stages, stores, strangers } = composition;
const schema = object({ id: { type: 'string' } });
const endpoint = { method: 'GET', path: '/v1/things', responses: { 200: { schema } } };
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();

const ask = (stage: string, body: object) =>
  call(api, { method: 'POST', resource: '/v1/can-deploy', body: { stage, ...body } });

/** A provider whose first major gets a second one beside it; nobody who is known uses the first. */
async function twoMajors() {
  const owner = newService('owner');
  const both = () => {
    const manifest = manifestOf(owner, { Placed: { schema } });
    return { ...manifest, provides: [1, 2].map((major) => ({ ...manifest.provides[0]!, major })) };
  };
  const second = () => {
    const manifest = manifestOf(owner, { Placed: { schema, major: 2 } });
    return manifest;
  };
  const stage = await stageWith(
    manifestOf(owner, { Placed: { schema } }),
    manifestOf(newService(), { Other: { schema } }),
  );
  return { owner, stage, both, second };
}

const codes = ({ blockers }: Awaited<ReturnType<typeof canDeploy>>) => blockers.map(({ code }) => code);

it('gives dependants a month from a new major, whoever is known to use the old one', async () => {
  const { owner, stage, both, second } = await twoMajors();
  const without = { service: owner, label: await labelOf(second()) };
  expect(codes(await canDeploy(stage, without))).toEqual(['notice-not-over']);
  const token = await live(stage, { service: owner, label: await labelOf(both()) }, 2);
  expect(codes(await canDeploy(stage, without))).toEqual(['notice-not-over']);
  // A fix of the release with both takes over since when the new major runs.
  await live(stage, { service: owner, label: await labelOf(both()) }, token);
  const judged = (days: number, noticeDays: number) =>
    judge(
      { ...stores, comparisons, strangers, noticeDays, production: [] },
      stage,
      { releases: [without], removals: [], urgent: false },
      inDays(days),
    );
  expect((await judged(29.9, 30)).answer).toBe('no');
  expect((await judged(30.1, 30)).answer).toBe('yes');
  expect((await judged(7.1, 7)).answer).toBe('yes');
});

it('lets an urgent fix go without that time, says so, and lets it break nobody', async () => {
  const { owner, stage, second } = await twoMajors();
  const without = { service: owner, label: await labelOf(second()) };
  const { body } = await ask(stage, { releases: [without], urgent: true });
  expect(body).toMatchObject({ answer: 'yes', warnings: [{ code: 'notice-not-over' }] });
  const user = newService('user');
  const needs = { [`${owner}/Placed`]: { schema } };
  const release = { service: user, label: await labelOf(manifestOf(user, {}, needs)) };
  const token = await live(stage, release, Number(body['token']));
  expect((await ask(stage, { releases: [without], urgent: true })).body).toMatchObject({
    answer: 'no',
    blockers: [{ code: 'contract-removed' }],
  });
  expect((await record(stage, without, token, { state: 'candidate', urgent: true })).status).toBe(200);
  expect((await record(stage, without, token + 1)).status).toBe(200);
  const shown = (await stages.load(stage))!.entries.find(({ label }) => label === without.label);
  expect(shown).toMatchObject({ state: 'live', urgent: true });
  const [, , , , last] = await published(stage);
  expect(last?.data).toMatchObject({ state: 'live', urgent: true });
  const sent: Parameters<SendNotice>[0][] = [];
  const send: SendNotice = (notice) => Promise.resolve(void sent.push(notice));
  await notifyOfUrgentFix({ releases, stages, drifts, stage, send }, 'event', without);
  expect(sent).toMatchObject([{ owner: { name: `Team ${user}` }, text: expect.stringContaining('did not run') }]);
});

it('lets no service leave that somebody requires who stays, unless that is overridden', async () => {
  const [owner, user] = [newService('owner'), newService('user')];
  const needs = { [`${owner}/GetThing`]: { kind: 'endpoint' as const, schema: endpoint } };
  const stage = await stageWith(
    manifestOf(owner, { GetThing: { kind: 'endpoint', schema: endpoint } }),
    manifestOf(user, { Used: { schema } }, needs),
    manifestOf(newService(), { Other: { schema } }),
  );
  const contract = `${owner}/GetThing@1`;
  const refused = await ask(stage, { removals: [owner] });
  expect(refused.body).toMatchObject({
    answer: 'no',
    blockers: [{ code: 'service-removed', contract, consumer: { service: user }, provider: { service: owner } }],
  });
  expect((await ask(stage, { removals: [owner, user] })).body).toMatchObject({ answer: 'yes' });
  expect((await ask(stage, { removals: [user] })).body).toMatchObject({ answer: 'yes' });
  const override = { stage, contract, consumer: user, who: 'Team', why: 'It is off.', until: inDays(1) };
  await call(api, { method: 'POST', resource: '/v1/overrides', body: override });
  expect((await ask(stage, { removals: [owner] })).body).toMatchObject({
    answer: 'yes',
    overridden: [{ code: 'service-removed' }],
  });
  for (const [field, body] of [
    ['releases', {}],
    ['removals', { removals: [owner, owner] }],
    ['removals[0]', { removals: ['No'] }],
  ] as const) {
    expect(await ask(stage, body)).toMatchObject({ status: 400, body: { errors: [{ in: 'body', field }] } });
  }
});

it('tells both owners once that tests of a dependant fail', async () => {
  const [owner, user] = [newService('owner'), newService('user')];
  const needs = { [`${owner}/Placed`]: { schema } };
  const stage = await stageWith(manifestOf(owner, { Placed: { schema } }), manifestOf(user, {}, needs));
  const provider = { service: owner, label: await labelOf(manifestOf(owner, { Placed: { schema } })) };
  const consumer = {
    service: user,
    label: (await stages.load(stage))!.entries.find((it) => it.service === user)!.label,
  };
  const body = { stage, contract: `${owner}/Placed@1`, provider, consumer, what: 'reads an order' };
  const report = (more = {}) =>
    call(api, { method: 'POST', resource: '/v1/test-failures', body: { ...body, ...more } });
  expect((await report()).status).toBe(204);
  expect((await report({ what: 'reads it again' })).status).toBe(204);
  expect((await report({ consumer: { service: user, label: 'none' } })).status).toBe(404);
  expect(await report({ contract: 'x' })).toMatchObject({ status: 400, body: { errors: [{ field: 'contract' }] } });
  const { Items: told = [] } = await composition.table.client.send(
    new QueryCommand({
      TableName: tableName,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': `TEST#${stage}` },
    }),
  );
  expect(told).toHaveLength(1);
  const sent: Parameters<SendNotice>[0][] = [];
  const send: SendNotice = (notice) => Promise.resolve(void sent.push(notice));
  const notifier = { releases, stages, drifts, stage, send };
  expect(await notifyOfTestFailure(notifier, beginCall().id, body)).toBe(2);
  expect(sent.map((it) => it.owner.name).sort()).toEqual([`Team ${owner}`, `Team ${user}`].sort());
  expect(sent[0]?.text).toContain('reads an order');
});

it('takes a mock as a provider, so that its callers can go, and in no stage that serves customers', async () => {
  const [owner, user] = [newService('owner'), newService('user')];
  const needs = { [`${owner}/GetThing`]: { kind: 'endpoint' as const, schema: endpoint } };
  const caller = { service: user, label: await labelOf(manifestOf(user, {}, needs)) };
  const mock = { ...manifestOf(owner, { GetThing: { kind: 'endpoint', schema: endpoint } }), mock: true };
  const release = { service: owner, label: await labelOf(mock) };
  const others = manifestOf(newService(), { Other: { schema } });
  const stage = await stageWith(others);
  expect((await canDeploy(stage, caller)).answer).toBe('no');
  expect((await canDeploy(stage, release)).answer).toBe('yes');
  await live(stage, release, 1);
  expect((await canDeploy(stage, caller)).answer).toBe('yes');
  const other = { service: others.service, label: await labelOf(others) };
  await live('live1', other, 0, true);
  expect(await canDeploy('live1', release)).toMatchObject({
    answer: 'no',
    blockers: [{ code: 'mock-in-production', provider: { service: owner } }],
  });
});
