import {
  DeleteAlarmsCommand,
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
  InvalidParameterValueException,
  ListMetricsCommand,
  PutDashboardCommand,
  PutMetricAlarmCommand,
  PutMetricDataCommand,
  ResourceNotFound,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import { afterAll, describe, expect, it } from '@jest/globals';
import { errorsAlarm, MINUTE, serveCloudWatch } from './watch.ts';

const { client, stop } = await serveCloudWatch();
afterAll(stop);

/** The beginning of the minute before last. */
const since = new Date(Math.floor(Date.now() / MINUTE - 2) * MINUTE);
const until = new Date(since.getTime() + 3 * MINUTE);
const later = new Date(since.getTime() + MINUTE);
const Dimensions = [
  { Name: 'service', Value: 'orders' },
  { Name: 'operation', Value: 'PlaceOrder' },
];
const metric = { Namespace: 'Shop', MetricName: 'duration', Dimensions };
const put = (MetricName: string, Timestamp: Date, ...Values: number[]) =>
  client.send(
    new PutMetricDataCommand({ Namespace: 'Shop', MetricData: [{ MetricName, Dimensions, Timestamp, Values }] }),
  );

describe('metrics', () => {
  it('are stored and read by the minute, in any statistic', async () => {
    await put('duration', since, 10, 20, 30, 40);
    await put('duration', later, 100);
    const { Datapoints: points } = await client.send(
      new GetMetricStatisticsCommand({
        ...{ ...metric, StartTime: since, EndTime: until, Period: 60 },
        Statistics: ['SampleCount', 'Sum', 'Average', 'Minimum', 'Maximum'],
      }),
    );
    expect(points).toEqual([
      { Timestamp: since, SampleCount: 4, Sum: 100, Average: 25, Minimum: 10, Maximum: 40 },
      { Timestamp: later, SampleCount: 1, Sum: 100, Average: 100, Minimum: 100, Maximum: 100 },
    ]);
    const { Datapoints: percentiles } = await client.send(
      new GetMetricStatisticsCommand({
        ...{ ...metric, StartTime: since, EndTime: later, Period: 60 },
        ExtendedStatistics: ['p50', 'p100'],
      }),
    );
    expect(percentiles?.[0]?.ExtendedStatistics?.['p50']).toBeCloseTo(20, 0);
    expect(percentiles?.[0]?.ExtendedStatistics?.['p100']).toBe(40);
  });

  it('are combined by expressions, latest first', async () => {
    await put('faults', since, 1, 0);
    await put('calls', since, 1, 1, 1, 1);
    await put('calls', later, 1);
    const stat = (Id: string, MetricName: string) => ({
      ...{ Id, ReturnData: false },
      MetricStat: { Metric: { ...metric, MetricName }, Period: 60, Stat: 'Sum' },
    });
    const { MetricDataResults: results } = await client.send(
      new GetMetricDataCommand({
        ...{ StartTime: since, EndTime: until },
        MetricDataQueries: [
          { Id: 'rate', Expression: '100 * FILL(faults, 0) / calls', Label: 'Faults of a hundred' },
          stat('faults', 'faults'),
          stat('calls', 'calls'),
        ],
      }),
    );
    expect(results).toEqual([
      { Id: 'rate', Label: 'Faults of a hundred', Timestamps: [later, since], Values: [0, 25], StatusCode: 'Complete' },
    ]);
  });

  it('are listed by their dimensions', async () => {
    const filter = { Namespace: 'Shop', Dimensions: [{ Name: 'service' }], MetricName: 'duration' };
    const { Metrics: metrics } = await client.send(new ListMetricsCommand(filter));
    expect(metrics?.map(({ MetricName, Dimensions: found }) => [MetricName, found?.length])).toEqual([['duration', 2]]);
    const others = await client.send(new ListMetricsCommand({ Dimensions: [{ Name: 'service', Value: 'none' }] }));
    expect(others.Metrics).toEqual([]);
  });

  it('come in compressed when they are many', async () => {
    const MetricData = Array.from({ length: 300 }, () => ({ MetricName: 'many', Dimensions, Value: 1 }));
    await client.send(new PutMetricDataCommand({ Namespace: 'Shop', MetricData }));
    const query = {
      ...metric,
      MetricName: 'many',
      StartTime: since,
      EndTime: new Date(Date.now() + MINUTE),
      Period: 3600,
    };
    const { Datapoints: points } = await client.send(new GetMetricStatisticsCommand({ ...query, Statistics: ['Sum'] }));
    expect(points?.map(({ Sum }) => Sum).reduce((sum, it) => sum! + it!)).toBe(300);
  });

  it.each([
    ['a period of seconds', { Period: 10, Statistics: ['Sum'] }, 'Period 10'],
    ['a statistic that there is not', { Period: 60, ExtendedStatistics: ['tm99'] }, 'tm99'],
    ['too many datapoints', { Period: 60, Statistics: ['Sum'], StartTime: new Date(0) }, '1440'],
  ])('are refused for %s', async (_, changes, reason) => {
    const input = { ...metric, StartTime: since, EndTime: until, ...changes } as never;
    const asked = client.send(new GetMetricStatisticsCommand(input));
    await expect(asked).rejects.toThrow(InvalidParameterValueException);
    await expect(asked).rejects.toThrow(reason);
  });
});

describe('alarms', () => {
  it('are put, described, set, looked back upon and deleted', async () => {
    await client.send(new PutMetricAlarmCommand(errorsAlarm() as never));
    const describe = async () =>
      (await client.send(new DescribeAlarmsCommand({ AlarmNames: ['errors'] }))).MetricAlarms;
    expect(await describe()).toMatchObject([
      {
        ...errorsAlarm(),
        StateValue: 'INSUFFICIENT_DATA',
        AlarmArn: 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:errors',
      },
    ]);
    const reason = 'A drill';
    await client.send(new SetAlarmStateCommand({ AlarmName: 'errors', StateValue: 'ALARM', StateReason: reason }));
    expect(await describe()).toMatchObject([{ StateValue: 'ALARM', StateReason: reason }]);
    const { AlarmHistoryItems: items } = await client.send(new DescribeAlarmHistoryCommand({ AlarmName: 'errors' }));
    expect(items?.map(({ HistoryItemType: type }) => type)).toEqual(['Action', 'StateUpdate', 'ConfigurationUpdate']);
    await client.send(new DeleteAlarmsCommand({ AlarmNames: ['errors'] }));
    expect(await describe()).toEqual([]);
  });

  it('that there are not cannot be set or deleted', async () => {
    const set = new SetAlarmStateCommand({ AlarmName: 'none', StateValue: 'OK', StateReason: 'x' });
    await expect(client.send(set)).rejects.toThrow(ResourceNotFound);
    await expect(client.send(new DeleteAlarmsCommand({ AlarmNames: ['none'] }))).rejects.toThrow(ResourceNotFound);
  });

  it('are listed page by page', async () => {
    const names = ['page-1', 'page-2', 'page-3'];
    for (const AlarmName of names) await client.send(new PutMetricAlarmCommand(errorsAlarm({ AlarmName }) as never));
    const told: (string | undefined)[] = [];
    let NextToken: string | undefined;
    do {
      const page = await client.send(new DescribeAlarmsCommand({ AlarmNamePrefix: 'page-', MaxRecords: 2, NextToken }));
      told.push(...(page.MetricAlarms ?? []).map(({ AlarmName }) => AlarmName));
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    expect(told).toEqual(names);
  });
});

it('refuses an action that there is not, by its name', async () => {
  const put = new PutDashboardCommand({ DashboardName: 'all', DashboardBody: '{}' });
  await expect(client.send(put)).rejects.toThrow('CloudWatch PutDashboard is not supported locally.');
});
