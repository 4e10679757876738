import type { Json, Resource, Resources } from '../types.ts';

const PARAMETER = 'AWS::SSM::Parameter';
const COPY = 'AlarmTopicParameter';

/**
 * The ARN of the topic that alarms notify: the service's own if it publishes the stage's
 * `/dure/{stage}/alerts/topic-arn`, otherwise the published one. A template may have 60 dynamic references, and a
 * service may have more alarms, so one resource refers to the parameter, and the alarms refer to that resource.
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
 * @returns the ARN, and the resources that it needs
 */
export function alarmTopic(service: string, stage: string, own: Resources): { arn: Json; resources: Resources } {
  const name = `/dure/${stage}/alerts/topic-arn`;
  const published = Object.values(own).find((it) => it.Type === PARAMETER && it.Properties['Name'] === name);
  if (published !== undefined) return { arn: published.Properties['Value'] ?? null, resources: {} };
  const copy: Resource = {
    Type: PARAMETER,
    Properties: {
      Name: `/dure/${stage}/${service}/alarm-topic-arn`,
      Type: 'String',
      Value: `{{resolve:ssm:${name}}}`,
      Description: `Where the alarms of ${service} go`,
    },
  };
  return { arn: { 'Fn::GetAtt': [COPY, 'Value'] }, resources: { [COPY]: copy } };
}
