import type { CreatedResource, Identity, ResourceType } from '@dure/cloudformation';

interface InertType {
  /** The service in its ARN. */
  readonly service: string;
  readonly nameProperty?: string;
}

/** Types that only AWS puts into effect. They are listed as not enforced. */
const INERT_TYPES: Readonly<Record<string, InertType>> = {
  'AWS::CloudWatch::CompositeAlarm': { service: 'cloudwatch', nameProperty: 'AlarmName' },
  'AWS::CloudWatch::Dashboard': { service: 'cloudwatch', nameProperty: 'DashboardName' },
  'AWS::CodeDeploy::Application': { service: 'codedeploy', nameProperty: 'ApplicationName' },
  'AWS::CodeDeploy::DeploymentGroup': { service: 'codedeploy', nameProperty: 'DeploymentGroupName' },
  'AWS::Events::EventBusPolicy': { service: 'events' },
  'AWS::IAM::ManagedPolicy': { service: 'iam', nameProperty: 'ManagedPolicyName' },
  'AWS::IAM::Policy': { service: 'iam' },
  'AWS::IAM::RolePolicy': { service: 'iam' },
  'AWS::KMS::Key': { service: 'kms' },
  'AWS::Lambda::Permission': { service: 'lambda' },
  'AWS::Logs::LogGroup': { service: 'logs', nameProperty: 'LogGroupName' },
  'AWS::Logs::MetricFilter': { service: 'logs' },
  'AWS::Logs::ResourcePolicy': { service: 'logs' },
  'AWS::S3::BucketPolicy': { service: 's3' },
  'AWS::SNS::TopicPolicy': { service: 'sns' },
  'AWS::SQS::QueuePolicy': { service: 'sqs' },
};

/** The types without an effect: their properties stay in the stack, to be described, and their names count. */
export function inertResourceTypes(identity: Identity): Record<string, ResourceType> {
  const types = Object.entries(INERT_TYPES).map(([type, { service, nameProperty }]): [string, ResourceType] => [
    type,
    {
      ...(nameProperty !== undefined && { nameProperty }),
      inert: true,
      check() {
        // Every property is kept.
      },
      enforced: (properties) =>
        nameProperty !== undefined && Object.hasOwn(properties, nameProperty)
          ? { [nameProperty]: properties[nameProperty] }
          : {},
      create: async ({ name }) => inertResource(type, service, name, identity),
      async remove() {
        // The stack forgets it.
      },
    },
  ]);
  return Object.fromEntries(types);
}

function inertResource(type: string, service: string, name: string, { region, accountId }: Identity): CreatedResource {
  const kind = type.split('::').at(-1)?.toLowerCase();
  const path = service === 'logs' ? `log-group:${name}` : `${kind}/${name}`;
  const arn = `arn:aws:${service}:${service === 'iam' ? '' : region}:${accountId}:${path}`;
  return { ref: name, attributes: { Arn: service === 'logs' ? `${arn}:*` : arn } };
}
