import { expect, it } from '@jest/globals';
import { type ReplayState, withProgress } from '../../src/domain/replay.ts';

const request = {
  replayId: 'r-1',
  consumer: 'orders/catalogue',
  from: '2026-01-05T00:00:00.000Z',
  to: '2026-01-05T10:00:00.000Z',
  requestedAt: '2026-01-06T00:00:00.000Z',
  actor: 'anonymous',
};

it.each([
  [{ status: 'starting' }, 0],
  [{ status: 'running', lastReplayedAt: '2026-01-05T02:30:00.000Z' }, 0.25],
  [{ status: 'completed', lastReplayedAt: '2026-01-05T02:30:00.000Z' }, 1],
  [{ status: 'running', lastReplayedAt: '2026-01-06T00:00:00.000Z' }, 1],
] as [ReplayState, number][])('computes the progress of %p', (state, progress) => {
  expect(withProgress(request, state).progress).toBe(progress);
});
