import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from '@jest/globals';
import { createWatch, errors, errorsAlarm, MINUTE } from './watch.ts';

const TOPIC = 'arn:aws:sns:us-east-1:000000000000:alerts';

/** Lets a minute pass, with these values measured in it. */
function pass(watch: ReturnType<typeof createWatch>, ...values: number[]): void {
  for (const value of values) watch.metrics.record({ ...errors, value });
  watch.clock.now += MINUTE;
  watch.alarms.evaluateAll();
}

const stateOf = (watch: ReturnType<typeof createWatch>, name = 'errors') => watch.alarms.store.find(name)?.state;

describe('an alarm', () => {
  it('goes off when the minute is over, and notifies its topic once then and once when it is over', () => {
    const watch = createWatch();
    watch.alarms.put(errorsAlarm());
    watch.metrics.record({ ...errors, value: 1 });
    watch.alarms.evaluateAll();
    expect(stateOf(watch)).toBe('OK');
    pass(watch, 1, 1);
    watch.alarms.evaluateAll();
    pass(watch, 1);
    expect(stateOf(watch)).toBe('ALARM');
    pass(watch);
    expect(stateOf(watch)).toBe('OK');
    expect(watch.published.map(({ subject }) => subject)).toEqual([
      'OK: "errors" in US East (N. Virginia)',
      'ALARM: "errors" in US East (N. Virginia)',
      'OK: "errors" in US East (N. Virginia)',
    ]);
    expect(watch.published[1]).toEqual({
      topic: TOPIC,
      subject: expect.any(String),
      message: {
        AlarmName: 'errors',
        AlarmDescription: 'Calls of the function threw.',
        AWSAccountId: '000000000000',
        AlarmConfigurationUpdatedTimestamp: '2026-01-05T09:30:00.000+0000',
        NewStateValue: 'ALARM',
        NewStateReason: expect.stringContaining('[3.0 (05/01/26 09:30:00)] was greater than the threshold (0.0)'),
        StateChangeTime: '2026-01-05T09:31:00.000+0000',
        Region: 'US East (N. Virginia)',
        AlarmArn: 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:errors',
        OldStateValue: 'OK',
        OKActions: [TOPIC],
        AlarmActions: [TOPIC],
        InsufficientDataActions: [],
        Trigger: {
          MetricName: 'Errors',
          Namespace: 'AWS/Lambda',
          StatisticType: 'Statistic',
          Statistic: 'SUM',
          Unit: null,
          Dimensions: [{ value: 'relay', name: 'FunctionName' }],
          Period: 60,
          EvaluationPeriods: 1,
          DatapointsToAlarm: 1,
          ComparisonOperator: 'GreaterThanThreshold',
          Threshold: 0,
          TreatMissingData: 'notBreaching',
          EvaluateLowSampleCountPercentile: '',
        },
      },
    });
  });

  it('over five minutes slides by the minute', () => {
    const watch = createWatch();
    watch.alarms.put(errorsAlarm({ Period: 300, Threshold: 2 }));
    const states = [1, 1, 1, 0, 0, 0, 0, 0].map((value) => (pass(watch, value), stateOf(watch)));
    expect(states).toEqual(['OK', 'OK', 'ALARM', 'ALARM', 'ALARM', 'OK', 'OK', 'OK']);
  });

  it('on a percentile, and on an expression, is evaluated by it', () => {
    const watch = createWatch();
    const {
      MetricName: _name,
      Namespace: _space,
      Dimensions,
      Statistic: _stat,
      Period: _period,
      ...rest
    } = errorsAlarm();
    const stat = (Id: string, MetricName: string) => ({
      ...{ Id, ReturnData: false },
      MetricStat: { Metric: { Namespace: 'AWS/Lambda', MetricName, Dimensions }, Period: 60, Stat: 'Sum' },
    });
    watch.alarms.put(
      errorsAlarm({
        AlarmName: 'slow',
        MetricName: 'Duration',
        Statistic: undefined,
        ExtendedStatistic: 'p99',
        Threshold: 900,
      }),
    );
    watch.alarms.put({
      ...rest,
      ...{ AlarmName: 'rate', Threshold: 0.5 },
      Metrics: [{ Id: 'rate', Expression: 'errors / calls' }, stat('errors', 'Errors'), stat('calls', 'Invocations')],
    });
    const record = (name: string, value: number) => watch.metrics.record({ ...errors, name, value });
    for (let call = 1; call <= 100; call += 1) record('Duration', call <= 98 ? 10 : 1000);
    for (const value of [1, 1, 0]) record('Errors', value);
    for (let call = 1; call <= 3; call += 1) record('Invocations', 1);
    pass(watch);
    expect([stateOf(watch, 'slow'), stateOf(watch, 'rate')]).toEqual(['ALARM', 'ALARM']);
    record('Duration', 899);
    record('Errors', 0);
    record('Invocations', 1);
    pass(watch);
    expect([stateOf(watch, 'slow'), stateOf(watch, 'rate')]).toEqual(['OK', 'OK']);
  });

  it('that listens for silence is silent itself until the cloud has run for as long', () => {
    const watch = createWatch();
    watch.alarms.put(
      errorsAlarm({
        ComparisonOperator: 'LessThanThreshold',
        Threshold: 1,
        EvaluationPeriods: 3,
        TreatMissingData: 'breaching',
      }),
    );
    const states = [0, 1, 2, 3].map(() => (watch.alarms.evaluateAll(), (watch.clock.now += MINUTE), stateOf(watch)));
    expect(states).toEqual(['INSUFFICIENT_DATA', 'INSUFFICIENT_DATA', 'INSUFFICIENT_DATA', 'ALARM']);
  });

  it('whose topic is gone says so in its history and the log, and goes on', () => {
    const watch = createWatch();
    watch.alarms.put(errorsAlarm({ AlarmActions: [`${TOPIC}-broken`, TOPIC] }));
    pass(watch, 1);
    expect(watch.published.map(({ message }) => message['NewStateValue'])).toEqual(['ALARM']);
    expect(watch.logged).toContain(`errors could not notify ${TOPIC}-broken`);
    const summaries = watch.alarms.store.history('errors', 1000, 10).map(({ summary }) => summary);
    expect(summaries).toContain(`Failed to execute action ${TOPIC}-broken`);
  });

  it('with its actions disabled notifies nobody', () => {
    const watch = createWatch();
    watch.alarms.put(errorsAlarm({ ActionsEnabled: false }));
    pass(watch, 1);
    expect(stateOf(watch)).toBe('ALARM');
    expect(watch.published).toEqual([]);
  });

  it('is in the state that it was in, with what was measured, after a restart', () => {
    const folder = mkdtempSync(join(tmpdir(), 'dure-cloudwatch-'));
    const open = () => new DatabaseSync(join(folder, 'cloud.sqlite'));
    try {
      const first = open();
      const before = createWatch(first);
      before.alarms.put(errorsAlarm());
      pass(before, 1);
      first.close();
      const second = open();
      const after = createWatch(second);
      after.clock.now += MINUTE;
      after.alarms.put(errorsAlarm());
      after.alarms.evaluateAll();
      expect(stateOf(after)).toBe('ALARM');
      expect(after.published).toEqual([]);
      pass(after);
      expect(after.published.map(({ message }) => message['NewStateValue'])).toEqual(['OK']);
      second.close();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('metrics', () => {
  it('are kept for a day', () => {
    const watch = createWatch();
    const { now } = watch.clock;
    watch.metrics.record({ ...errors, value: 1 });
    watch.metrics.record({ ...errors, value: 1, at: now - 25 * 60 * MINUTE });
    const read = () => watch.metrics.read(errors, 0, now + MINUTE).size;
    expect(read()).toBe(1);
    watch.clock.now += 25 * 60 * MINUTE;
    for (let flush = 0; flush < 30; flush += 1) watch.metrics.flush();
    expect(read()).toBe(0);
  });

  it('are not kept beyond a number that no sensible system has', () => {
    const watch = createWatch();
    const dimensions = (order: number) => ({ ...errors, dimensions: { order: String(order) }, value: 1 });
    for (let order = 0; order < 5_010; order += 1) watch.metrics.record(dimensions(order));
    expect(watch.metrics.metrics()).toHaveLength(5_000);
    expect(watch.logged).toHaveLength(1);
  });
});
