import type { AlarmDefinition, Fields } from './alarm-definition.ts';
import type { StateValue } from './evaluate.ts';

export interface StateChange {
  readonly alarm: AlarmDefinition;
  readonly arn: string;
  readonly from: StateValue;
  readonly to: StateValue;
  readonly reason: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly updatedAt: number;
}

/** CloudWatch's messages have the region's display name. */
const REGION_NAME: Readonly<Record<string, string>> = { 'us-east-1': 'US East (N. Virginia)' };

/** The subject and the message that an alarm's topic gets, as CloudWatch makes them. */
export function notificationOf(
  change: StateChange,
  account: { accountId: string; region: string },
): { subject: string; message: string } {
  const { alarm, arn, from, to, reason, at, updatedAt } = change;
  const region = REGION_NAME[account.region] ?? account.region;
  const message = {
    AlarmName: alarm.AlarmName,
    AlarmDescription: alarm.AlarmDescription === '' ? null : alarm.AlarmDescription,
    AWSAccountId: account.accountId,
    AlarmConfigurationUpdatedTimestamp: timestamp(updatedAt),
    NewStateValue: to,
    NewStateReason: reason,
    StateChangeTime: timestamp(at),
    Region: region,
    AlarmArn: arn,
    OldStateValue: from,
    OKActions: alarm.actions.OK,
    AlarmActions: alarm.actions.ALARM,
    InsufficientDataActions: alarm.actions.INSUFFICIENT_DATA,
    Trigger: triggerOf(alarm),
  };
  return { subject: `${to}: "${alarm.AlarmName}" in ${region}`.slice(0, 100), message: JSON.stringify(message) };
}

function triggerOf(alarm: AlarmDefinition): object {
  const { properties, period, EvaluationPeriods, DatapointsToAlarm, ComparisonOperator, Threshold, TreatMissingData } =
    alarm;
  const compared = {
    ...{ Period: period, EvaluationPeriods, DatapointsToAlarm, ComparisonOperator, Threshold, TreatMissingData },
    EvaluateLowSampleCountPercentile: '',
  };
  if (properties['Metrics'] !== undefined) return { ...compared, Metrics: properties['Metrics'] };
  const { MetricName, Namespace, Statistic, ExtendedStatistic, Dimensions = [] } = properties;
  return {
    MetricName,
    Namespace,
    ...(Statistic === undefined
      ? { StatisticType: 'ExtendedStatistic', ExtendedStatistic }
      : { StatisticType: 'Statistic', Statistic: STATISTIC[String(Statistic)] ?? Statistic }),
    Unit: null,
    Dimensions: (Dimensions as Fields[]).map(({ Name, Value }) => ({ value: Value, name: Name })),
    ...compared,
  };
}

const STATISTIC: Readonly<Record<string, string>> = {
  SampleCount: 'SAMPLE_COUNT',
  Sum: 'SUM',
  Average: 'AVERAGE',
  Minimum: 'MINIMUM',
  Maximum: 'MAXIMUM',
};

/** `2021-06-18T18:13:36.000+0000` */
const timestamp = (milliseconds: number): string => new Date(milliseconds).toISOString().replace('Z', '+0000');
