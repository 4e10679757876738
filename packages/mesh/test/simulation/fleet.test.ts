import { describe, expect, it } from '@jest/globals';
import { type PolicyDocument, readPolicy } from '../../src/policy.ts';
import { type Outcome, runFleet, type World } from './fleet.ts';

const SERVICES = ['orders', 'payments', 'shipping', 'catalog', 'inventory'];
const policiesOf = (change: Partial<PolicyDocument> = {}) =>
  SERVICES.map((service) => {
    const read = readPolicy({
      ...{ service, revision: 1, routes: [{ match: { operation: '*' }, to: ['v1', 'v2'] }] },
      targets: { v1: { url: 'https://v1.example' }, v2: { url: 'https://v2.example' } },
      ...change,
    });
    if ('faults' in read) throw new Error(JSON.stringify(read.faults));
    return read.policy;
  });

/** Answers as a healthy service does: mostly in 20 to 60 ms, one of a thousand fails. */
const well = (random: () => number) => ({ status: random() < 0.001 ? 503 : 200, takes: 20 + 40 * random() });

const sum = ({ seconds }: Outcome, from: number, to: number, of: 'calls' | 'tries' | 'answered'): number =>
  seconds.slice(from, to).reduce((all, second) => all + second[of], 0);

const MINUTE = 60;

describe('a thousand environments that call five services for ten minutes, 200 calls a second', () => {
  // One service is away for three minutes, another fails by halves, one target of a third is slow.
  const world: World = (service, target, second, random) => {
    const isTrouble = second >= 2 * MINUTE && second < 5 * MINUTE;
    if (isTrouble && service === 'payments') return undefined;
    if (isTrouble && service === 'shipping') return random() < 0.5 ? { status: 503, takes: 10 } : well(random);
    if (isTrouble && service === 'orders' && target === 'v2') return { status: 200, takes: 1_500 };
    return well(random);
  };
  const run = runFleet({
    ...{ seed: 7, environments: 1_000, policies: policiesOf(), seconds: 10 * MINUTE, callsPerSecond: 200, world },
  });

  it('never make more tries than a fifth above the calls, and ten a second', async () => {
    const outcome = await run;
    expect(sum(outcome, 0, 600, 'calls')).toBeGreaterThan(118_000);
    for (let second = 0; second < 600; second += 10) {
      const calls = sum(outcome, second, second + 10, 'calls');
      // Each environment begins with half a retry, which is spent once in its life.
      expect(sum(outcome, second, second + 10, 'tries')).toBeLessThanOrEqual(1.2 * calls + 10 * 10 * SERVICES.length);
    }
    expect(sum(outcome, 0, 600, 'tries')).toBeLessThanOrEqual(1.2 * sum(outcome, 0, 600, 'calls') + 10 * 600);
  }, 120_000);

  it('lose nothing before the trouble and after it', async () => {
    const outcome = await run;
    for (const [from, to] of [
      [0, 110],
      [420, 600],
    ] as const) {
      expect(sum(outcome, from, to, 'answered') / sum(outcome, from, to, 'calls')).toBeGreaterThan(0.999);
    }
  });

  it('open breakers of what is away, not of what is well', async () => {
    const { openings } = await run;
    expect(openings['payments']).toBeGreaterThan(500);
    // Once for each environment in three minutes is no flapping.
    expect(openings['payments']).toBeLessThan(1_500);
    for (const service of ['catalog', 'inventory', 'orders']) expect(openings[service] ?? 0).toBe(0);
  });

  it('is the same run for the same seed', async () => {
    const little = { environments: 20, policies: policiesOf(), seconds: 20, callsPerSecond: 50, world };
    const [one, other, another] = await Promise.all([3, 3, 4].map((seed) => runFleet({ ...little, seed })));
    expect(one).toEqual(other);
    expect(one).not.toEqual(another);
  });
});

describe('a hundred environments that call two targets', () => {
  const run = (world: World, change: Partial<PolicyDocument> = {}) =>
    runFleet({
      ...{ seed: 11, environments: 100, policies: policiesOf(change).slice(0, 1) },
      seconds: 240,
      callsPerSecond: 200,
      world,
    });
  const shareOf = ({ seconds }: Outcome, target: string, from: number, to: number): number => {
    const part = seconds.slice(from, to);
    const count = part.reduce((all, { byTarget }) => all + (byTarget[target] ?? 0), 0);
    return count / part.reduce((all, { tries }) => all + tries, 0);
  };

  it.each<[string, World]>([
    [
      'fails fast',
      (_, target, second, random) => (target === 'v2' && second > 30 ? { status: 500, takes: 1 } : well(random)),
    ],
    ['is dead', (_, target, second, random) => (target === 'v2' && second > 30 ? undefined : well(random))],
    [
      'is slow',
      (_, target, second, random) => (target === 'v2' && second > 30 ? { status: 200, takes: 900 } : well(random)),
    ],
  ])(
    'keep most away from one that %s',
    async (_, world) => {
      const outcome = await run(world);
      expect(shareOf(outcome, 'v2', 0, 30)).toBeGreaterThan(0.4);
      expect(shareOf(outcome, 'v2', 60, 240)).toBeLessThan(0.05);
      expect(sum(outcome, 60, 240, 'answered') / sum(outcome, 60, 240, 'calls')).toBeGreaterThan(0.98);
    },
    60_000,
  );

  it('come back to one that is well again', async () => {
    const world: World = (_, target, second, random) =>
      target === 'v2' && second > 30 && second < 60 ? undefined : well(random);
    const outcome = await run(world);
    expect(shareOf(outcome, 'v2', 180, 240)).toBeGreaterThan(0.35);
  }, 60_000);

  it('give a version that fails no more than its weight, also by retries', async () => {
    const routes = [{ match: { operation: '*' }, to: { v1: 9_500, v2: 500 } }];
    const world: World = (_, target, __, random) => (target === 'v2' ? { status: 500, takes: 1 } : well(random));
    const outcome = await run(world, { routes });
    expect(shareOf(outcome, 'v2', 0, 240)).toBeLessThan(0.055);
  }, 60_000);
});

describe('environments that share their breakers', () => {
  const run = (world: World, { shares = true, isUneven = false } = {}) =>
    runFleet({
      ...{ seed: 5, environments: 200, policies: policiesOf().slice(0, 1), seconds: 150, callsPerSecond: 200 },
      ...{ world, shares, isUneven },
    });
  const share = (of: Outcome, from: number, to: number) => sum(of, from, to, 'answered') / sum(of, from, to, 'calls');

  it('are not closed by one whose network is broken, nor by a twentieth of them', async () => {
    const outcome = await run((_, __, ___, random, environment) => (environment % 20 === 0 ? undefined : well(random)));
    expect(outcome.openings['orders']).toBeGreaterThanOrEqual(5);
    expect(outcome.together).toEqual({});
    // Nineteen twentieths of the calls are of environments that are well: all of those are answered.
    expect(share(outcome, 0, 150)).toBeGreaterThan(0.9);
  }, 60_000);

  it('spare what is away the calls of those that have few, and come back to it within half a minute', async () => {
    const isAway = (second: number) => second >= 30 && second < 90;
    const world: World = (_, __, second, random) => (isAway(second) ? { status: 503, takes: 10 } : well(random));
    const together = await run(world, { isUneven: true });
    const alone = await run(world, { isUneven: true, shares: false });
    expect(together.together['orders']?.[0]).toBeLessThan(45);
    expect(sum(together, 30, 90, 'tries')).toBeLessThan(sum(alone, 30, 90, 'tries'));
    expect(sum(together, 30, 45, 'tries')).toBeLessThan(0.9 * sum(alone, 30, 45, 'tries'));
    expect(share(together, 120, 150)).toBeGreaterThan(0.9);
  }, 60_000);
});
