/** AWS's limits of a property: pattern and length of a text, range of a number. */
export interface ValueLimit {
  readonly type: string;
  /** The path within Properties; a list on the path means each of its items. */
  readonly path: readonly string[];
  readonly pattern?: RegExp;
  readonly maxLength?: number;
  readonly min?: number;
  readonly max?: number;
  readonly source: string;
}

const API = 'https://docs.aws.amazon.com';
const cloudFormation = (page: string) => `${API}/AWSCloudFormation/latest/TemplateReference/${page}.html`;

const WORD = /^[\w-]+$/;
const DOTTED_WORD = /^[\w.-]+$/;

const LAMBDA = `${API}/lambda/latest/api/API_CreateFunction.html`;
const MAPPING = `${API}/lambda/latest/api/API_CreateEventSourceMapping.html`;
const INVOKE_CONFIG = `${API}/lambda/latest/api/API_PutFunctionEventInvokeConfig.html`;
const QUEUE = `${API}/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html`;
const TABLE = `${API}/amazondynamodb/latest/APIReference/API_CreateTable.html`;
const RULE = `${API}/eventbridge/latest/APIReference/API_PutRule.html`;
const TARGET = `${API}/eventbridge/latest/APIReference/API_Target.html`;
const ALARM = `${API}/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html`;
const ROLE = `${API}/IAM/latest/APIReference/API_CreateRole.html`;
const STAGE = cloudFormation('aws-properties-apigateway-stage-methodsetting');

/** Names by pattern and length, numbers by range, per resource type. */
export const valueLimits: readonly ValueLimit[] = [
  { type: 'AWS::Lambda::Function', path: ['FunctionName'], pattern: WORD, maxLength: 64, source: LAMBDA },
  { type: 'AWS::Lambda::Function', path: ['Timeout'], min: 1, max: 900, source: LAMBDA },
  { type: 'AWS::Lambda::Function', path: ['MemorySize'], min: 128, max: 10_240, source: LAMBDA },
  { type: 'AWS::Lambda::Function', path: ['Description'], maxLength: 256, source: LAMBDA },
  { type: 'AWS::Lambda::Function', path: ['Handler'], pattern: /^[^\s]+$/, maxLength: 128, source: LAMBDA },
  {
    ...{ type: 'AWS::Lambda::Alias', path: ['Name'], pattern: /^(?!\d+$)[\w-]+$/, maxLength: 128 },
    source: `${API}/lambda/latest/api/API_CreateAlias.html`,
  },
  { type: 'AWS::Lambda::EventSourceMapping', path: ['BatchSize'], min: 1, max: 10_000, source: MAPPING },
  {
    ...{ type: 'AWS::Lambda::EventSourceMapping', path: ['MaximumBatchingWindowInSeconds'], min: 0, max: 300 },
    source: MAPPING,
  },
  {
    ...{ type: 'AWS::Lambda::EventSourceMapping', path: ['ScalingConfig', 'MaximumConcurrency'], min: 2, max: 1000 },
    source: MAPPING,
  },
  {
    ...{ type: 'AWS::Lambda::EventSourceMapping', path: ['FilterCriteria', 'Filters', 'Pattern'], maxLength: 4096 },
    source: `${API}/lambda/latest/api/API_Filter.html`,
  },
  {
    ...{ type: 'AWS::Lambda::EventInvokeConfig', path: ['MaximumRetryAttempts'], min: 0, max: 2 },
    source: INVOKE_CONFIG,
  },
  {
    ...{ type: 'AWS::Lambda::EventInvokeConfig', path: ['MaximumEventAgeInSeconds'], min: 60, max: 21_600 },
    source: INVOKE_CONFIG,
  },
  {
    ...{ type: 'AWS::SQS::Queue', path: ['QueueName'], pattern: /^[\w-]+(\.fifo)?$/, maxLength: 80 },
    source: `${API}/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html`,
  },
  { type: 'AWS::SQS::Queue', path: ['VisibilityTimeout'], min: 0, max: 43_200, source: QUEUE },
  { type: 'AWS::SQS::Queue', path: ['MessageRetentionPeriod'], min: 60, max: 1_209_600, source: QUEUE },
  { type: 'AWS::SQS::Queue', path: ['DelaySeconds'], min: 0, max: 900, source: QUEUE },
  { type: 'AWS::SQS::Queue', path: ['ReceiveMessageWaitTimeSeconds'], min: 0, max: 20, source: QUEUE },
  { type: 'AWS::DynamoDB::Table', path: ['TableName'], pattern: DOTTED_WORD, maxLength: 255, source: TABLE },
  {
    ...{ type: 'AWS::DynamoDB::Table', path: ['GlobalSecondaryIndexes', 'IndexName'], pattern: DOTTED_WORD },
    ...{ maxLength: 255, source: TABLE },
  },
  { type: 'AWS::Events::Rule', path: ['Name'], pattern: DOTTED_WORD, maxLength: 64, source: RULE },
  { type: 'AWS::Events::Rule', path: ['Description'], maxLength: 512, source: RULE },
  { type: 'AWS::Events::Rule', path: ['Targets', 'Id'], pattern: DOTTED_WORD, maxLength: 64, source: TARGET },
  {
    ...{ type: 'AWS::Events::Rule', path: ['Targets', 'RetryPolicy', 'MaximumRetryAttempts'], min: 0, max: 185 },
    source: `${API}/eventbridge/latest/APIReference/API_RetryPolicy.html`,
  },
  {
    ...{ type: 'AWS::Events::Rule', path: ['Targets', 'RetryPolicy', 'MaximumEventAgeInSeconds'] },
    ...{ min: 60, max: 86_400, source: `${API}/eventbridge/latest/APIReference/API_RetryPolicy.html` },
  },
  {
    ...{ type: 'AWS::Events::EventBus', path: ['Name'], pattern: /^[/\w.-]+$/, maxLength: 256 },
    source: `${API}/eventbridge/latest/APIReference/API_CreateEventBus.html`,
  },
  {
    ...{ type: 'AWS::Events::Archive', path: ['ArchiveName'], pattern: DOTTED_WORD, maxLength: 48 },
    source: `${API}/eventbridge/latest/APIReference/API_CreateArchive.html`,
  },
  {
    ...{ type: 'AWS::Scheduler::Schedule', path: ['Name'], pattern: DOTTED_WORD, maxLength: 64 },
    source: `${API}/scheduler/latest/APIReference/API_CreateSchedule.html`,
  },
  {
    ...{ type: 'AWS::StepFunctions::StateMachine', path: ['StateMachineName'], pattern: WORD, maxLength: 80 },
    source: `${API}/step-functions/latest/apireference/API_CreateStateMachine.html`,
  },
  { type: 'AWS::IAM::Role', path: ['RoleName'], pattern: /^[\w+=,.@-]+$/, maxLength: 64, source: ROLE },
  {
    ...{ type: 'AWS::IAM::Role', path: ['Policies', 'PolicyName'], pattern: /^[\w+=,.@-]+$/, maxLength: 128 },
    source: `${API}/IAM/latest/APIReference/API_PutRolePolicy.html`,
  },
  { type: 'AWS::IAM::Role', path: ['MaxSessionDuration'], min: 3600, max: 43_200, source: ROLE },
  { type: 'AWS::CloudWatch::Alarm', path: ['AlarmName'], pattern: /^.+$/, maxLength: 255, source: ALARM },
  {
    ...{ type: 'AWS::CloudWatch::Dashboard', path: ['DashboardName'], pattern: WORD, maxLength: 255 },
    source: `${API}/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html`,
  },
  {
    ...{ type: 'AWS::Logs::LogGroup', path: ['LogGroupName'], pattern: /^[\w./#-]+$/, maxLength: 512 },
    source: `${API}/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html`,
  },
  {
    ...{ type: 'AWS::SNS::Topic', path: ['TopicName'], pattern: /^[\w-]+(\.fifo)?$/, maxLength: 256 },
    source: `${API}/sns/latest/api/API_CreateTopic.html`,
  },
  {
    ...{ type: 'AWS::SSM::Parameter', path: ['Name'], pattern: /^[\w./-]+$/, maxLength: 1011 },
    source: `${API}/systems-manager/latest/APIReference/API_PutParameter.html`,
  },
  {
    ...{ type: 'AWS::SSM::Parameter', path: ['Description'], maxLength: 1024 },
    source: `${API}/systems-manager/latest/APIReference/API_PutParameter.html`,
  },
  {
    ...{ type: 'AWS::ApiGateway::Stage', path: ['StageName'], pattern: WORD, maxLength: 128 },
    source: cloudFormation('aws-resource-apigateway-stage'),
  },
  {
    type: 'AWS::ApiGateway::Stage',
    path: ['MethodSettings', 'ThrottlingRateLimit'],
    min: 0,
    max: 10_000,
    source: STAGE,
  },
  {
    type: 'AWS::ApiGateway::Stage',
    path: ['MethodSettings', 'ThrottlingBurstLimit'],
    min: 0,
    max: 5000,
    source: STAGE,
  },
  {
    ...{ type: 'AWS::ApiGateway::Model', path: ['Name'], pattern: /^[A-Za-z0-9]+$/ },
    source: cloudFormation('aws-resource-apigateway-model'),
  },
  {
    ...{ type: 'AWS::ApiGateway::Method', path: ['Integration', 'TimeoutInMillis'], min: 50, max: 29_000 },
    source: cloudFormation('aws-properties-apigateway-method-integration'),
  },
  {
    ...{ type: 'AWS::CodeDeploy::Application', path: ['ApplicationName'], pattern: /^.+$/, maxLength: 100 },
    source: `${API}/codedeploy/latest/APIReference/API_CreateApplication.html`,
  },
  {
    ...{ type: 'AWS::CodeDeploy::DeploymentGroup', path: ['DeploymentGroupName'], pattern: /^.+$/, maxLength: 100 },
    source: `${API}/codedeploy/latest/APIReference/API_CreateDeploymentGroup.html`,
  },
];
