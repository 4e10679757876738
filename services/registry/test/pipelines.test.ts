import { announce } from '@dure/release-gate/deployment';
import { askGate } from '@dure/release-gate/gate';
import type { Registry } from '@dure/release-gate/registry';
import type { Manifest } from '@dure/contracts/registry';
import { expect, it } from '@jest/globals';
import { canDeploy, composition, get, labelOf, manifestOf, newService, object, record, stageWith } from './service.ts';

/* Pipelines of one stage at the same time: the gate that they run, against this registry. */

const { stages } = composition;
const whole = object({ id: { type: 'string' }, name: { type: 'string' } });
const less = object({ id: { type: 'string' } });

const registry = {
  register: (manifest) => labelOf(manifest as unknown as Manifest),
  canDeploy: async (stage, releases) =>
    (await canDeploy(stage, ...releases.map(({ service, label }) => ({ service, label })))) as never,
  async record(stage, { service, label, ...body }, token) {
    const answer = await record(stage, { service, label }, token, body);
    if (answer.status === 412) return undefined;
    if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
    return Number(answer.body['token']);
  },
  async stage(stage) {
    const { body } = await get('/stages/{stage}', { stage });
    return { token: Number(body['token']), running: body['items'] as never };
  },
} satisfies Partial<Registry> as unknown as Registry;

type GateManifest = Parameters<typeof askGate>[2][number];

/** Asks, announces, deploys and records; asks again where the stage has changed, as the tools do. */
async function pipeline(stage: string, ...manifests: Manifest[]): Promise<'yes' | 'no'> {
  for (let tries = 0; tries < 3; tries += 1) {
    const answer = await askGate(registry, stage, manifests as unknown as GateManifest[]);
    if (answer.answer !== 'yes') return 'no';
    const deployment = await announce(registry, answer);
    if (deployment === undefined) continue;
    for (const { service } of manifests) await deployment.done(service);
    return 'yes';
  }
  throw new Error('The stage changed too often.');
}

/** What runs: the labels that are live, and how many are candidates. */
async function running(stage: string) {
  const { entries } = (await stages.load(stage))!;
  const of = (state: string) =>
    entries.filter((it) => it.state === state).map(({ service, label }) => `${service} ${label}`);
  return { live: of('live').sort(), candidates: of('candidate') };
}

/** A service that both pipelines have and that stays as it is, a provider, and a reader of one of its fields. */
async function shop() {
  const [same, owner, reader] = [newService('a-same'), newService('orders'), newService('reader')];
  const reads = (...fields: string[]) => manifestOf(reader, {}, { [`${owner}/Placed`]: { schema: whole, fields } });
  const unchanged = manifestOf(same, { Noted: { schema: less } });
  const stage = await stageWith(unchanged, manifestOf(owner, { Placed: { schema: whole } }), reads('id'));
  return { stage, unchanged, owner, reader, without: manifestOf(owner, { Placed: { schema: less } }), reads };
}

it('lets one of two pipelines pass whose releases break each other, and leaves nothing of the other', async () => {
  for (let round = 0; round < 5; round += 1) {
    const { stage, unchanged, without, reads } = await shop();
    const reader = reads('id', 'name');
    const before = (await running(stage)).live;
    const answers = await Promise.all([pipeline(stage, unchanged, without), pipeline(stage, unchanged, reader)]);
    expect(answers.sort()).toEqual(['no', 'yes']);
    const after = await running(stage);
    expect(after.candidates).toEqual([]);
    // One service has another release, and the others are what they were.
    expect(after.live).toHaveLength(before.length);
    expect(after.live.filter((it) => before.includes(it))).toHaveLength(before.length - 1);
  }
}, 120_000);

it('lets two pipelines pass that break nobody, and records what both have deployed', async () => {
  const { stage, unchanged, owner, reads } = await shop();
  const more = object({ id: { type: 'string' }, name: { type: 'string' }, note: { type: 'string' } });
  const [provider, reader] = [manifestOf(owner, { Placed: { schema: more } }), reads('name')];
  expect(await Promise.all([pipeline(stage, unchanged, provider), pipeline(stage, unchanged, reader)])).toEqual([
    'yes',
    'yes',
  ]);
  const { live, candidates } = await running(stage);
  expect(candidates).toEqual([]);
  for (const manifest of [unchanged, provider, reader]) {
    expect(live).toContain(`${manifest.service} ${await labelOf(manifest)}`);
  }
}, 60_000);

it('announces nothing by a verdict that is older than the stage, though what comes first runs already', async () => {
  const { stage, unchanged, without, reads } = await shop();
  const before = (await running(stage)).live;
  const answer = await askGate(registry, stage, [unchanged, without] as unknown as GateManifest[]);
  expect(answer.answer).toBe('yes');
  const other = await askGate(registry, stage, [reads('name')] as unknown as GateManifest[]);
  expect(await announce(registry, other)).toBeDefined();
  expect(await announce(registry, answer)).toBeUndefined();
  expect((await running(stage)).live).toEqual(before);
});

it('takes back only what it has announced itself', async () => {
  const { stage, unchanged, owner, without, reads } = await shop();
  const first = await askGate(registry, stage, [without] as unknown as GateManifest[]);
  expect(await announce(registry, first)).toBeDefined();
  const { token } = await registry.stage(stage);
  const added = { service: newService('z-new'), label: '' };
  const manifests = [unchanged, without, manifestOf(added.service, { Noted: { schema: less } })];
  const second = await askGate(registry, stage, manifests as unknown as GateManifest[]);
  expect([second.answer, second.token]).toEqual(['yes', token]);
  let asked = 0;
  const disturbed: Registry = {
    ...registry,
    // Somebody else records something before the last one.
    async record(...given) {
      asked += 1;
      if (asked === 3)
        await registry.record(
          stage,
          { service: reads().service, label: await labelOf(reads('id')), state: 'candidate' },
          token,
        );
      return registry.record(...given);
    },
  };
  expect(await announce(disturbed, second)).toBeUndefined();
  const { live, candidates } = await running(stage);
  expect(live).toContain(`${unchanged.service} ${await labelOf(unchanged)}`);
  expect(candidates).toContain(`${owner} ${await labelOf(without)}`);
});
