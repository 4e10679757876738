import type { Json, Resource } from '../../src/template.ts';
import { arn, ref } from './stores.ts';

const NAMES = ['Api', 'Consumer', 'Reader', 'Job', 'Hook'];

function trust(service: string): Json {
  return {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
  };
}

function role(service: string, statements: readonly Json[]): Resource {
  const PolicyDocument = { Version: '2012-10-17', Statement: statements };
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: trust(service),
      Policies: [{ PolicyName: 'function', PolicyDocument }],
    },
  };
}

const allow = (Action: Json, Resource: Json): Json => ({ Effect: 'Allow', Action, Resource });

const PERMISSIONS: Readonly<Record<string, readonly Json[]>> = {
  Api: [
    allow(['dynamodb:GetItem', 'dynamodb:PutItem'], arn('Table')),
    allow(['xray:PutTraceSegments'], '*'),
    {
      Effect: 'Allow',
      Action: 'events:PutEvents',
      Resource: '{{resolve:ssm:/dure/prod/bus/arn}}',
      Condition: {
        'ForAllValues:StringEquals': { 'events:source': ['dure.shop'], 'events:detail-type': ['ItemAdded.v1'] },
        Null: { 'events:source': 'false', 'events:detail-type': 'false' },
      },
    },
  ],
  Consumer: [allow('sqs:ReceiveMessage', arn('Queue'))],
  Reader: [
    allow('dynamodb:GetRecords', { 'Fn::GetAtt': ['Table', 'StreamArn'] }),
    allow('s3:PutObject', { 'Fn::Sub': '${GivenUp.Arn}/*' }),
    allow('s3:ListBucket', arn('GivenUp')),
  ],
  Job: [allow('sqs:SendMessage', arn('JobDeadLetters'))],
  Hook: [allow('lambda:InvokeFunction', { 'Fn::Sub': '${ApiFunction.Arn}:${ApiVersion.Version}' })],
};

function functionOf(name: string): Record<string, Resource> {
  const lambda = `shop-prod-${name.toLowerCase()}`;
  return {
    [`${name}Function`]: {
      Type: 'AWS::Lambda::Function',
      DependsOn: [`${name}LogGroup`],
      Properties: {
        FunctionName: lambda,
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Handler: 'index.handler',
        Timeout: 10,
        MemorySize: 512,
        Code: { S3Bucket: ref('Bucket'), S3Key: `${name}.zip` },
        Role: arn(`${name}Role`),
        TracingConfig: { Mode: 'Active' },
        Environment: { Variables: { STAGE: 'prod' } },
      },
    },
    [`${name}LogGroup`]: {
      Type: 'AWS::Logs::LogGroup',
      Properties: { LogGroupName: `/aws/lambda/${lambda}`, RetentionInDays: 30 },
    },
    [`${name}Role`]: role('lambda.amazonaws.com', PERMISSIONS[name] ?? []),
    [`${name}Version`]: { Type: 'AWS::Lambda::Version', Properties: { FunctionName: ref(`${name}Function`) } },
  };
}

function alias(name: string): Resource {
  return {
    Type: 'AWS::Lambda::Alias',
    UpdatePolicy: {
      CodeDeployLambdaAliasUpdate: {
        ApplicationName: ref('Application'),
        DeploymentGroupName: ref('DeploymentGroup'),
        BeforeAllowTrafficHook: ref('HookFunction'),
      },
    },
    Properties: {
      FunctionName: ref(`${name}Function`),
      FunctionVersion: { 'Fn::GetAtt': [`${name}Version`, 'Version'] },
      Name: 'live',
    },
  };
}

/** The functions with their roles, log groups and aliases, and what calls them. */
export function functionResources(): Record<string, Resource> {
  const shifted = NAMES.filter((name) => name !== 'Hook');
  return {
    ...Object.assign({}, ...NAMES.map(functionOf)),
    ...Object.fromEntries(shifted.map((name) => [`${name}Alias`, alias(name)])),
    ...deployment(),
    ConsumerMapping: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: {
        EventSourceArn: arn('Queue'),
        FunctionName: ref('ConsumerAlias'),
        BatchSize: 10,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
      },
    },
    ReaderMapping: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: {
        EventSourceArn: { 'Fn::GetAtt': ['Table', 'StreamArn'] },
        FunctionName: ref('ReaderAlias'),
        StartingPosition: 'TRIM_HORIZON',
        BisectBatchOnFunctionError: true,
        MaximumRecordAgeInSeconds: 3600,
        MaximumRetryAttempts: 100,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        FilterCriteria: { Filters: [{ Pattern: '{}' }] },
        DestinationConfig: { OnFailure: { Destination: arn('GivenUp') } },
      },
    },
    JobInvokeConfig: {
      Type: 'AWS::Lambda::EventInvokeConfig',
      DependsOn: 'JobAlias',
      Properties: {
        FunctionName: ref('JobFunction'),
        Qualifier: 'live',
        DestinationConfig: { OnFailure: { Destination: arn('JobDeadLetters') } },
      },
    },
    JobPermission: {
      Type: 'AWS::Lambda::Permission',
      Properties: {
        FunctionName: ref('JobAlias'),
        Action: 'lambda:InvokeFunction',
        Principal: 'events.amazonaws.com',
        SourceArn: arn('ScheduleRule'),
      },
    },
    JobScheduleRole: role('scheduler.amazonaws.com', [
      allow('lambda:InvokeFunction', ref('JobAlias')),
      allow('sqs:SendMessage', arn('JobDeadLetters')),
    ]),
    ...stateMachine(),
  };
}

function deployment(): Record<string, Resource> {
  return {
    Application: {
      Type: 'AWS::CodeDeploy::Application',
      Properties: { ApplicationName: 'dure-prod-shop', ComputePlatform: 'Lambda' },
    },
    DeploymentGroup: {
      Type: 'AWS::CodeDeploy::DeploymentGroup',
      Properties: {
        ApplicationName: ref('Application'),
        DeploymentConfigName: 'CodeDeployDefault.LambdaCanary10Percent5Minutes',
        DeploymentStyle: { DeploymentType: 'BLUE_GREEN', DeploymentOption: 'WITH_TRAFFIC_CONTROL' },
        ServiceRoleArn: arn('DeploymentRole'),
        AlarmConfiguration: { Enabled: true, Alarms: [{ Name: ref('ApiErrorsAlarm') }] },
        AutoRollbackConfiguration: { Enabled: true, Events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM'] },
      },
    },
    DeploymentRole: role('codedeploy.amazonaws.com', [allow('lambda:UpdateAlias', arn('ApiFunction'))]),
  };
}

function stateMachine(): Record<string, Resource> {
  return {
    StateMachine: {
      Type: 'AWS::StepFunctions::StateMachine',
      Properties: {
        StateMachineName: 'dure-prod-shop-checkout',
        RoleArn: arn('StateMachineRole'),
        Definition: { StartAt: 'Done', States: { Done: { Type: 'Succeed' } } },
        DefinitionString: '{}',
        DefinitionSubstitutions: { StepArn: ref('ApiAlias') },
        TracingConfiguration: { Enabled: true },
        LoggingConfiguration: {
          Level: 'ERROR',
          Destinations: [{ CloudWatchLogsLogGroup: { LogGroupArn: arn('StateMachineLogGroup') } }],
        },
      },
    },
    StateMachineRole: role('states.amazonaws.com', [allow('lambda:InvokeFunction', ref('ApiAlias'))]),
    StateMachineLogGroup: { Type: 'AWS::Logs::LogGroup', Properties: { RetentionInDays: 30 } },
  };
}
