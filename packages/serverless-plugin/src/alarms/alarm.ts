import { resourceName } from '../names.ts';
import type { Json, Resource, ServiceContext } from '../types.ts';

/** The condition of an alarm: `Statistic` over `Period` seconds exceeds `Threshold`, that many times in a row. */
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

/**
 * The subject of an alarm: `of` is a function or resource, or missing for the service; `what` is the runbook's entry.
 */
export interface Title {
  readonly of?: string;
  readonly what: string;
  /** One sentence. */
  readonly sentence: string;
}

/**
 * An alarm `dure-{stage}-{service}-{of}-{what}` that notifies the alarm topic when it goes off and when it ends. Its
 * description ends with the place of its entry in the runbook.
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
