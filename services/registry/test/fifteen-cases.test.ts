import type { Manifest } from '@dure/contracts/registry';
import { expect, it } from '@jest/globals';
import {
  canDeploy,
  labelOf,
  live,
  manifestOf,
  newDigest,
  newService,
  newStage,
  object,
  record,
  stageWith,
  type Verdict,
} from './service.ts';

/** What has to be right of a gate, over HTTP, through the service as it is deployed. */

const text = { type: 'string' };
const number = { type: 'integer' };
const status = (...values: string[]) => ({ type: 'string', enum: values });

async function release(manifest: Manifest) {
  return { service: manifest.service, label: await labelOf(manifest) };
}

async function tokenOf(stage: string): Promise<number> {
  return (await canDeploy(stage, { service: 'nobody', label: 'none' })).token;
}

const codes = (verdict: Verdict, list: 'blockers' | 'warnings' = 'blockers') => verdict[list].map(({ code }) => code);

const whole = object({ id: text, name: text, nameHistory: text, note: text });
const [orders, reader] = [newService('orders'), newService('reader')];
const event = `${orders}/Placed`;
const provider = (schema: object) => manifestOf(orders, { Placed: { schema: schema as typeof whole } });
const reads = (...fields: string[]) => manifestOf(reader, {}, { [event]: { schema: whole, fields } });

it('1. judges by every version that is live', async () => {
  const old = provider(object({ id: text }));
  const stage = await stageWith(old, provider(whole));
  await record(stage, { service: orders, label: await labelOf(old) }, await tokenOf(stage), { state: 'candidate' });
  const verdict = await canDeploy(stage, await release(reads('name')));
  expect(verdict).toMatchObject({ answer: 'no', blockers: [{ contract: `${event}@1`, at: 'name' }] });
});

it('2. lets a provider go whose consumer is not in the stage', async () => {
  await labelOf(reads('name'));
  const stage = await stageWith(provider(whole));
  expect(await canDeploy(stage, await release(provider(object({ id: text }))))).toMatchObject({ answer: 'yes' });
});

it('3. lets a field go that nobody declares', async () => {
  const stage = await stageWith(provider(whole), reads('id', 'name'));
  const after = provider(object({ id: text, name: text, nameHistory: text }));
  expect(await canDeploy(stage, await release(after))).toMatchObject({ answer: 'yes' });
});

it('4. tells fields apart by their whole names', async () => {
  const stage = await stageWith(provider(whole), reads('name', 'nameHistory'));
  const after = await release(provider(object({ id: text, name: text, note: text })));
  expect(await canDeploy(stage, after)).toMatchObject({
    answer: 'no',
    blockers: [{ at: 'nameHistory', consumer: { service: reader }, provider: { service: orders } }],
  });
  const only = await stageWith(provider(whole), reads('name'));
  expect((await canDeploy(only, after)).answer).toBe('yes');
});

const endpoint = (response: object, request?: object) => ({
  kind: 'endpoint' as const,
  schema: {
    method: 'POST',
    path: '/v1/orders',
    parameters: [],
    ...(request && { request: { mediaType: 'application/json', required: true, schema: request } }),
    responses: { '200': { mediaType: 'application/json', schema: response } },
  },
});

it('5. lets an answer grow a value for those who do not read it', async () => {
  const [before, after] = [status('open'), status('open', 'closed')].map((it) =>
    endpoint(object({ id: text, state: it })),
  );
  const calls = (...fields: string[]) => manifestOf(reader, {}, { [`${orders}/Get`]: { ...before!, fields } });
  const next = await release(manifestOf(orders, { Get: after! }));
  const stage = await stageWith(manifestOf(orders, { Get: before! }), calls('state'));
  expect((await canDeploy(stage, next)).answer).toBe('no');
  const careless = await stageWith(manifestOf(orders, { Get: before! }), calls('id'));
  expect((await canDeploy(careless, next)).answer).toBe('yes');
});

it('6. lets a request grow a value, and not lose one', async () => {
  const [one, two] = [status('a'), status('a', 'b')].map((it) => ({
    kind: 'command' as const,
    schema: object({ id: text, way: it }),
  }));
  const sends = (it: typeof one) => manifestOf(reader, {}, { [`${orders}/Ship`]: { ...it!, fields: ['*'] } });
  const small = await stageWith(manifestOf(orders, { Ship: one! }), sends(one));
  expect((await canDeploy(small, await release(manifestOf(orders, { Ship: two! })))).answer).toBe('yes');
  const large = await stageWith(manifestOf(orders, { Ship: two! }), sends(two));
  expect((await canDeploy(large, await release(manifestOf(orders, { Ship: one! })))).answer).toBe('no');
});

it('7. refuses a roll-back to a provider that lacks what is read', async () => {
  const old = await release(provider(object({ id: text })));
  const stage = await stageWith(provider(whole), reads('name'));
  expect(await canDeploy(stage, old)).toMatchObject({ answer: 'no', blockers: [{ at: 'name' }] });
});

it('8. lets a reader go before its event, and no caller before its endpoint', async () => {
  const stage = await stageWith(manifestOf(newService(), { Other: { schema: whole } }));
  const early = await canDeploy(stage, await release(reads('name')));
  expect(early.answer).toBe('yes');
  expect(codes(early, 'warnings')).toEqual(['no-provider-yet']);
  const caller = manifestOf(reader, {}, { [`${orders}/Get`]: endpoint(object({ id: text })) });
  const verdict = await canDeploy(stage, await release(caller));
  expect([verdict.answer, ...codes(verdict)]).toEqual(['no', 'no-provider']);
});

it('9. warns of a field that is new and optional, and that the provider does not have yet', async () => {
  const stage = await stageWith(provider(object({ id: text })));
  const built = object({ id: text, gift: text }, ['id']);
  const verdict = await canDeploy(
    stage,
    await release(manifestOf(reader, {}, { [event]: { schema: built, fields: ['id', 'gift'] } })),
  );
  expect(verdict).toMatchObject({ answer: 'yes', warnings: [{ at: 'gift' }] });
});

it('10. refuses a removal after the sunset while one uses it, and not afterwards', async () => {
  const before = provider(whole);
  const [it] = before.provides;
  const past = { since: '2025-01-05T00:00:00.000Z', sunset: '2025-06-05T00:00:00.000Z' };
  const announced = { ...before, provides: [{ ...it!, deprecated: past }] };
  const next = await release(manifestOf(orders, { Other: { schema: whole } }));
  const stage = await stageWith(announced, reads('name'));
  const verdict = await canDeploy(stage, next);
  expect([verdict.answer, ...codes(verdict)]).toEqual(['no', 'contract-removed']);
  const unused = await stageWith(announced);
  expect((await canDeploy(unused, next)).answer).toBe('yes');
});

it('11. does not know what was never registered, what is empty, and what is other than registered', async () => {
  const stage = await stageWith(provider(whole));
  const unknown = await canDeploy(stage, { service: orders, label: 'v9_20200101-1' });
  expect([unknown.answer, ...codes(unknown)]).toEqual(['unknown', 'release-unknown']);
  const empty = await canDeploy(stage, await release(manifestOf(newService(), {})));
  expect([empty.answer, ...codes(empty)]).toEqual(['unknown', 'release-empty']);
  const differs = await canDeploy(stage, { ...(await release(provider(whole))), digest: newDigest() });
  expect([differs.answer, ...codes(differs)]).toEqual(['unknown', 'artefacts-differ']);
});

it('12. says unknown of a stage in which nothing was recorded: a pipeline stops there', async () => {
  const verdict = await canDeploy(newStage(), await release(provider(whole)));
  expect([verdict.answer, ...codes(verdict)]).toEqual(['unknown', 'stage-unknown']);
});

it('13. lets one of two deployments through that break together', async () => {
  const stage = await stageWith(provider(whole));
  const [shrunk, user] = await Promise.all([release(provider(object({ id: text }))), release(reads('name'))]);
  const verdicts = await Promise.all([canDeploy(stage, shrunk), canDeploy(stage, user)]);
  expect(verdicts.map(({ answer }) => answer)).toEqual(['yes', 'yes']);
  const recorded = await Promise.all(
    [shrunk, user].map((it, index) => record(stage, it, verdicts[index]!.token, { state: 'candidate' })),
  );
  expect(recorded.map((it) => it.status).sort()).toEqual([200, 412]);
  const loser = recorded[0]!.status === 412 ? shrunk : user;
  expect((await canDeploy(stage, loser)).answer).toBe('no');
});

it('14. finds the order of changes on both sides, and names a true cycle', async () => {
  const get = { [`${orders}/Get`]: endpoint(object({ id: text })) };
  const stage = await stageWith(provider(whole));
  const owner = await release(manifestOf(orders, { Placed: { schema: whole }, Get: endpoint(object({ id: text })) }));
  const caller = await release(manifestOf(reader, { Noted: { schema: whole } }, get));
  expect(await canDeploy(stage, caller, owner)).toMatchObject({ answer: 'yes', order: [orders, reader] });
  const needsReader = manifestOf(
    orders,
    { Placed: { schema: whole }, Get: endpoint(object({ id: text })) },
    { [`${reader}/Ask`]: endpoint(object({ id: number })) },
  );
  const needsOrders = manifestOf(reader, { Ask: endpoint(object({ id: number })) }, get);
  const knot = await canDeploy(stage, await release(needsOrders), await release(needsReader));
  expect(knot.answer).toBe('no');
  expect([...(knot.cycle ?? [])].sort()).toEqual([orders, reader].sort());
});

it('15. stops asking for what a consumer dropped once the version that had it is gone', async () => {
  const stage = await stageWith(provider(whole), reads('name'));
  const next = await release(provider(object({ id: text, nameHistory: text, note: text })));
  expect((await canDeploy(stage, next)).answer).toBe('no');
  const token = await live(stage, await release(reads('id')), await tokenOf(stage));
  expect(await canDeploy(stage, next)).toMatchObject({ answer: 'yes', token });
  // Its messages of the old kind are still under way, so a new reader of what they lack is told.
  await live(stage, next, token);
  const late = manifestOf(
    newService('late'),
    {},
    { [event]: { schema: object({ id: text, added: text }), fields: ['added'] } },
  );
  expect((await canDeploy(stage, await release(late))).answer).toBe('no');
});
