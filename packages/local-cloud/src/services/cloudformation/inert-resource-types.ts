/**
 * Types that a laptop has no use for, each with its ARN's service. They are listed as not enforced, and can be
 * referred to.
 */
export const ACCEPTED_TYPES: Readonly<Record<string, string>> = {
  'AWS::CloudWatch::CompositeAlarm': 'cloudwatch',
  'AWS::CloudWatch::Dashboard': 'cloudwatch',
  'AWS::IAM::ManagedPolicy': 'iam',
  'AWS::IAM::Policy': 'iam',
  'AWS::IAM::RolePolicy': 'iam',
  'AWS::KMS::Key': 'kms',
  'AWS::Lambda::Permission': 'lambda',
  'AWS::Logs::LogGroup': 'logs',
  'AWS::Logs::MetricFilter': 'logs',
  'AWS::Logs::ResourcePolicy': 'logs',
  'AWS::S3::BucketPolicy': 's3',
  'AWS::SNS::TopicPolicy': 'sns',
  'AWS::SQS::QueuePolicy': 'sqs',
};

export function acceptedResource(
  type: string,
  name: string,
  { region, accountId }: { region: string; accountId: string },
): { ref: string; attributes: Record<string, string> } {
  const service = ACCEPTED_TYPES[type];
  const kind = type.split('::').at(-1)?.toLowerCase();
  const path = service === 'logs' ? `log-group:${name}` : `${kind}/${name}`;
  const arn = `arn:aws:${service}:${service === 'iam' ? '' : region}:${accountId}:${path}`;
  return { ref: name, attributes: { Arn: service === 'logs' ? `${arn}:*` : arn } };
}
