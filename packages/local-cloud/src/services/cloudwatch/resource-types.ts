import { ALARM_PROPERTIES, type CloudWatch } from '@dure/cloudwatch';
import { knownProperties, type ResourceType } from '../cloudformation/index.ts';

export function cloudWatchResourceTypes({ alarms }: Pick<CloudWatch, 'alarms'>): Record<string, ResourceType> {
  return { 'AWS::CloudWatch::Alarm': alarmType(alarms) };
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
