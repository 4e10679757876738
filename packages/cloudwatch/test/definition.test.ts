import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readAlarm } from '../src/alarm-definition.ts';
import { addBucket, addValue, emptyBucket, statisticOf } from '../src/statistics.ts';
import { metricsIn } from '../src/emf.ts';
import { readExpression } from '../src/expression.ts';
import { errorsAlarm } from './watch.ts';

const dimension = (Name: string, Value = 'x') => [{ Name, Value }];
const metrics = (...Metrics: object[]) => ({ Metrics });
const stat = { MetricStat: { Metric: { Namespace: 'Shop', MetricName: 'a' }, Period: 60, Stat: 'Sum' } };

describe('an alarm is refused by name', () => {
  it.each([
    [
      'a metric that is not measured',
      { MetricName: 'ConcurrentExecutions' },
      'ConcurrentExecutions is not measured locally',
    ],
    ['a service that is not measured', { Namespace: 'AWS/DynamoDB' }, 'AWS/DynamoDB are not measured locally'],
    [
      'dimensions that are not measured',
      { Dimensions: dimension('Alias') },
      'measured by FunctionName, not by "Alias"',
    ],
    ['a statistic that there is not', { Statistic: 'Median' }, 'Median'],
    ['a percentile that there is not', { Statistic: undefined, ExtendedStatistic: 'p101' }, 'p101'],
    ['a period of seconds', { Period: 10 }, 'Period of 10'],
    ['periods of more than a day', { Period: 3600, EvaluationPeriods: 25 }, 'longer than a day'],
    ['more datapoints than there are', { DatapointsToAlarm: 2 }, 'DatapointsToAlarm'],
    ['an operator that is not supported', { ComparisonOperator: 'LessThanLowerThreshold' }, 'LessThanLowerThreshold'],
    ['a treatment that there is not', { TreatMissingData: 'shrug' }, 'TreatMissingData shrug'],
    ['an action that is not a topic', { AlarmActions: ['arn:aws:automate:us-east-1:ec2:stop'] }, 'AlarmActions'],
    ['an anomaly band', { ThresholdMetricId: 'band' }, 'ThresholdMetricId is not supported locally'],
    ['a threshold that is not a number', { Threshold: 'much' }, 'Threshold'],
    ['metrics of which none is returned', metrics({ Id: 'a', ...stat, ReturnData: false }), 'ReturnData'],
    ['an expression over nothing', metrics({ Id: 'a', Expression: 'b * 2' }), 'refers to b'],
    ['a function that is not supported', metrics({ Id: 'a', Expression: 'RATE(a)' }), 'RATE with 1 parameters'],
  ])('for %s', (_, changes, reason) => {
    expect(() => readAlarm(errorsAlarm(changes))).toThrow(reason);
  });

  it('but with numbers as text it is read, as CloudFormation passes them', () => {
    expect(readAlarm(errorsAlarm({ Period: '300', Threshold: '1.5' }))).toMatchObject({ period: 300, Threshold: 1.5 });
  });
});

describe('an expression', () => {
  const points = {
    a: new Map([
      [1, 6],
      [2, 8],
    ]),
    b: new Map([
      [1, 2],
      [3, 0],
    ]),
  };
  it.each([
    ['a', [6, 8, undefined]],
    ['7', [7, 7, 7]],
    ['a + b', [8, undefined, undefined]],
    ['1 + 2 * a - 3', [10, 14, undefined]],
    ['-(a - 10) / 2', [2, 1, undefined]],
    ['FILL(a, 0) + FILL(b, 1)', [8, 9, 0]],
    ['IF(a > 7, 1, 0)', [0, 1, undefined]],
    ['IF(FILL(b, 5) == 0, 9, FILL(a, b))', [6, 8, 9]],
    ['SUM([a, b])', [8, 8, 0]],
    ['MAX([a, b])', [6, 8, 0]],
    ['MIN([a, b]) * 1', [2, 8, 0]],
    ['AVG([a, b])', [4, 8, 0]],
    ['a / FILL(b, 0)', [3, undefined, undefined]],
  ])('%s', (text, expected) => {
    const result = readExpression(text).evaluate(points, [1, 2, 3]);
    expect([1, 2, 3].map((start) => result.get(start))).toEqual(expected);
  });

  it.each(['', 'a +', '(a', 'a b', 'SEARCH("x")', 'METRICS()', 'MAX(a)', 'FILL(a)', 'A', 'a ? b', 'SUM([a)'])(
    '%j is refused',
    (text) => {
      expect(() => readExpression(text)).toThrow('is not supported locally');
    },
  );
});

describe('a percentile', () => {
  it('is right to two in a hundred, however the values were put together', () => {
    const values = fc.array(fc.double({ min: 0.01, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 100 }), fc.nat(), (given, percent, cut) => {
        const [left, right] = [emptyBucket(), emptyBucket()];
        for (const [index, value] of given.entries()) addValue(index < cut % given.length ? left : right, value);
        addBucket(left, right);
        const exact = given.toSorted((a, b) => a - b)[Math.ceil((percent / 100) * given.length) - 1]!;
        const estimate = statisticOf(left, `p${percent}`);
        expect(Math.abs(estimate - exact) / exact).toBeLessThan(0.02);
      }),
    );
  });
});

describe('a log line', () => {
  const directive = {
    Namespace: 'Dure/local',
    Dimensions: [['service', 'outcome'], []],
    Metrics: [{ Name: 'duration' }, { Name: 'stuck' }],
  };
  const line = {
    _aws: { Timestamp: 7, CloudWatchMetrics: [directive] },
    service: 'orders',
    outcome: 'ok',
    duration: 5,
    stuck: [1, 2],
  };

  it('of the embedded metric format has metrics, by each set of dimensions', () => {
    const told = metricsIn(line).map(({ name, dimensions, value, at }) => [
      name,
      Object.values(dimensions).join(),
      value,
      at,
    ]);
    expect(told).toEqual([
      ['duration', 'orders,ok', 5, 7],
      ['stuck', 'orders,ok', 1, 7],
      ['stuck', 'orders,ok', 2, 7],
      ['duration', '', 5, 7],
      ['stuck', '', 1, 7],
      ['stuck', '', 2, 7],
    ]);
  });

  it.each([
    ['no metrics', { message: 'hello' }],
    ['no time', { ...line, _aws: { CloudWatchMetrics: [directive] } }],
    ['no list', { ...line, _aws: { Timestamp: 7, CloudWatchMetrics: 'all' } }],
    [
      'an unknown dimension',
      {
        ...line,
        outcome: undefined,
        _aws: { Timestamp: 7, CloudWatchMetrics: [{ ...directive, Dimensions: [['outcome']] }] },
      },
    ],
  ])('with %s has none', (_, fields) => {
    expect(metricsIn(fields)).toEqual([]);
  });
});
