/** Actions that need a wildcard resource, with the reason. */
export interface Wildcard {
  readonly actions: readonly string[];
  /** The ARN as text, wildcard included; references are written as `${AWS::Region}` or `${Id.Attribute}`. */
  readonly resource: RegExp;
  /** The services that may use it; all if missing. */
  readonly services?: readonly string[];
  readonly reason: string;
  /** AWS's page. */
  readonly source: string;
}

const AUTHORIZATION = 'https://docs.aws.amazon.com/service-authorization/latest/reference';

/** An ARN of this account and region, whose last part is a pattern. */
const arn = (service: string, resource: string) =>
  new RegExp(
    `^arn:\\$\\{AWS::Partition\\}:${service}:\\$\\{AWS::Region\\}:\\$\\{AWS::AccountId\\}:${resource.replaceAll('*', '\\*')}$`,
  );

const ANYTHING = /^\*$/;
const NAME = '[\\w-]+';

/** The complete list. Any other wildcard fails the check of the packaged templates. */
export const wildcards: readonly Wildcard[] = [
  {
    actions: ['lambda:InvokeFunction'],
    resource: arn('lambda', `function:${NAME}:*`),
    reason: 'The hook of a deployment calls the new version, whose number is known only when it is published.',
    source: `${AUTHORIZATION}/list_awslambda.html`,
  },
  {
    actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords', 'xray:GetSamplingRules', 'xray:GetSamplingTargets'],
    resource: ANYTHING,
    reason: 'Traces and sampling rules belong to the account; there is no resource to name.',
    source: `${AUTHORIZATION}/list_awsx-ray.html`,
  },
  {
    actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    resource: arn('logs', `log-group:/aws/lambda/${NAME}:*`),
    reason: 'Lambda names the streams in the function’s own log group as it starts them.',
    source: `${AUTHORIZATION}/list_amazoncloudwatchlogs.html`,
  },
  {
    actions: [
      ...['logs:CreateLogDelivery', 'logs:GetLogDelivery', 'logs:UpdateLogDelivery', 'logs:DeleteLogDelivery'],
      ...['logs:ListLogDeliveries', 'logs:PutResourcePolicy', 'logs:DescribeResourcePolicies'],
      'logs:DescribeLogGroups',
    ],
    resource: ANYTHING,
    reason: 'A state machine makes its log delivery itself, and a policy cannot name deliveries as resources.',
    source: 'https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html#cloudwatch-iam-policy',
  },
  {
    actions: ['s3:PutObject', 's3:GetObject'],
    resource: /^\$\{\w+GivenUpBucket\.Arn\}\/\*$/,
    reason: 'Lambda names the objects of what a stream gives up as it writes them.',
    source: `${AUTHORIZATION}/list_amazons3.html`,
  },
  {
    actions: ['states:DescribeExecution', 'states:GetExecutionHistory'],
    resource: arn('states', `execution:\\S+:*`),
    reason: 'Executions of the service’s own state machine get their names when they start.',
    source: `${AUTHORIZATION}/list_awsstepfunctions.html`,
  },
  {
    services: ['journal'],
    actions: ['events:DescribeReplay', 'events:StartReplay'],
    resource: arn('events', `replay/dure-${NAME}-*`),
    reason: 'A replay gets its name when it starts; the stage’s replays have its prefix.',
    source: `${AUTHORIZATION}/list_amazoneventbridge.html`,
  },
  {
    services: ['journal'],
    actions: ['events:ListRuleNamesByTarget'],
    resource: arn('events', 'rule/*'),
    reason: 'It searches all rules of the account and cannot be limited.',
    source: `${AUTHORIZATION}/list_amazoneventbridge.html`,
  },
  {
    services: ['journal'],
    actions: ['sqs:ListQueues'],
    resource: arn('sqs', '*'),
    reason: 'It lists all queues of the account and cannot be limited.',
    source: `${AUTHORIZATION}/list_amazonsqs.html`,
  },
  {
    services: ['journal'],
    actions: ['sqs:GetQueueUrl', 'sqs:ReceiveMessage', 'sqs:DeleteMessage'],
    resource: arn('sqs', `dure-${NAME}-*-dlq`),
    reason: 'The journal collects the dead letters of every service of its stage, including later ones.',
    source: `${AUTHORIZATION}/list_amazonsqs.html`,
  },
  {
    services: ['journal'],
    actions: ['sqs:GetQueueUrl', 'sqs:SendMessage'],
    resource: arn('sqs', `dure-${NAME}-*`),
    reason: 'The journal sends dead letters back to the service of its stage that they came from.',
    source: `${AUTHORIZATION}/list_amazonsqs.html`,
  },
  {
    services: ['journal'],
    actions: ['lambda:InvokeFunction'],
    resource: arn('lambda', `function:*-${NAME}-*`),
    reason: 'The journal makes calls again that a function of any service of its stage gave up.',
    source: `${AUTHORIZATION}/list_awslambda.html`,
  },
  {
    services: ['alerts'],
    actions: ['ssm:GetParameters'],
    resource: arn('ssm', `parameter/dure/${NAME}/alerts/(email|webhook)-*`),
    reason: 'The parameters of one alert channel, which begin with its name.',
    source: `${AUTHORIZATION}/list_awssystemsmanager.html`,
  },
  {
    services: ['registry'],
    actions: ['ssm:GetParameters'],
    resource: arn('ssm', `parameter/dure/${NAME}/*/artefacts`),
    reason:
      'What each service of the stage runs, later services included: a verdict compares it with what is recorded.',
    source: `${AUTHORIZATION}/list_awssystemsmanager.html`,
  },
  {
    services: ['registry'],
    actions: ['events:ListRules', 'events:ListTargetsByRule'],
    resource: arn('events', 'rule/*'),
    reason: 'It lists the rules of the stage’s bus and their targets, whoever made them.',
    source: `${AUTHORIZATION}/list_amazoneventbridge.html`,
  },
  {
    services: ['alerts', 'identity', 'notifications'],
    actions: ['ses:SendEmail'],
    resource: arn('ses', 'identity/*'),
    reason: 'The sender’s address is read from a parameter at run time.',
    source: `${AUTHORIZATION}/list_amazonsimpleemailservicev2.html`,
  },
  {
    services: ['notifications'],
    actions: ['execute-api:ManageConnections'],
    resource: new RegExp(
      `^arn:\\$\\{AWS::Partition\\}:execute-api:\\$\\{AWS::Region\\}:\\$\\{AWS::AccountId\\}:\\$\\{WebsocketsApi\\}/${NAME}/POST/@connections/\\*$`,
    ),
    reason: 'Connections of the service’s own WebSocket API, which come and go.',
    source: `${AUTHORIZATION}/list_amazonapigateway.html`,
  },
  {
    services: ['identity'],
    actions: ['kms:Sign', 'kms:GetPublicKey', 'kms:ScheduleKeyDeletion'],
    resource: arn('kms', 'key/*'),
    reason: 'The keys that sign tokens get their ids when they are made; a condition on their tag names them.',
    source: `${AUTHORIZATION}/list_awskeymanagementservice.html`,
  },
  {
    services: ['identity'],
    actions: ['kms:CreateKey', 'kms:TagResource'],
    resource: ANYTHING,
    reason: 'A key that is made has no name yet; a condition on the tag of the request names what it is for.',
    source: `${AUTHORIZATION}/list_awskeymanagementservice.html`,
  },
];
