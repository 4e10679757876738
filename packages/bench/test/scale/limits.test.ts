import { expect, it } from '@jest/globals';
import { hottestOf, limitsOf, quotas } from '../../src/scale/limits.ts';

const heat = (key: string, write: number, rounds: number, index?: string) => ({
  ...{ table: 'things', index, key, write, read: 0, rounds },
});

it('names the hottest key that orders share, and when its partition is full', () => {
  const heats = [heat('OPEN#1', 20, 2, 'open'), heat('OPEN#2', 40, 2, 'open'), heat('THING#1', 900, 1)];
  expect(hottestOf(heats, 10)).toEqual([
    { table: 'things', index: 'open', key: 'OPEN#2', write: 4, read: 0, keys: 2, ordersPerSecond: 250 },
  ]);
});

it('counts reads against the larger limit of reads', () => {
  const [hottest] = hottestOf([{ table: 'things', key: 'ALL', write: 10, read: 60, rounds: 2 }], 10);
  expect(hottest?.ordersPerSecond).toBe(quotas.partition.read / 6);
});

it('puts the quota first that is used up first', () => {
  const names = limitsOf({ transitions: 10, startExecution: 1, putEvents: 5 }).map(({ name, ordersPerSecond }) => [
    name,
    ordersPerSecond,
  ]);
  expect(names).toEqual([
    ['Step Functions, StartExecution', 300],
    ['Step Functions, state transitions', 500],
    ['EventBridge, PutEvents requests', 2000],
  ]);
  expect(() => limitsOf({ wishes: 1 })).toThrow('There is no quota "wishes" in quotas.json.');
});
