import { expect, it } from '@jest/globals';
import { type HistoryEntry, stepsOf } from '../../src/domain/steps.ts';

const at = (second: number) => `2026-01-05T09:30:${String(second).padStart(2, '0')}.000Z`;
const entry = (id: number, previousId: number, type: string, second: number, more = {}): HistoryEntry => ({
  id,
  previousId,
  type,
  time: at(second),
  ...more,
});

it('lists steps with their attempts, durations and errors, also parallel ones', () => {
  const steps = stepsOf([
    entry(1, 0, 'ExecutionStarted', 0),
    entry(2, 1, 'TaskStateEntered', 0, { state: 'ReserveStock' }),
    entry(3, 2, 'TaskScheduled', 0),
    entry(4, 3, 'TaskTimedOut', 1, { error: 'States.Timeout' }),
    entry(5, 4, 'TaskScheduled', 2),
    entry(6, 5, 'TaskSucceeded', 3),
    entry(7, 6, 'TaskStateExited', 3),
    entry(8, 7, 'ParallelStateEntered', 3),
    entry(9, 8, 'TaskStateEntered', 3, { state: 'CapturePayment' }),
    entry(10, 8, 'TaskStateEntered', 3, { state: 'CommitStock' }),
    entry(11, 9, 'TaskScheduled', 3),
    entry(12, 10, 'TaskScheduled', 3),
    entry(13, 12, 'TaskFailed', 4, { error: 'StockCommitRefused' }),
  ]);
  expect(steps).toEqual([
    { name: 'ReserveStock', status: 'succeeded', attempts: 2, startedAt: at(0), endedAt: at(3), durationMs: 3000 },
    { name: 'CapturePayment', status: 'running', attempts: 1, startedAt: at(3) },
    {
      name: 'CommitStock',
      status: 'failed',
      attempts: 1,
      startedAt: at(3),
      endedAt: at(4),
      durationMs: 1000,
      error: 'StockCommitRefused',
    },
  ]);
});

it('shows running steps as aborted when the execution was aborted', () => {
  const steps = stepsOf([
    entry(1, 0, 'TaskStateEntered', 0, { state: 'AuthorisePayment' }),
    entry(2, 1, 'TaskScheduled', 0),
    entry(3, 2, 'ExecutionAborted', 5),
  ]);
  expect(steps).toMatchObject([{ name: 'AuthorisePayment', status: 'aborted' }]);
});
