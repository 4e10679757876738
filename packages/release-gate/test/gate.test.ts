import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { announce, bootstrap, recordRemoval } from '../src/deployment.ts';
import { askGate, askToRemove, EXIT } from '../src/gate.ts';
import { openRegistry, type Registry, RegistryUnknown } from '../src/registry.ts';
import { inWords } from '../src/words.ts';
import { type FakeRegistry, startRegistry, type Trouble } from './fake-registry.ts';
import { beds, seeds } from './seeds.ts';

let fake: FakeRegistry;
let registry: Registry;

beforeEach(async () => {
  fake = await startRegistry();
  registry = openRegistry({ baseUrl: fake.url });
  fake.runs(seeds('sort', 'depth'));
  fake.runs(beds('depth'));
});
afterEach(() => fake.stop());

const ask = (...fields: string[]) => askGate(registry, 'dev', [seeds(...fields)]);

describe('the gate', () => {
  it('lets pass what breaks nobody', async () => {
    const answer = await ask('sort', 'depth', 'colour');
    expect(answer).toMatchObject({ answer: 'yes', releases: [{ service: 'seeds', label: 'v1_20260101-2' }] });
    expect(EXIT[answer.answer]).toBe(0);
    expect(inWords(answer)).toBe('✓ May be deployed to dev (seeds v1_20260101-2)\n');
  });

  it('lets a field go that nobody declares', async () => {
    expect(await ask('depth')).toMatchObject({ answer: 'yes', blockers: [] });
  });

  it('says who would break, on which field, whose it is and what to do', async () => {
    const answer = await ask('sort');
    expect(EXIT[answer.answer]).toBe(1);
    const [head, , columns, row, what, remedy] = inWords(answer).split('\n');
    expect(head).toBe('✗ May not be deployed to dev (seeds v1_20260101-2)');
    expect(columns).toMatch(/^ {2}who would break +whose +contract +field$/);
    expect(row).toMatch(/^ {2}beds v1_20260101-1 +Team Beds +seeds\/SeedSown@1 +depth$/);
    expect(what).toMatch(/^ {4}depth .*beds v1_20260101-1 \(Team Beds\) reads it/);
    expect(remedy).toMatch(/^ {4}→ Keep depth as it was/);
  });

  it('prints an override that lets it pass', async () => {
    fake.override = true;
    const answer = await ask('sort');
    expect(answer.answer).toBe('yes');
    expect(inWords(answer)).toMatch(
      /^✓ May be deployed to dev.*\n {2}overridden by Team Seeds until 2026-01-05T09:30:00.000Z \(It is agreed\.\):\n {2}beds v1_20260101-1 /,
    );
  });

  it.each<[Trouble, string]>([
    ['slow', 'took longer than 300 ms'],
    ['rubbish', 'answers what its contract does not have'],
    ['empty', 'answers what its contract does not have'],
    ['failing', 'does not register seeds'],
  ])('does not know, if the registry is %s', async (trouble, why) => {
    fake.trouble = trouble;
    const answer = await askGate(openRegistry({ baseUrl: fake.url, deadlineMs: 300 }), 'dev', [
      seeds('sort', 'depth', 'colour'),
    ]);
    expect(answer).toMatchObject({ answer: 'unknown', why: expect.stringContaining(why) });
    expect(EXIT[answer.answer]).toBe(2);
    expect(inWords(answer)).toMatch(/^\? Unknown whether it may be deployed to dev, so nothing is\n/);
    expect(fake.recorded).toEqual([]);
  });

  it.each<[Trouble, string]>([
    ['another stage', 'The registry was asked about dev, and answers about other.'],
    ['a yes with a reason', 'The registry says yes, and names who would break.'],
  ])('does not know, if the registry answers %s', async (trouble, why) => {
    fake.trouble = trouble;
    const answer = await ask('sort');
    expect(answer).toMatchObject({ answer: 'unknown', why });
    await expect(askToRemove(registry, 'dev', ['seeds'])).rejects.toThrow(why);
  });

  it('does not know, if the registry is down, or gets no release', async () => {
    const nothing = await askGate(registry, 'dev', []);
    expect(nothing.answer).toBe('unknown');
    await fake.stop();
    expect(await ask('sort', 'depth', 'colour')).toMatchObject({
      answer: 'unknown',
      why: expect.stringContaining('The registry does not answer: No answer from POST'),
    });
  });

  it('asks further checks only after a yes, and their reasons make it a no', async () => {
    const reason = { code: 'test', contract: 'seeds/SeedSown@1', what: 'It fails.', remedy: 'Mend it.' };
    let asked = 0;
    const check = async () => {
      asked += 1;
      return [reason];
    };
    expect(await askGate(registry, 'dev', [seeds('sort')], check)).toMatchObject({
      answer: 'no',
      blockers: [{ at: 'depth' }],
    });
    expect(asked).toBe(0);
    expect(await askGate(registry, 'dev', [seeds('sort', 'depth', 'colour')], check)).toMatchObject({
      answer: 'no',
      blockers: [reason],
    });
  });
});

describe('a deployment', () => {
  it('is a candidate first, and live when it runs', async () => {
    const deployment = await announce(registry, await ask('sort', 'depth', 'colour'));
    expect(deployment?.labelOf('seeds')).toBe('v1_20260101-2');
    await deployment?.done('seeds', [{ region: 'eu-west-1', url: 'https://seeds.example.com' }]);
    expect(fake.recorded).toEqual(['candidate seeds v1_20260101-2', 'live seeds v1_20260101-2']);
  });

  it('is no candidate any more after a failure', async () => {
    const deployment = await announce(registry, await ask('sort', 'depth', 'colour'));
    await deployment?.failed('seeds');
    expect(fake.recorded.at(-1)).toBe('removed seeds v1_20260101-2');
  });

  it('that failed stays live if it ran before', async () => {
    const deployment = await announce(registry, await ask('sort', 'depth'));
    await deployment?.done('seeds');
    const before = fake.recorded.length;
    await deployment?.failed('seeds');
    expect(fake.recorded).toHaveLength(before);
  });

  it('is asked for again, if the stage has changed since the verdict', async () => {
    const answer = await askGate(registry, 'dev', [seeds('depth'), beds('sort')]);
    let recordings = 0;
    fake.beforeRecording = () => {
      recordings += 1;
      if (recordings === 2) fake.token += 1;
    };
    expect(await announce(registry, { ...answer, token: fake.token })).toBeUndefined();
    expect(fake.recorded).toEqual(['candidate seeds v1_20260101-2', 'removed seeds v1_20260101-2']);
  });

  it('leaves no candidate behind, if one of its releases is refused', async () => {
    const answer = await askGate(registry, 'dev', [seeds('depth'), beds('sort')]);
    const refusing: Registry = {
      ...registry,
      record: (stage, recording, token) =>
        recording.service === 'beds'
          ? Promise.reject(new RegistryUnknown('An override has ended.'))
          : registry.record(stage, recording, token),
    };
    await expect(announce(refusing, answer)).rejects.toThrow('An override has ended.');
    expect(fake.recorded).toEqual(['candidate seeds v1_20260101-2', 'removed seeds v1_20260101-2']);
  });

  it('is recorded whoever else records something', async () => {
    const deployment = bootstrap(registry, 'dev', [{ service: 'seeds', label: 'v1_20260101-1' }]);
    let others = 2;
    fake.beforeRecording = () => {
      if ((others -= 1) >= 0) fake.token += 1;
    };
    await deployment.done('seeds');
    expect(fake.recorded).toEqual(['live seeds v1_20260101-1']);
    fake.beforeRecording = () => void (fake.token += 1);
    await expect(deployment.done('seeds')).rejects.toThrow(RegistryUnknown);
  });

  it('ends with the removal of what runs', async () => {
    await recordRemoval(registry, 'dev', 'beds');
    expect(fake.recorded).toEqual(['removed beds v1_20260101-1']);
  });
});
