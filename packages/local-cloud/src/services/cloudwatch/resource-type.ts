import { ALARM_PROPERTIES } from './alarm-definition.ts';
import { type ResourceType, text } from '../cloudformation/resource-type.ts';

/** Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudwatch-alarm.html */
export const alarm: ResourceType = {
  supported: ALARM_PROPERTIES,
  accepted: ['EvaluateLowSampleCountPercentile', 'Tags', 'Unit'],
  async create(request, { alarms }) {
    const AlarmName = text(request, 'AlarmName') ?? request.defaultName;
    alarms.put({ ...request.properties, AlarmName });
    return { ref: AlarmName, attributes: { Arn: alarms.arnOf(AlarmName) } };
  },
  async remove(name, { alarms }) {
    alarms.delete(name);
  },
};
