import { beginCall } from '@dure/contracts/binding/call';
import { expect, it } from '@jest/globals';
import { findDrift, reportDrift } from '../src/application/find-drift.ts';
import { notifyOfDrift, type SendNotice } from '../src/application/notify-owners.ts';
import { startBus } from './bus.ts';

const bus = await startBus();
const { composition, get, manifestOf, newService, object, published, ssm, stageWith } = await import('./service.ts');
const { openBusRules } = await import('../src/store/bus-rules.ts');
const { drifts, readArtefacts, releases, stages } = composition;
const schema = object({ id: { type: 'string' } });

/** A stage whose bus brings each consumer what it requires, as the plugin makes it. */
async function deployed() {
  const [orders, mail] = [newService('orders'), newService('mail')];
  const needs = { [`${orders}/Placed`]: { schema }, [`${orders}/Ship`]: { kind: 'command' as const, schema } };
  const manifests = [
    manifestOf(orders, { Placed: { schema }, Noted: { schema }, Ship: { kind: 'command', schema } }),
    manifestOf(mail, {}, needs),
  ];
  const stage = await stageWith(...manifests);
  for (const { service, digest } of manifests) ssm.put(`/dure/${stage}/${service}/artefacts`, digest);
  await bus.open(stage);
  const placed = `dure-${stage}-${mail}-facts-Placed-v1`;
  const rules = {
    [placed]: {
      source: [`dure.${orders}`],
      'detail-type': ['Placed.v1'],
      detail: { data: { id: [{ exists: true }] } },
    },
    // A command comes from who may send it, and one's own events need nobody's leave.
    [`dure-${stage}-${orders}-commands-Ship-v1`]: { source: [`dure.${mail}`], 'detail-type': ['Ship.v1'] },
    [`dure-${stage}-${orders}-views-Noted-v1`]: { source: [`dure.${orders}`], 'detail-type': ['Noted.v1'] },
    [`dure-${stage}-${orders}-all-Everything`]: { source: [{ prefix: 'dure.' }] },
    'of-the-account': { source: ['aws.s3'] },
  };
  for (const [name, pattern] of Object.entries(rules)) await bus.rule(stage, name, pattern);
  const readRules = openBusRules(() => `dure-${stage}`);
  const needed = { stages, releases, drifts, readArtefacts, readRules };
  const find = () => findDrift(needed, stage, beginCall().time);
  return { orders, mail, stage, placed, needed, find };
}

it('finds no drift where the bus brings what is required', async () => {
  const { find } = await deployed();
  expect(await find()).toEqual([]);
});

it('finds a rule that is switched off, tells the owner of who is deaf once, and that it has ended', async () => {
  const { mail, orders, stage, placed, needed, find } = await deployed();
  await bus.disable(stage, placed);
  const rules = { missing: [`${orders}/Placed@1`], unknown: [] };
  expect(await find()).toMatchObject([{ service: mail, kind: 'different', rules }]);
  const report = () => reportDrift(needed, beginCall(), stage);
  expect([await report(), await report()]).toEqual([
    { found: 1, ended: 0 },
    { found: 0, ended: 0 },
  ]);
  const sent: Parameters<SendNotice>[0][] = [];
  const send: SendNotice = (notice) => Promise.resolve(void sent.push(notice));
  await notifyOfDrift({ releases, stages, drifts, stage, send }, 'event', mail);
  expect(sent).toMatchObject([
    { owner: { name: `Team ${mail}` }, text: expect.stringContaining(`misses ${orders}/Placed@1`) },
  ]);
  await bus.rule(stage, placed, { source: [`dure.${orders}`], 'detail-type': ['Placed.v1'] });
  expect(await report()).toEqual({ found: 0, ended: 1 });
  expect((await published(`${stage}/${mail}`)).map(({ type, data }) => [type, data['rules']])).toEqual([
    ['dure.registry.DriftFound.v1', rules],
    ['dure.registry.DriftEnded.v1', undefined],
  ]);
});

it('finds a rule without a target', async () => {
  const { mail, orders, stage, placed, find } = await deployed();
  await bus.removeTarget(stage, placed);
  expect(await find()).toMatchObject([{ service: mail, rules: { missing: [`${orders}/Placed@1`], unknown: [] } }]);
});

it('finds a rule that is off where another brings the same to the service', async () => {
  const { orders, mail, stage, placed, find } = await deployed();
  await bus.rule(stage, `dure-${stage}-${mail}-copies-Everything`, { source: [{ prefix: 'dure.' }] });
  await bus.rule(stage, `${mail}-copy`, { source: [`dure.${orders}`], 'detail-type': ['Placed.v1'] });
  await bus.disable(stage, placed);
  expect(await find()).toMatchObject([{ service: mail, rules: { missing: [`${orders}/Placed@1`], unknown: [] } }]);
});

it('finds a command that nobody hears', async () => {
  const { orders, stage, find } = await deployed();
  await bus.disable(stage, `dure-${stage}-${orders}-all-Everything`);
  await bus.disable(stage, `dure-${stage}-${orders}-commands-Ship-v1`);
  expect(await find()).toMatchObject([{ service: orders, rules: { missing: [`${orders}/Ship@1`] } }]);
});

it('finds rules that somebody planted: for a service that does not require it, and for nobody', async () => {
  const { mail, orders, stage, find } = await deployed();
  const noted = { source: [`dure.${orders}`], 'detail-type': ['Noted.v1'] };
  await bus.rule(stage, `${mail}-copy`, noted);
  await bus.rule(stage, 'listener', noted);
  expect(await find()).toMatchObject([
    { service: mail, kind: 'different', rules: { missing: [], unknown: [`${mail}-copy`] } },
    { service: 'listener', kind: 'unregistered', rules: { missing: [], unknown: ['listener'] } },
  ]);
});

const planted: [string, (orders: string) => object][] = [
  [
    'a type beside one that is required',
    (orders) => ({ source: [`dure.${orders}`], 'detail-type': ['Placed.v1', 'Noted.v1'] }),
  ],
  [
    'a type beside a prefix',
    (orders) => ({ source: [`dure.${orders}`], 'detail-type': ['Noted.v1', { prefix: 'P' }] }),
  ],
  ['a type of every service', () => ({ source: [{ prefix: 'dure.' }], 'detail-type': ['Noted.v1'] })],
  [
    'a sender beside one that is required',
    (orders) => ({ source: [`dure.${orders}`, 'dure.other'], 'detail-type': ['Placed.v1'] }),
  ],
  ['everything', () => ({ source: [{ prefix: 'dure.' }] })],
  [
    'either of two',
    (orders) => ({
      $or: [{ 'detail-type': ['Noted.v1'] }, { source: [`dure.${orders}`], 'detail-type': ['Placed.v1'] }],
    }),
  ],
];

it.each(planted)('finds a rule that somebody planted for %s', async (_, pattern) => {
  const { mail, orders, stage, find } = await deployed();
  await bus.rule(stage, `${mail}-copy`, pattern(orders));
  expect(await find()).toMatchObject([{ service: mail, rules: { missing: [], unknown: [`${mail}-copy`] } }]);
});

const harmless: [string, (orders: string) => object][] = [
  ['of AWS alone', () => ({ source: [{ prefix: 'aws.' }] })],
  ['of nobody here', () => ({ source: [{ 'anything-but': { prefix: 'dure.' } }] })],
];

it.each(harmless)('lets rules be that hear what is %s', async (_, pattern) => {
  const { orders, stage, find } = await deployed();
  await bus.rule(stage, 'listener', pattern(orders));
  expect(await find()).toEqual([]);
});

const bringing: [string, (orders: string) => object][] = [
  ['the beginning of a type', (orders) => ({ source: [`dure.${orders}`], 'detail-type': [{ prefix: 'Plac' }] })],
  [
    'all but another type',
    (orders) => ({ source: [`dure.${orders}`], 'detail-type': [{ 'anything-but': 'Noted.v1' }] }),
  ],
  [
    'a type in any case',
    (orders) => ({ source: [`dure.${orders}`], 'detail-type': [{ 'equals-ignore-case': 'placed.V1' }] }),
  ],
];
const deaf: [string, (orders: string) => object][] = [
  ['another suffix', (orders) => ({ source: [`dure.${orders}`], 'detail-type': [{ suffix: '.v2' }] })],
  ['all but the type', (orders) => ({ source: [`dure.${orders}`], 'detail-type': [{ 'anything-but': 'Placed.v1' }] })],
  ['all but the sender', (orders) => ({ source: [{ 'anything-but': `dure.${orders}` }] })],
];

it.each(bringing)('knows that a rule for %s brings what is required', async (_, pattern) => {
  const { orders, stage, placed, find } = await deployed();
  await bus.rule(stage, placed, pattern(orders));
  expect(await find()).toEqual([]);
});

it.each(deaf)('knows that a rule for %s does not bring what is required', async (_, pattern) => {
  const { mail, orders, stage, placed, find } = await deployed();
  await bus.rule(stage, placed, pattern(orders));
  expect(await find()).toMatchObject([{ service: mail, rules: { missing: [`${orders}/Placed@1`] } }]);
});

it('shows both, with what to do', async () => {
  const { mail, orders, stage, placed } = await deployed();
  const before = { STAGE: process.env['STAGE'], BUS_NAME: process.env['BUS_NAME'] };
  Object.assign(process.env, { STAGE: stage, BUS_NAME: `dure-${stage}` });
  try {
    await bus.disable(stage, placed);
    await bus.rule(stage, 'listener', { source: [`dure.${orders}`] });
    const { body } = await get('/stages/{stage}/drift', { stage });
    expect(body['items']).toMatchObject([
      { service: mail, rules: { missing: [`${orders}/Placed@1`] }, remedy: `Deploy ${mail} again.` },
      { service: 'listener', rules: { unknown: ['listener'] }, remedy: expect.stringContaining('remove the rule') },
    ]);
  } finally {
    Object.assign(process.env, before);
  }
});
