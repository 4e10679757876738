import { type CreatedResource, type Identity, knownProperties, type ResourceType } from '@dure/cloudformation';

interface InertType {
  /** The service in its ARN. */
  readonly service: string;
  readonly nameProperty?: string;
  /** The names of its other properties, separated by spaces. */
  readonly properties: string;
}

/**
 * Types that only AWS puts into effect. They are listed as not enforced.
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html
 */
const INERT_TYPES: Readonly<Record<string, InertType>> = {
  'AWS::CloudWatch::CompositeAlarm': {
    service: 'cloudwatch',
    nameProperty: 'AlarmName',
    properties:
      'ActionsEnabled ActionsSuppressor ActionsSuppressorExtensionPeriod ActionsSuppressorWaitPeriod AlarmActions ' +
      'AlarmDescription AlarmRule InsufficientDataActions OKActions Tags',
  },
  'AWS::CloudWatch::Dashboard': {
    service: 'cloudwatch',
    nameProperty: 'DashboardName',
    properties: 'DashboardBody Tags',
  },
  'AWS::CodeDeploy::Application': {
    service: 'codedeploy',
    nameProperty: 'ApplicationName',
    properties: 'ComputePlatform Tags',
  },
  'AWS::CodeDeploy::DeploymentGroup': {
    service: 'codedeploy',
    nameProperty: 'DeploymentGroupName',
    properties:
      'AlarmConfiguration ApplicationName AutoRollbackConfiguration AutoScalingGroups BlueGreenDeploymentConfiguration ' +
      'Deployment DeploymentConfigName DeploymentStyle ECSServices Ec2TagFilters Ec2TagSet LoadBalancerInfo ' +
      'OnPremisesInstanceTagFilters OnPremisesTagSet OutdatedInstancesStrategy ServiceRoleArn Tags ' +
      'TerminationHookEnabled TriggerConfigurations',
  },
  'AWS::Events::EventBusPolicy': {
    service: 'events',
    properties: 'Action Condition EventBusName Principal Statement StatementId',
  },
  'AWS::IAM::ManagedPolicy': {
    service: 'iam',
    nameProperty: 'ManagedPolicyName',
    properties: 'Description Groups Path PolicyDocument Roles Users',
  },
  'AWS::IAM::Policy': { service: 'iam', properties: 'Groups PolicyDocument PolicyName Roles Users' },
  'AWS::IAM::RolePolicy': { service: 'iam', properties: 'PolicyDocument PolicyName RoleName' },
  'AWS::KMS::Key': {
    service: 'kms',
    properties:
      'BypassPolicyLockoutSafetyCheck Description EnableKeyRotation Enabled KeyPolicy KeySpec KeyUsage MultiRegion Origin ' +
      'PendingWindowInDays RotationPeriodInDays Tags',
  },
  'AWS::Lambda::Permission': {
    service: 'lambda',
    properties:
      'Action EventSourceToken FunctionName FunctionUrlAuthType InvokedViaFunctionUrl Principal PrincipalOrgID ' +
      'SourceAccount SourceArn',
  },
  'AWS::Logs::LogGroup': {
    service: 'logs',
    nameProperty: 'LogGroupName',
    properties:
      'DataProtectionPolicy DeletionProtectionEnabled FieldIndexPolicies KmsKeyId LogGroupClass ResourcePolicyDocument ' +
      'RetentionInDays Tags',
  },
  'AWS::Logs::MetricFilter': {
    service: 'logs',
    properties:
      'ApplyOnTransformedLogs EmitSystemFieldDimensions FieldSelectionCriteria FilterName FilterPattern LogGroupName ' +
      'MetricTransformations',
  },
  'AWS::Logs::ResourcePolicy': { service: 'logs', properties: 'PolicyDocument PolicyName' },
  'AWS::S3::BucketPolicy': { service: 's3', properties: 'Bucket PolicyDocument' },
  'AWS::SNS::TopicPolicy': { service: 'sns', properties: 'PolicyDocument Topics' },
  'AWS::SQS::QueuePolicy': { service: 'sqs', properties: 'PolicyDocument Queues' },
};

/** The types without an effect: their properties stay in the stack, to be described, and their names count. */
export function inertResourceTypes(identity: Identity): Record<string, ResourceType> {
  const types = Object.entries(INERT_TYPES).map(([type, inert]): [string, ResourceType] => [
    type,
    {
      ...(inert.nameProperty !== undefined && { nameProperty: inert.nameProperty }),
      inert: true,
      ...knownProperties(type, [inert.nameProperty ?? []].flat(), inert.properties.split(' ')),
      create: async ({ name }) => inertResource(type, inert.service, name, identity),
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
