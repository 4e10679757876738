import type { Json, Resource, Statement } from '../types.ts';

/** A function whose traffic is shifted. */
export interface ShiftedFunction {
  /** In serverless.yml. */
  readonly key: string;
  /** As AWS knows it. */
  readonly name: string;
  /** Logical ids of the function and of its new version. */
  readonly id: string;
  readonly version: string;
  readonly isHttp: boolean;
}

/** Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-codedeploy-application.html */
export function application(name: string): Resource {
  return { Type: 'AWS::CodeDeploy::Application', Properties: { ApplicationName: name, ComputePlatform: 'Lambda' } };
}

/**
 * How the traffic of one function goes over, and which alarms bring it back.
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-codedeploy-deploymentgroup.html
 */
export function deploymentGroup(
  name: string,
  shift: string,
  refs: { readonly application: string; readonly role: string; readonly alarms: readonly string[] },
): Resource {
  return {
    Type: 'AWS::CodeDeploy::DeploymentGroup',
    Properties: {
      ApplicationName: { Ref: refs.application },
      DeploymentGroupName: name,
      ServiceRoleArn: { 'Fn::GetAtt': [refs.role, 'Arn'] },
      DeploymentConfigName: `CodeDeployDefault.Lambda${shift}`,
      DeploymentStyle: { DeploymentType: 'BLUE_GREEN', DeploymentOption: 'WITH_TRAFFIC_CONTROL' },
      ...(refs.alarms.length > 0 && {
        AlarmConfiguration: {
          Enabled: true,
          IgnorePollAlarmFailure: false,
          Alarms: refs.alarms.map((alarm) => ({ Name: { Ref: alarm } })),
        },
      }),
      AutoRollbackConfiguration: {
        Enabled: true,
        Events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM', 'DEPLOYMENT_STOP_ON_REQUEST'],
      },
    },
  };
}

/** Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-updatepolicy.html */
export function alias(
  { id, version }: ShiftedFunction,
  refs: { readonly application: string; readonly group: string; readonly hook: string },
): Resource {
  return {
    Type: 'AWS::Lambda::Alias',
    Properties: { FunctionName: { Ref: id }, FunctionVersion: { 'Fn::GetAtt': [version, 'Version'] }, Name: 'live' },
    UpdatePolicy: {
      CodeDeployLambdaAliasUpdate: {
        ApplicationName: { Ref: refs.application },
        DeploymentGroupName: { Ref: refs.group },
        BeforeAllowTrafficHook: { Ref: refs.hook },
      },
    },
  };
}

/**
 * What CodeDeploy may do for the service: move its aliases, look at its alarms, call the hook.
 * Source: https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSCodeDeployRoleForLambdaLimited.html
 */
export function codeDeployRole(
  functions: readonly ShiftedFunction[],
  refs: { readonly hook: string; readonly alarmPrefix: string },
): Resource {
  return role('codedeploy.amazonaws.com', [
    {
      Effect: 'Allow',
      Action: ['lambda:GetAlias', 'lambda:UpdateAlias', 'lambda:GetProvisionedConcurrencyConfig'],
      Resource: functions.flatMap(functionAndVersions),
    },
    {
      Effect: 'Allow',
      Action: 'cloudwatch:DescribeAlarms',
      Resource: arnOf('cloudwatch', `alarm:${refs.alarmPrefix}-*`),
    },
    { Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: { 'Fn::GetAtt': [refs.hook, 'Arn'] } },
  ]);
}

/** Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscodedeploy.html */
export function hookRole(
  functions: readonly ShiftedFunction[],
  refs: { readonly application: string; readonly logGroup: string },
): Resource {
  return role('lambda.amazonaws.com', [
    {
      Effect: 'Allow',
      Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      Resource: { 'Fn::GetAtt': [refs.logGroup, 'Arn'] },
    },
    {
      Effect: 'Allow',
      Action: [
        'codedeploy:BatchGetDeploymentTargets',
        'codedeploy:ListDeploymentTargets',
        'codedeploy:PutLifecycleEventHookExecutionStatus',
      ],
      Resource: arnOf('codedeploy', `deploymentgroup:\${${refs.application}}/*`),
    },
    { Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: functions.map(versions) },
  ]);
}

const versions = ({ id }: ShiftedFunction): Json => ({ 'Fn::Sub': `\${${id}.Arn}:*` });

const functionAndVersions = (it: ShiftedFunction): Json[] => [{ 'Fn::GetAtt': [it.id, 'Arn'] }, versions(it)];

const arnOf = (service: string, rest: string): Json => ({
  'Fn::Sub': `arn:\${AWS::Partition}:${service}:\${AWS::Region}:\${AWS::AccountId}:${rest}`,
});

function role(service: string, Statement: readonly Statement[]): Resource {
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
      },
      Policies: [
        {
          PolicyName: 'canary',
          PolicyDocument: { Version: '2012-10-17', Statement: Statement.map((it) => ({ ...it })) },
        },
      ],
    },
  };
}
