import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { parseSchedule } from '../../../src/services/scheduler/schedule-expression.ts';
import { createScheduler } from '../../../src/services/scheduler/scheduler.ts';
import type { Delivery, InvokeResult } from '../../../src/shared/types.ts';

describe('a rate', () => {
  it.each([
    ['rate(1 minute)', 60_000],
    ['rate(90 minutes)', 5_400_000],
    ['rate(1 hour)', 3_600_000],
    ['rate(2 days)', 172_800_000],
  ])('%s', (expression, milliseconds) => {
    expect(parseSchedule(expression)).toEqual({ everyMilliseconds: milliseconds });
  });
});

describe('a cron expression', () => {
  it.each([
    ['cron(0 12 * * ? *)', '2026-07-01T12:00:00Z', true],
    ['cron(0 12 * * ? *)', '2026-07-01T12:01:00Z', false],
    ['cron(0/15 * * * ? *)', '2026-07-01T03:45:00Z', true],
    ['cron(0/15 * * * ? *)', '2026-07-01T03:46:00Z', false],
    ['cron(0 8-17 ? * MON-FRI *)', '2026-07-03T17:00:00Z', true],
    ['cron(0 8-17 ? * MON-FRI *)', '2026-07-04T17:00:00Z', false],
    ['cron(0 0 ? * 1 *)', '2026-07-05T00:00:00Z', true],
    ['cron(30 6 1,15 JAN,jul ? 2026)', '2026-07-15T06:30:00Z', true],
    ['cron(30 6 1,15 JAN,jul ? 2025)', '2026-07-15T06:30:00Z', false],
  ])('%s at %s: %j', (expression, instant, due) => {
    const schedule = parseSchedule(expression);
    expect('matches' in schedule && schedule.matches(new Date(instant))).toBe(due);
  });
});

it.each([
  'rate(1 minutes)',
  'rate(2 minute)',
  'rate(0 minutes)',
  'rate(5 seconds)',
  'cron(* * * * *)',
  'cron(0 12 * * * *)',
  'cron(0 12 ? * ? *)',
  'cron(60 12 * * ? *)',
  'cron(0 12 L * ? *)',
  'cron(0 12 ? * MON#1 *)',
  'cron(0/0 12 * * ? *)',
  'every day',
])('refuses %s', (expression) => {
  expect(() => parseSchedule(expression)).toThrow(expression);
});

describe('a scheduled function', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  function start(expression: string, result: InvokeResult | Promise<never>, copies?: () => number) {
    const events: unknown[] = [];
    const deliveries: Delivery[] = [];
    const buried: { queueArn: string; body: string }[] = [];
    const scheduler = createScheduler({
      accountId: '000000000000',
      region: 'us-east-1',
      log: () => {},
      recordDelivery: (delivery) => deliveries.push(delivery),
      invokeLambda: async (_name, event) => {
        events.push(event);
        return result;
      },
      invokeConfig: () => ({ onFailure: 'arn:queue' }),
      sendToQueue: async (queueArn, body) => void buried.push({ queueArn, body }),
      ...(copies !== undefined && { copies }),
    });
    scheduler.put('one', { functionName: 'sweep', expression, undeliverable: 'arn:undeliverable' });
    scheduler.put('two', { functionName: 'of a service that does not run', expression });
    scheduler.start((name) => name === 'sweep');
    return { scheduler, events, deliveries, buried };
  }

  it.each(['rate(1 minute)', 'cron(* * * * ? *)'])('runs when it is due: %s', async (expression) => {
    const { scheduler, events, deliveries } = start(expression, { ok: true, payload: null });
    await jest.advanceTimersByTimeAsync(3 * 60_000);
    scheduler.stop();
    await jest.advanceTimersByTimeAsync(3 * 60_000);
    expect(events).toHaveLength(3);
    expect(events[0]).toMatchObject({ source: 'aws.events', 'detail-type': 'Scheduled Event', region: 'us-east-1' });
    expect(deliveries.map(({ outcome }) => outcome)).toEqual(['delivered', 'delivered', 'delivered']);
  });

  it.each(['rate(1 minute)', 'cron(* * * * ? *)'])(
    'runs never, or twice, where a fault wants it: %s',
    async (expression) => {
      const copies = [0, 2, 1];
      const { scheduler, events } = start(expression, { ok: true, payload: null }, () => copies.shift()!);
      const seen: number[] = [];
      for (const _ of [1, 2, 3]) {
        await jest.advanceTimersByTimeAsync(60_000);
        seen.push(events.length);
      }
      scheduler.stop();
      expect(seen).toEqual([0, 2, 3]);
    },
  );

  it('that keeps failing ends in its dead-letter queue after two retries', async () => {
    const failure: InvokeResult = { ok: false, errorType: 'Error', errorMessage: 'not today' };
    const { scheduler, events, deliveries, buried } = start('rate(1 hour)', failure);
    await jest.advanceTimersByTimeAsync(3_600_000 + 10_000);
    scheduler.stop();
    expect(events).toHaveLength(3);
    expect(buried).toHaveLength(1);
    expect(buried[0]!.queueArn).toBe('arn:queue');
    expect(JSON.parse(buried[0]!.body)).toMatchObject({
      requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 3 },
      requestPayload: { source: 'aws.events', 'detail-type': 'Scheduled Event' },
      responsePayload: { errorMessage: 'not today' },
    });
    expect(deliveries.map(({ outcome }) => outcome)).toEqual(['retrying', 'retrying', 'dead-lettered']);
  });

  it('that there is not is told to the queue of its schedule', async () => {
    const { scheduler, buried } = start('rate(1 hour)', Promise.reject(new Error('no such function')));
    await jest.advanceTimersByTimeAsync(3_600_000);
    scheduler.stop();
    expect(buried).toMatchObject([{ queueArn: 'arn:undeliverable', body: expect.stringContaining('aws.events') }]);
  });

  it('runs no more, or by another schedule, when that is changed', async () => {
    const { scheduler, events } = start('rate(1 minute)', { ok: true, payload: null });
    await jest.advanceTimersByTimeAsync(60_000);
    scheduler.put('one', { functionName: 'sweep', expression: 'rate(1 hour)' });
    await jest.advanceTimersByTimeAsync(3_599_000);
    expect(events).toHaveLength(1);
    await jest.advanceTimersByTimeAsync(1_000);
    expect(events).toHaveLength(2);
    scheduler.remove('one');
    await jest.advanceTimersByTimeAsync(7_200_000);
    scheduler.stop();
    expect(events).toHaveLength(2);
  });
});
