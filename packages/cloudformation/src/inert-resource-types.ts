import { knownProperties, optionalText } from './properties.ts';
import type { CreatedResource, Identity, ResourceType } from './resource-type.ts';

interface InertType {
  readonly nameProperty?: string;
  /** The names of its other properties, separated by spaces. */
  readonly properties: string;
  /** Further properties, whose change makes a new one. */
  readonly replacedBy?: readonly string[];
  /** What Ref and Fn::GetAtt give; by default its name, and nothing. */
  returns?(name: string, identity: Identity, properties: Readonly<Record<string, unknown>>): CreatedResource;
}

const arnOf = ({ region, accountId }: Identity, service: string, resource: string): string =>
  `arn:aws:${service}:${region}:${accountId}:${resource}`;

/**
 * Types that only AWS puts into effect. They are listed as not enforced.
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html
 */
const INERT_TYPES: Readonly<Record<string, InertType>> = {
  'AWS::CloudWatch::CompositeAlarm': {
    nameProperty: 'AlarmName',
    properties:
      'ActionsEnabled ActionsSuppressor ActionsSuppressorExtensionPeriod ActionsSuppressorWaitPeriod AlarmActions ' +
      'AlarmDescription AlarmRule InsufficientDataActions OKActions Tags',
    returns: (name, at) => ({ ref: name, attributes: { Arn: arnOf(at, 'cloudwatch', `alarm:${name}`) } }),
  },
  'AWS::CloudWatch::Dashboard': {
    nameProperty: 'DashboardName',
    properties: 'DashboardBody Tags',
  },
  'AWS::CodeDeploy::Application': {
    nameProperty: 'ApplicationName',
    properties: 'ComputePlatform Tags',
  },
  'AWS::CodeDeploy::DeploymentGroup': {
    nameProperty: 'DeploymentGroupName',
    properties:
      'AlarmConfiguration ApplicationName AutoRollbackConfiguration AutoScalingGroups BlueGreenDeploymentConfiguration ' +
      'Deployment DeploymentConfigName DeploymentStyle ECSServices Ec2TagFilters Ec2TagSet LoadBalancerInfo ' +
      'OnPremisesInstanceTagFilters OnPremisesTagSet OutdatedInstancesStrategy ServiceRoleArn Tags ' +
      'TerminationHookEnabled TriggerConfigurations',
  },
  'AWS::Events::EventBusPolicy': {
    properties: 'Action Condition EventBusName Principal Statement StatementId',
  },
  'AWS::IAM::ManagedPolicy': {
    nameProperty: 'ManagedPolicyName',
    properties: 'Description Groups PolicyDocument Roles Users',
    replacedBy: ['Path'],
    returns(name, { accountId }, properties) {
      const PolicyArn = `arn:aws:iam::${accountId}:policy${optionalText(properties, 'Path') ?? '/'}${name}`;
      return { ref: PolicyArn, attributes: { PolicyArn } };
    },
  },
  'AWS::IAM::Policy': { properties: 'Groups PolicyDocument PolicyName Roles Users' },
  'AWS::IAM::RolePolicy': { properties: 'PolicyDocument PolicyName RoleName' },
  'AWS::Lambda::Permission': {
    properties:
      'Action EventSourceToken FunctionName FunctionUrlAuthType InvokedViaFunctionUrl Principal PrincipalOrgID ' +
      'SourceAccount SourceArn',
  },
  'AWS::Logs::LogGroup': {
    nameProperty: 'LogGroupName',
    properties:
      'DataProtectionPolicy DeletionProtectionEnabled FieldIndexPolicies KmsKeyId LogGroupClass ResourcePolicyDocument ' +
      'RetentionInDays Tags',
    returns: (name, at) => ({ ref: name, attributes: { Arn: arnOf(at, 'logs', `log-group:${name}:*`) } }),
  },
  'AWS::Logs::ResourcePolicy': { properties: 'PolicyDocument PolicyName' },
  'AWS::S3::BucketPolicy': { properties: 'Bucket PolicyDocument' },
  'AWS::SNS::TopicPolicy': { properties: 'PolicyDocument Topics' },
};

/** The types without an effect: their properties stay in the stack, to be described, and their names count. */
export function inertResourceTypes(identity: Identity): Record<string, ResourceType> {
  const types = Object.entries(INERT_TYPES).map(([type, inert]): [string, ResourceType] => [
    type,
    {
      ...(inert.nameProperty !== undefined && { nameProperty: inert.nameProperty }),
      inert: true,
      replacedBy: inert.replacedBy ?? [],
      ...knownProperties(type, [inert.nameProperty ?? [], inert.replacedBy ?? []].flat(), inert.properties.split(' ')),
      create: async ({ name, properties }) =>
        inert.returns?.(name, identity, properties) ?? { ref: name, attributes: {} },
      async remove() {
        // The stack forgets it.
      },
    },
  ]);
  return Object.fromEntries(types);
}
