import { ALARM_PROPERTIES, type CloudWatch } from '@dure/cloudwatch';
import { knownProperties, type ResourceType } from '../cloudformation/index.ts';

export function cloudWatchResourceTypes({
  alarms,
  filters,
}: Pick<CloudWatch, 'alarms' | 'filters'>): Record<string, ResourceType> {
  return { 'AWS::CloudWatch::Alarm': alarmType(alarms), 'AWS::Logs::MetricFilter': metricFilterType(filters) };
}

/** Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudwatch-alarm.html */
function alarmType(alarms: CloudWatch['alarms']): ResourceType {
  return {
    nameProperty: 'AlarmName',
    ...knownProperties('AWS::CloudWatch::Alarm', ALARM_PROPERTIES, [
      'EvaluateLowSampleCountPercentile',
      'Tags',
      'Unit',
    ]),
    async create({ name: AlarmName, properties }) {
      alarms.put({ ...properties, AlarmName });
      return { ref: AlarmName, attributes: { Arn: alarms.arnOf(AlarmName) } };
    },
    remove: async ({ physicalId }) => alarms.delete(physicalId),
  };
}

/** Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-metricfilter.html */
function metricFilterType(filters: CloudWatch['filters']): ResourceType {
  return {
    nameProperty: 'FilterName',
    replacedBy: ['LogGroupName'],
    ...knownProperties(
      'AWS::Logs::MetricFilter',
      ['FilterName', 'FilterPattern', 'LogGroupName', 'MetricTransformations'],
      [],
    ),
    async create({ name, properties }) {
      filters.put(name, properties);
      return { ref: name, attributes: {} };
    },
    remove: async ({ name, properties }) => filters.delete(String(properties['LogGroupName']), name),
  };
}
