/** Actions for which a role may name a resource by a wildcard, and why nothing finer will do. */
export interface Wildcard {
  readonly actions: readonly string[];
  /** The ARN as text, wildcard included; references to what AWS knows stand as `${AWS::Region}` or `${Id.Attribute}`. */
  readonly resource: RegExp;
  /** The services that may; any, where it says none. */
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

/** All that there are. A wildcard that is not here fails the check of the packaged templates. */
export const wildcards: readonly Wildcard[] = [
  {
    actions: ['lambda:InvokeFunction'],
    resource: arn('lambda', `function:${NAME}:*`),
    reason: 'The hook of a deployment calls the version that is to get traffic, which is numbered as it is published.',
    source: `${AUTHORIZATION}/list_awslambda.html`,
  },
  {
    actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords', 'xray:GetSamplingRules', 'xray:GetSamplingTargets'],
    resource: ANYTHING,
    reason: 'Traces and the rules by which they are sampled belong to the account; there is no resource to name.',
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
    actions: ['states:DescribeExecution', 'states:GetExecutionHistory'],
    resource: arn('states', `execution:\\S+:*`),
    reason: 'Executions of the service’s own state machine, which are named as they begin.',
    source: `${AUTHORIZATION}/list_awsstepfunctions.html`,
  },
  {
    services: ['journal'],
    actions: ['events:DescribeReplay', 'events:StartReplay'],
    resource: arn('events', `replay/dure-${NAME}-*`),
    reason: 'A replay is named as it begins; the stage’s own have its prefix.',
    source: `${AUTHORIZATION}/list_amazoneventbridge.html`,
  },
  {
    services: ['journal'],
    actions: ['events:ListRuleNamesByTarget'],
    resource: arn('events', 'rule/*'),
    reason: 'It looks among all rules of the account and cannot be limited to some.',
    source: `${AUTHORIZATION}/list_amazoneventbridge.html`,
  },
  {
    services: ['journal'],
    actions: ['sqs:ListQueues'],
    resource: arn('sqs', '*'),
    reason: 'It lists the queues of the account and cannot be limited to some.',
    source: `${AUTHORIZATION}/list_amazonsqs.html`,
  },
  {
    services: ['journal'],
    actions: ['sqs:GetQueueUrl', 'sqs:ReceiveMessage', 'sqs:DeleteMessage'],
    resource: arn('sqs', `dure-${NAME}-*-dlq`),
    reason: 'The journal collects the dead letters of every service of its stage, those that come later too.',
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
    services: ['alerts'],
    actions: ['ssm:GetParameters'],
    resource: arn('ssm', `parameter/dure/${NAME}/alerts/(email|webhook)-*`),
    reason: 'The settings of one way to tell people, which have their name for a prefix.',
    source: `${AUTHORIZATION}/list_awssystemsmanager.html`,
  },
  {
    services: ['alerts', 'notifications'],
    actions: ['ses:SendEmail'],
    resource: arn('ses', 'identity/*'),
    reason: 'Which of the account’s addresses sends is read from a parameter while the function runs.',
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
];
