import { expandRole } from '../role.ts';
import { LIVE } from './live-alias.ts';
import type { Json, Resource } from '../types.ts';

/** A function whose traffic is shifted. */
export interface ShiftedFunction {
  /** Its name in serverless.yml. */
  readonly key: string;
  /** Its name on AWS. */
  readonly name: string;
  /** Logical ids of the function and of its new version. */
  readonly id: string;
  readonly version: string;
  readonly isHttp: boolean;
  /** Logical ids of the alarms that roll it back. */
  readonly guards: readonly string[];
}

/**
 * Source:
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-codedeploy-application.html
 */
export function application(name: string): Resource {
  return { Type: 'AWS::CodeDeploy::Application', Properties: { ApplicationName: name, ComputePlatform: 'Lambda' } };
}

/**
 * How the traffic of one function shifts, and which alarms roll it back.
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-codedeploy-deploymentgroup.html
 */
export function deploymentGroup(
  { name, guards }: ShiftedFunction,
  shift: string,
  refs: { readonly application: string; readonly role: string },
): Resource {
  return {
    Type: 'AWS::CodeDeploy::DeploymentGroup',
    Properties: {
      ApplicationName: { Ref: refs.application },
      DeploymentGroupName: name,
      ServiceRoleArn: { 'Fn::GetAtt': [refs.role, 'Arn'] },
      DeploymentConfigName: `CodeDeployDefault.Lambda${shift}`,
      DeploymentStyle: { DeploymentType: 'BLUE_GREEN', DeploymentOption: 'WITH_TRAFFIC_CONTROL' },
      ...(guards.length > 0 && {
        AlarmConfiguration: {
          Enabled: true,
          IgnorePollAlarmFailure: false,
          Alarms: guards.map((alarm) => ({ Name: { Ref: alarm } })),
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
    Properties: { FunctionName: { Ref: id }, FunctionVersion: { 'Fn::GetAtt': [version, 'Version'] }, Name: LIVE },
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
 * The role of CodeDeploy for the service: it moves aliases, reads alarms and calls the hook.
 * Source: https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSCodeDeployRoleForLambdaLimited.html
 */
export function codeDeployRole(functions: readonly ShiftedFunction[], hook: string): Resource {
  const guards = [...new Set(functions.flatMap((it) => it.guards))];
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { Service: 'codedeploy.amazonaws.com' }, Action: 'sts:AssumeRole' }],
      },
      Policies: [
        {
          PolicyName: 'canary',
          PolicyDocument: {
            Version: '2012-10-17',
            Statement: [
              {
                Effect: 'Allow',
                Action: ['lambda:GetAlias', 'lambda:UpdateAlias', 'lambda:GetProvisionedConcurrencyConfig'],
                Resource: functions.flatMap(({ name }) => [functionArn(name), functionArn(`${name}:${LIVE}`)]),
              },
              ...(guards.length > 0
                ? [{ Effect: 'Allow', Action: 'cloudwatch:DescribeAlarms', Resource: guards.map(arn) }]
                : []),
              { Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: arn(hook) },
            ],
          },
        },
      ],
    },
  };
}

/**
 * The role of the hook: it finds the deployed version, calls it and reports the result. It may call any version,
 * because a roll-back goes to an earlier one.
 * Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscodedeploy.html
 */
export function hookRole(name: string, functions: readonly ShiftedFunction[], application: string): Resource {
  const group = `arn:\${AWS::Partition}:codedeploy:\${AWS::Region}:\${AWS::AccountId}:deploymentgroup:\${${application}}`;
  return expandRole(name, [
    {
      Effect: 'Allow',
      Action: [
        'codedeploy:BatchGetDeploymentTargets',
        'codedeploy:ListDeploymentTargets',
        'codedeploy:PutLifecycleEventHookExecutionStatus',
      ],
      Resource: functions.map((it) => ({ 'Fn::Sub': `${group}/${it.name}` })),
    },
    {
      Effect: 'Allow',
      Action: 'lambda:InvokeFunction',
      Resource: functions.map((it) => functionArn(`${it.name}:*`)),
    },
  ]);
}

/**
 * By name, because a reference would make the role depend on functions, some of which depend on callers of an alias.
 */
const functionArn = (name: string): Json => ({
  'Fn::Sub': `arn:\${AWS::Partition}:lambda:\${AWS::Region}:\${AWS::AccountId}:function:${name}`,
});

const arn = (id: string): Json => ({ 'Fn::GetAtt': [id, 'Arn'] });
