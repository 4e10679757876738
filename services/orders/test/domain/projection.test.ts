import { expect, it } from '@jest/globals';
import {
  advanceRebuild,
  beginRebuild,
  initialProjection,
  isRebuilding,
  type Projection,
  writtenGenerations,
} from '../../src/domain/projection.ts';

const time = '2026-01-05T10:00:00.000Z';
const begun = beginRebuild(initialProjection, 'r-1', time) as Projection;

it('writes both generations while the next one is built, and one otherwise', () => {
  expect(writtenGenerations(initialProjection)).toEqual([0]);
  expect(writtenGenerations(begun)).toEqual([0, 1]);
  const changedOver = advanceRebuild(begun, { count: 3 }, time);
  expect(changedOver).toMatchObject({ generation: 1, rebuild: { phase: 'purging', orders: 3 } });
  expect(writtenGenerations(changedOver)).toEqual([1]);
});

it('switches generations only when everything is projected', () => {
  const half = advanceRebuild(begun, { count: 3, cursor: 'x' }, time);
  expect(half).toMatchObject({ generation: 0, rebuild: { phase: 'building', orders: 3, cursor: 'x' } });
  expect(advanceRebuild(half, { count: 2 }, time)).toMatchObject({ generation: 1, rebuild: { orders: 5 } });
});

it('ends when the old generation is purged, and can then start again', () => {
  const purging = advanceRebuild(begun, { count: 1 }, time);
  expect(beginRebuild(purging, 'r-2', time)).toBeUndefined();
  const finished = advanceRebuild(advanceRebuild(purging, { count: 1, cursor: 'x' }, time), { count: 0 }, time);
  expect(finished).toMatchObject({ generation: 1, rebuild: { phase: 'finished', finishedAt: time } });
  expect(isRebuilding(finished)).toBe(false);
  expect(beginRebuild(finished, 'r-2', time)).toMatchObject({ generation: 1, rebuild: { rebuildId: 'r-2' } });
});
