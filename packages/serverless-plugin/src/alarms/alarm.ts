import { resourceName } from '../names.ts';
import type { Json, Resource, ServiceContext } from '../types.ts';

/** What is alarming about a metric: `Statistic` over `Period` seconds passes `Threshold`, that often in a row. */
export interface Condition {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions: readonly Json[];
  readonly Statistic?: 'Maximum' | 'Sum' | 'Average' | 'SampleCount';
  readonly ExtendedStatistic?: 'p99';
  readonly Period: number;
  readonly EvaluationPeriods: number;
  readonly Threshold: number;
  readonly ComparisonOperator?: 'GreaterThanThreshold' | 'LessThanThreshold';
  /** Missing data counts as healthy by default: an idle queue or function reports none. */
  readonly TreatMissingData?: 'notBreaching' | 'breaching';
}

/** Who is alarmed: `of` a function or resource of the service, or of the service itself; `what` names the runbook's entry. */
export interface Title {
  readonly of?: string;
  readonly what: string;
  /** One sentence. */
  readonly sentence: string;
}

/**
 * An alarm `dure-{stage}-{service}-{of}-{what}` that notifies the alarm topic when it goes off and when it is over. Its
 * description ends with where its entry in the runbook is.
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudwatch-alarm.html
 */
export function alarm(context: ServiceContext, { of, what, sentence }: Title, condition: Condition): Resource {
  return {
    Type: 'AWS::CloudWatch::Alarm',
    Properties: {
      AlarmName: resourceName(context, ...(of === undefined ? [] : [of]), what),
      AlarmDescription: `${sentence} services/${context.service}/README.md#${what}`,
      ComparisonOperator: 'GreaterThanThreshold',
      TreatMissingData: 'notBreaching',
      ...condition,
      AlarmActions: [context.alarmTopic],
      OKActions: [context.alarmTopic],
    },
  };
}

/** The only dimension of many metrics. */
export function dimension(Name: string, Value: Json): readonly Json[] {
  return [{ Name, Value }];
}
