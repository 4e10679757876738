import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { costNow, observe, PENALTY_MS } from '../src/latency.ts';
import { readPolicy } from '../src/policy.ts';
import { ejectIfOutlier, isEjected, newTarget, noteTry } from '../src/target.ts';

const NOW = 1_000_000_000_000;
const policyOf = (names: readonly string[], change: object = {}) => {
  const targets = Object.fromEntries(names.map((name) => [name, { url: `https://${name}.example` }]));
  const read = readPolicy({
    ...{ service: 'orders', revision: 1, targets, routes: [{ match: { operation: '*' }, to: [...names] }] },
    ...change,
  });
  if ('faults' in read) throw new Error(JSON.stringify(read.faults));
  return read.policy;
};
const targetsOf = (names: readonly string[]) => names.map((name) => newTarget(name, 40, NOW));
const half = () => 0.5;

describe('how long answers take', () => {
  it('a peak counts at once and is forgotten in about ten seconds', () => {
    const latency = { cost: 40, at: NOW };
    observe(latency, 900, NOW + 100);
    expect(latency.cost).toBe(900);
    observe(latency, 40, NOW + 200);
    expect(latency.cost).toBeGreaterThan(850);
    observe(latency, 40, NOW + 30_000);
    expect(latency.cost).toBeLessThan(100);
  });

  it('a failure is dearer than any answer, and is forgotten where nothing is tried', () => {
    const policy = policyOf(['a', 'b']);
    const [target] = targetsOf(['a']);
    noteTry(target!, policy, NOW, { result: 'failure', rtt: 1 });
    expect(target!.latency.cost).toBe(PENALTY_MS);
    expect(costNow(target!.latency, 40, NOW + 60_000)).toBeLessThan(60);
  });

  it('is never less than the least and never more than the most', () => {
    const answers = fc.array(fc.tuple(fc.integer({ min: 1, max: 5_000 }), fc.integer({ min: -50, max: 60_000 })));
    fc.assert(
      fc.property(answers, (all) => {
        const latency = { cost: 40, at: NOW };
        let now = NOW;
        for (const [rtt, later] of all) observe(latency, rtt, (now += later));
        const seen = [40, ...all.map(([rtt]) => rtt)];
        expect(latency.cost).toBeGreaterThanOrEqual(Math.min(...seen) - 1e-6);
        expect(latency.cost).toBeLessThanOrEqual(Math.max(...seen) + 1e-6);
      }),
    );
  });
});

describe('an outlier', () => {
  const fail = (times: number, target: ReturnType<typeof newTarget>, policy: ReturnType<typeof policyOf>) => {
    for (let time = 0; time < times; time += 1) noteTry(target, policy, NOW + time, { result: 'failure', rtt: 1 });
  };

  it('of two targets is ejected after five failures in a row', () => {
    const policy = policyOf(['a', 'b']);
    const [bad, good] = targetsOf(['a', 'b']);
    noteTry(good!, policy, NOW, { result: 'success', rtt: 30 });
    fail(4, bad!, policy);
    expect(ejectIfOutlier(bad!, [bad!, good!], policy, NOW + 5, half)).toBe(false);
    fail(1, bad!, policy);
    expect(ejectIfOutlier(bad!, [bad!, good!], policy, NOW + 5, half)).toBe(true);
    expect([isEjected(bad!, NOW + 30_000), isEjected(bad!, NOW + 30_006)]).toEqual([true, false]);
  });

  it('is ejected by its share of failures while the other is well', () => {
    const policy = policyOf(['a', 'b']);
    const [bad, good] = targetsOf(['a', 'b']);
    for (let time = 0; time < 20; time += 1) {
      noteTry(bad!, policy, NOW + time, { result: time % 2 === 0 ? 'success' : 'failure', rtt: 30 });
      noteTry(good!, policy, NOW + time, { result: 'success', rtt: 30 });
    }
    expect(ejectIfOutlier(bad!, [bad!, good!], policy, NOW + 20, half)).toBe(true);
  });

  it('is nobody where all fail alike, and never the last', () => {
    const policy = policyOf(['a', 'b']);
    const [one, other] = targetsOf(['a', 'b']);
    fail(6, one!, policy);
    fail(6, other!, policy);
    for (const target of [one!, other!]) expect(ejectIfOutlier(target, [one!, other!], policy, NOW, half)).toBe(false);
    expect(ejectIfOutlier(one!, [one!], policy, NOW, half)).toBe(false);
  });

  it('is at most the share of the targets that the policy says', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 9 }), fc.double({ min: 0, max: 1, noNaN: true }), (size, maxEjected) => {
        const names = Array.from({ length: size }, (_, index) => `t${index}`);
        const policy = policyOf(names, { outlier: { maxEjected } });
        const targets = targetsOf(names);
        noteTry(targets[0]!, policy, NOW, { result: 'success', rtt: 30 });
        for (const target of targets.slice(1)) {
          fail(5, target, policy);
          ejectIfOutlier(target, targets, policy, NOW + 5, half);
        }
        const ejected = targets.filter((target) => isEjected(target, NOW + 6)).length;
        expect(ejected).toBeLessThanOrEqual(Math.min(size - 1, Math.floor(size * maxEjected)));
      }),
    );
  });

  it('is away for longer each time, five minutes at most, and forgiven when it stays well', () => {
    const policy = policyOf(['a', 'b']);
    const [bad, good] = targetsOf(['a', 'b']);
    let now = NOW;
    const times: number[] = [];
    for (let round = 0; round < 12; round += 1) {
      noteTry(good!, policy, now, { result: 'success', rtt: 30 });
      for (let time = 0; time < 5; time += 1) noteTry(bad!, policy, now, { result: 'failure', rtt: 1 });
      expect(ejectIfOutlier(bad!, [bad!, good!], policy, now, half)).toBe(true);
      times.push(bad!.ejectedUntil - now);
      now = bad!.ejectedUntil + 1;
    }
    expect(times.slice(0, 3)).toEqual([30_000, 60_000, 90_000]);
    expect(Math.max(...times)).toBe(300_000);
    noteTry(bad!, policy, now + 3_600_000, { result: 'success', rtt: 30 });
    expect(bad!.ejections).toBe(11);
  });
});
