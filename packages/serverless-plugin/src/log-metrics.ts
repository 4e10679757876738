import { metricsNamespace } from './alarms/service-alarms.ts';
import { logicalId } from './names.ts';
import type { Resource, Resources, ServiceContext } from './types.ts';
import type { Template } from './template/template.ts';

/** What `metric` of the binding writes into a line. */
const DIMENSIONS = ['service', 'operation', 'outcome'];

/**
 * Makes a metric of the duration in a function's log lines. The line need not say so itself: the embedded metric format
 * would be a third of its bytes, and a filter is free. What only some lines measure, they declare in that format.
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-metricfilter.html
 * @param lambdaName the function's name on AWS
 */
export const durationFilter = (context: ServiceContext, of: string, lambdaName: string): Resources => ({
  [logicalId(of, 'DurationFilter')]: {
    Type: 'AWS::Logs::MetricFilter',
    Properties: {
      LogGroupName: `/aws/lambda/${lambdaName}`,
      FilterPattern: '{ $.duration >= 0 }',
      MetricTransformations: [
        {
          MetricNamespace: metricsNamespace(context.stage),
          MetricName: 'duration',
          MetricValue: '$.duration',
          Unit: 'Milliseconds',
          Dimensions: DIMENSIONS.map((name) => ({ Key: name, Value: `$.${name}` })),
        },
      ],
    },
  },
});

/** A metric filter waits for its log group, which the framework makes. */
export function awaitLogGroups({ Resources: resources }: Template): void {
  const ofType = (type: string) => Object.entries(resources).filter(([, { Type }]) => Type === type);
  const groups = new Map(
    ofType('AWS::Logs::LogGroup').map(([id, group]) => [group.Properties?.['LogGroupName'] ?? id, id]),
  );
  for (const [id, filter] of ofType('AWS::Logs::MetricFilter')) {
    const group = groups.get(filter.Properties?.['LogGroupName'] ?? '');
    if (group !== undefined) resources[id] = { ...filter, DependsOn: group } as Resource;
  }
}
