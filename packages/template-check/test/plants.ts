import type { Facts } from '../src/rule.ts';
import { arn } from './good/stores.ts';
import { add, many, set, without } from './mutate.ts';
import type { Draft } from './mutate.ts';

/** What turns a rule red: a change of the good template, of what it is judged by, or both. */
export interface Plant {
  readonly change?: (draft: Draft) => void;
  readonly facts?: (facts: Facts) => Facts;
  /** Logical id of what is violated. */
  readonly at: string;
}

const MB = 1024 * 1024;
const FIRST_STATEMENT = 'Properties.Policies.0.PolicyDocument.Statement.0';
const PUT_EVENTS = 'Properties.Policies.0.PolicyDocument.Statement.2';
const ALL = 'ForAllValues:StringEquals';
const FIRST_SENT = 'Properties.PolicyDocument.Statement.0';
const topic = { Type: 'AWS::SNS::Topic' };
const archive = (zipped: number, unzipped: number) => (facts: Facts) => ({
  ...facts,
  archives: [{ functionName: 'ApiFunction', zipped, unzipped }],
});
const widgets = (count: number, metrics: number) =>
  JSON.stringify({
    widgets: Array.from({ length: count }, () => ({
      properties: { metrics: Array.from({ length: metrics }, () => ['AWS/Lambda', 'Errors']) },
    })),
  });

/** By rule. */
export const plants: Readonly<Record<string, readonly Plant[]>> = {
  'schema-resource-type': [{ change: add('Wrong', { Type: 'AWS::SQS::Quue' }), at: 'Wrong' }],
  'schema-property': [
    { change: set('Queue', 'Properties.VisibilityTimeot', 60), at: 'Queue' },
    { change: set('Rule', 'Properties.Targets.0.DeadLeterConfig', {}), at: 'Rule' },
  ],
  'schema-required': [{ change: set('PlaceOrder', 'Properties.HttpMethod', undefined), at: 'PlaceOrder' }],
  'schema-type': [
    { change: set('ApiFunction', 'Properties.Timeout', '10'), at: 'ApiFunction' },
    { change: set('ApiFunction', 'Properties.Environment.Variables.STAGE', 5), at: 'ApiFunction' },
    { change: set('Rule', 'Properties.Targets', {}), at: 'Rule' },
    { change: set('ApiFunction', 'Properties.TracingConfig', 'Active'), at: 'ApiFunction' },
    { change: set('Subscription', 'Properties.RawMessageDelivery', 'true'), at: 'Subscription' },
    { change: set('UsagePlan', 'Properties.Throttle.RateLimit', '50'), at: 'UsagePlan' },
  ],
  'schema-value': [{ change: set('ApiLogGroup', 'Properties.RetentionInDays', 31), at: 'ApiLogGroup' }],
  'reference-dangling': [
    { change: without('AccessLogGroup'), at: 'Stage' },
    { change: set('ApiFunction', 'DependsOn', 'Nobody'), at: 'ApiFunction' },
    { change: set('Topic', 'Properties.DisplayName', { 'Fn::Sub': 'of ${Nobody}' }), at: 'Topic' },
  ],
  'reference-attribute': [
    { change: set('ApiFunction', 'Properties.Role', { 'Fn::GetAtt': ['ApiRole', 'Nr'] }), at: 'ApiFunction' },
  ],
  'reference-cycle': [{ change: set('ApiRole', 'DependsOn', 'ApiFunction'), at: 'ApiFunction' }],
  'parameter-published': [
    { change: set('Topic', 'Properties.DisplayName', '{{resolve:secretsmanager:dure/prod/other}}'), at: 'Topic' },
    { change: set('Rule', 'Properties.EventBusName', '{{resolve:ssm:/dure/dev/bus/name}}'), at: 'Rule' },
    { change: set('Rule', 'Properties.EventBusName', '{{resolve:secretsmanager:bus}}'), at: 'Rule' },
  ],
  'own-stage': [
    {
      change: set('ApiRole', `${FIRST_STATEMENT}.Resource`, {
        'Fn::Sub': 'arn:aws:dynamodb:${AWS::Region}:${AWS::AccountId}:table/dure-dev-orders',
      }),
      at: 'ApiRole',
    },
    { change: set('Rule', 'Properties.EventBusName', '{{resolve:ssm:/dure/dev/bus/name}}'), at: 'Rule' },
  ],
  'value-limits': [
    { change: set('Queue', 'Properties.QueueName', 'a.queue'), at: 'Queue' },
    { change: set('Rule', 'Properties.Name', 'r'.repeat(65)), at: 'Rule' },
    { change: set('ApiFunction', 'Properties.Timeout', 901), at: 'ApiFunction' },
    { change: set('Rule', 'Properties.Targets.0.RetryPolicy', { MaximumRetryAttempts: 186 }), at: 'Rule' },
  ],
  'name-clash': [
    { change: set('JobDeadLetters', 'Properties.QueueName', 'dure-prod-shop-rule-dlq'), at: 'JobDeadLetters' },
  ],
  'template-size': [{ change: set('Topic', 'Properties.DisplayName', 'x'.repeat(MB)), at: 'Template' }],
  'template-resources': [
    {
      change: (draft) =>
        Object.assign(
          draft.Resources,
          many(500, () => topic),
        ),
      at: 'Template',
    },
  ],
  'template-outputs': [{ change: (draft) => (draft.Outputs = many(201, () => ({ Value: 'x' }))), at: 'Template' }],
  'template-parameters': [
    { change: (draft) => (draft.Parameters = many(201, () => ({ Type: 'String' }))), at: 'Template' },
  ],
  'template-mappings': [{ change: (draft) => (draft.Mappings = many(201, () => ({}))), at: 'Template' }],
  'template-dynamic-references': [
    {
      change: set('Topic', 'Properties.DisplayName', '{{resolve:ssm:/dure/prod/bus/name}}'.repeat(60)),
      at: 'Template',
    },
  ],
  'archive-size': [{ facts: archive(50 * MB + 1, 1), at: 'ApiFunction' }],
  'archive-unzipped-size': [{ facts: archive(1, 250 * MB + 1), at: 'ApiFunction' }],
  'environment-size': [
    { change: set('ApiFunction', 'Properties.Environment.Variables.LONG', 'x'.repeat(4096)), at: 'ApiFunction' },
  ],
  'role-policy-size': [{ change: set('ApiRole', `${FIRST_STATEMENT}.Sid`, 'x'.repeat(10_240)), at: 'ApiRole' }],
  'dashboard-widgets': [{ change: set('Dashboard', 'Properties.DashboardBody', widgets(501, 1)), at: 'Dashboard' }],
  'dashboard-metrics': [{ change: set('Dashboard', 'Properties.DashboardBody', widgets(6, 420)), at: 'Dashboard' }],
  'widget-metrics': [{ change: set('Dashboard', 'Properties.DashboardBody', widgets(1, 501)), at: 'Dashboard' }],
  'model-size': [
    { change: set('OrderModel', 'Properties.Schema.description', 'x'.repeat(400 * 1024)), at: 'OrderModel' },
  ],
  'api-resources': [
    {
      change: (draft) =>
        Object.assign(
          draft.Resources,
          many(300, () => draft.Resources['Orders']),
        ),
      at: 'Template',
    },
  ],
  'state-machine-size': [
    { change: set('StateMachine', 'Properties.Definition.Comment', 'x'.repeat(MB)), at: 'StateMachine' },
    { change: set('StateMachine', 'Properties.DefinitionString', 'x'.repeat(MB + 1)), at: 'StateMachine' },
  ],
  'event-pattern-size': [{ change: set('Rule', 'Properties.EventPattern.source', ['x'.repeat(2048)]), at: 'Rule' }],
  'rule-targets': [
    {
      change: (draft) => {
        const [target] = draft.Resources['Rule']!.Properties['Targets'] as [never];
        draft.Resources['Rule']!.Properties['Targets'] = Array.from({ length: 6 }, () => target);
      },
      at: 'Rule',
    },
  ],
  'mapping-filters': [
    {
      change: set(
        'ReaderMapping',
        'Properties.FilterCriteria.Filters',
        [...'123456'].map((Pattern) => ({ Pattern })),
      ),
      at: 'ReaderMapping',
    },
  ],
  'parameter-size': [{ change: set('UrlParameter', 'Properties.Value', 'x'.repeat(4097)), at: 'UrlParameter' }],
  'iam-wildcard-resource': [
    { change: set('ConsumerRole', `${FIRST_STATEMENT}.Resource`, '*'), at: 'ConsumerRole' },
    {
      change: set('ApiRole', `${FIRST_STATEMENT}.Resource`, { 'Fn::Sub': '${Table.Arn}*' }),
      at: 'ApiRole',
    },
    { facts: (facts) => ({ ...facts, wildcards: [] }), at: 'ApiRole' },
    {
      facts: (facts) => ({ ...facts, wildcards: facts.wildcards.map((it) => ({ ...it, services: ['other'] })) }),
      at: 'ApiRole',
    },
  ],
  'iam-wildcard-action': [
    { change: set('ConsumerRole', `${FIRST_STATEMENT}.Action`, ['sqs:*']), at: 'ConsumerRole' },
    {
      change: set('RulePolicy', 'Properties.PolicyDocument.Statement.0.Action', ['sqs:SendMessage', 'sqs:*']),
      at: 'RulePolicy',
    },
  ],
  'iam-not': [
    { change: set('ConsumerRole', `${FIRST_STATEMENT}.NotAction`, 'sqs:DeleteQueue'), at: 'ConsumerRole' },
    { change: set('ConsumerRole', `${FIRST_STATEMENT}.NotResource`, 'x'), at: 'ConsumerRole' },
  ],
  'iam-shared-role': [
    { change: set('JobFunction', 'Properties.Role', { 'Fn::GetAtt': ['ReaderRole', 'Arn'] }), at: 'JobFunction' },
    { change: set('JobFunction', 'Properties.Role', 'arn:aws:iam::123456789012:role/everything'), at: 'JobFunction' },
  ],
  'iam-managed-policy': [
    { change: set('ApiRole', 'Properties.ManagedPolicyArns', ['arn:aws:iam::aws:policy/x']), at: 'ApiRole' },
  ],
  'iam-own-table': [
    {
      change: set('ApiRole', `${FIRST_STATEMENT}.Resource`, 'arn:aws:dynamodb:us-east-1:123456789012:table/other'),
      at: 'ApiRole',
    },
  ],
  'iam-bus': [
    { change: set('ApiRole', 'Properties.Policies.0.PolicyDocument.Statement.2.Resource', 'arn:x'), at: 'ApiRole' },
  ],
  'put-events-source': [
    { change: set('ApiRole', `${PUT_EVENTS}.Condition`, undefined), at: 'ApiRole' },
    { change: set('ApiRole', `${PUT_EVENTS}.Condition.${ALL}.events:source`, ['dure.orders']), at: 'ApiRole' },
    {
      change: set('ApiRole', `${PUT_EVENTS}.Condition.${ALL}.events:source`, ['dure.shop', 'dure.orders']),
      at: 'ApiRole',
    },
    { change: set('ApiRole', `${PUT_EVENTS}.Condition`, { StringLike: { 'events:source': 'dure.*' } }), at: 'ApiRole' },
    { change: set('ApiRole', `${PUT_EVENTS}.Condition.Null`, undefined), at: 'ApiRole' },
  ],
  'put-events-detail-type': [
    {
      change: set('ApiRole', `${PUT_EVENTS}.Condition`, { StringEquals: { 'events:source': 'dure.shop' } }),
      at: 'ApiRole',
    },
    { change: set('ApiRole', `${PUT_EVENTS}.Condition.${ALL}.events:detail-type`, ['OrderPlaced.v1']), at: 'ApiRole' },
    { change: set('ApiRole', `${PUT_EVENTS}.Condition.${ALL}.events:detail-type`, ['*']), at: 'ApiRole' },
    { change: set('ApiRole', `${PUT_EVENTS}.Condition.${ALL}.events:detail-type`, []), at: 'ApiRole' },
    { facts: (facts) => ({ ...facts, messages: [] }), at: 'ApiRole' },
  ],
  'rule-source': [
    { change: set('Rule', 'Properties.EventPattern.source', undefined), at: 'Rule' },
    { change: set('Rule', 'Properties.EventPattern.source', ['dure.orders', 'com.evil']), at: 'Rule' },
    { change: set('Rule', 'Properties.EventPattern.source', [{ prefix: '' }]), at: 'Rule' },
    { change: set('Rule', 'Properties.EventPattern.detail-type', ['OrderPlaced.v2']), at: 'Rule' },
  ],
  'queue-sender': [
    { change: set('RulePolicy', `${FIRST_SENT}.Condition`, undefined), at: 'RulePolicy' },
    {
      change: set('RulePolicy', `${FIRST_SENT}.Condition`, { StringEquals: { 'aws:SourceAccount': '000000000000' } }),
      at: 'RulePolicy',
    },
    {
      change: set('RulePolicy', `${FIRST_SENT}.Condition.ArnEquals.aws:SourceArn`, 'arn:aws:events:*:*:rule/*'),
      at: 'RulePolicy',
    },
    { change: set('RulePolicy', `${FIRST_SENT}.Condition.ArnEquals.aws:SourceArn`, arn('Queue')), at: 'RulePolicy' },
  ],
  'trust-service': [
    {
      change: set('ApiRole', 'Properties.AssumeRolePolicyDocument.Statement.0.Principal', { AWS: '*' }),
      at: 'ApiRole',
    },
    { change: set('ApiRole', 'Properties.AssumeRolePolicyDocument.Statement.0.Principal', '*'), at: 'ApiRole' },
  ],
  'resource-policy-source': [
    { change: set('RulePolicy', 'Properties.PolicyDocument.Statement.0.Condition', undefined), at: 'RulePolicy' },
    { change: set('JobPermission', 'Properties.SourceArn', undefined), at: 'JobPermission' },
  ],
  'queue-dead-letters': [{ change: set('Queue', 'Properties.RedrivePolicy', undefined), at: 'Queue' }],
  'dead-letter-retention': [
    { change: set('JobDeadLetters', 'Properties.MessageRetentionPeriod', undefined), at: 'JobDeadLetters' },
  ],
  'dead-letter-outlives': [{ change: set('Queue', 'Properties.MessageRetentionPeriod', 14 * 86_400), at: 'Queue' }],
  'dead-letter-loop': [
    {
      change: set('Queue', 'Properties.RedrivePolicy.deadLetterTargetArn', { 'Fn::GetAtt': ['Queue', 'Arn'] }),
      at: 'Queue',
    },
  ],
  'redrive-count': [
    { change: set('Queue', 'Properties.RedrivePolicy.maxReceiveCount', 4), at: 'Queue' },
    { change: set('Queue', 'Properties.RedrivePolicy.maxReceiveCount', 1001), at: 'Queue' },
  ],
  'queue-encrypted': [{ change: set('Queue', 'Properties.SqsManagedSseEnabled', false), at: 'Queue' }],
  'queue-visibility': [
    { change: set('Queue', 'Properties.VisibilityTimeout', 59), at: 'Queue' },
    { change: set('Queue', 'Properties.VisibilityTimeout', undefined), at: 'Queue' },
    { change: set('ConsumerMapping', 'Properties.MaximumBatchingWindowInSeconds', 1), at: 'Queue' },
  ],
  'stream-dead-letters': [
    { change: set('ReaderMapping', 'Properties.DestinationConfig', undefined), at: 'ReaderMapping' },
    { change: set('GivenUp', 'Properties.NotificationConfiguration', undefined), at: 'ReaderMapping' },
  ],
  'stream-bisect': [
    { change: set('ReaderMapping', 'Properties.BisectBatchOnFunctionError', undefined), at: 'ReaderMapping' },
  ],
  'stream-age': [
    { change: set('ReaderMapping', 'Properties.MaximumRecordAgeInSeconds', -1), at: 'ReaderMapping' },
    { change: set('ReaderMapping', 'Properties.MaximumRecordAgeInSeconds', 86_400), at: 'ReaderMapping' },
  ],
  'stream-retries': [{ change: set('ReaderMapping', 'Properties.MaximumRetryAttempts', -1), at: 'ReaderMapping' }],
  'mapping-partial-failures': [
    { change: set('ConsumerMapping', 'Properties.FunctionResponseTypes', undefined), at: 'ConsumerMapping' },
  ],
  'mapping-permission': [
    {
      change: set('ReaderRole', 'Properties.Policies.0.PolicyDocument.Statement.1', undefined),
      at: 'ReaderMapping',
    },
    {
      change: set('ReaderRole', 'Properties.Policies.0.PolicyDocument.Statement.2', undefined),
      at: 'ReaderMapping',
    },
    { change: set('JobRole', `${FIRST_STATEMENT}.Action`, 'sqs:ReceiveMessage'), at: 'JobInvokeConfig' },
  ],
  'target-dead-letters': [
    { change: set('Rule', 'Properties.Targets.0.DeadLetterConfig', undefined), at: 'Rule' },
    { change: set('ScheduleRule', 'Properties.Targets.0.DeadLetterConfig', undefined), at: 'ScheduleRule' },
    { change: set('Schedule', 'Properties.Target.DeadLetterConfig', undefined), at: 'Schedule' },
  ],
  'schedule-trust': [
    {
      change: set(
        'JobScheduleRole',
        'Properties.AssumeRolePolicyDocument.Statement.0.Principal.Service',
        'lambda.amazonaws.com',
      ),
      at: 'Schedule',
    },
    { change: set('Schedule', 'Properties.Target.RoleArn', arn('JobRole')), at: 'Schedule' },
    { change: set('Schedule', 'Properties.Target.RoleArn', 'arn:aws:iam::123456789012:role/any'), at: 'Schedule' },
  ],
  'schedule-permission': [
    { change: set('JobScheduleRole', `${FIRST_STATEMENT}.Action`, 'lambda:GetFunction'), at: 'Schedule' },
    { change: set('JobScheduleRole', `${FIRST_STATEMENT}.Resource`, arn('JobFunction')), at: 'Schedule' },
    { change: set('JobScheduleRole', 'Properties.Policies.0.PolicyDocument.Statement.1', undefined), at: 'Schedule' },
    { change: set('Schedule', 'Properties.Target.RoleArn', arn('JobRole')), at: 'Schedule' },
  ],
  'target-permission': [
    { change: without('RulePolicy'), at: 'Rule' },
    { change: without('TopicPolicy'), at: 'Subscription' },
    { change: without('GivenUpSendPolicy'), at: 'GivenUp' },
    { change: set('GivenUp', 'Properties.BucketName', 'another'), at: 'GivenUp' },
    {
      change: set('RulePolicy', 'Properties.PolicyDocument.Statement.0.Condition.ArnEquals', {
        'aws:SourceArn': { 'Fn::GetAtt': ['ScheduleRule', 'Arn'] },
      }),
      at: 'Rule',
    },
  ],
  'async-dead-letters': [
    { change: without('JobInvokeConfig'), at: 'ScheduleRule' },
    { change: set('JobInvokeConfig', 'Properties.Qualifier', '$LATEST'), at: 'ScheduleRule' },
  ],
  'subscription-dead-letters': [
    { change: set('Subscription', 'Properties.RedrivePolicy', undefined), at: 'Subscription' },
  ],
  'table-encrypted': [{ change: set('Table', 'Properties.SSESpecification.SSEEnabled', false), at: 'Table' }],
  'table-recovery': [{ change: set('Table', 'Properties.PointInTimeRecoverySpecification', undefined), at: 'Table' }],
  'table-protected': [{ change: set('Table', 'Properties.DeletionProtectionEnabled', false), at: 'Table' }],
  'data-retained': [
    { change: set('Table', 'DeletionPolicy', 'Delete'), at: 'Table' },
    { change: set('Table', 'UpdateReplacePolicy', undefined), at: 'Table' },
  ],
  'bucket-encrypted': [{ change: set('Bucket', 'Properties.BucketEncryption', undefined), at: 'Bucket' }],
  'bucket-tls': [{ change: without('BucketPolicy'), at: 'Bucket' }],
  'log-retention': [{ change: set('ApiLogGroup', 'Properties.RetentionInDays', undefined), at: 'ApiLogGroup' }],
  'function-log-group': [{ change: set('ApiLogGroup', 'Properties.LogGroupName', '/other'), at: 'ApiFunction' }],
  'state-machine-logs': [
    { change: set('StateMachine', 'Properties.LoggingConfiguration', undefined), at: 'StateMachine' },
    { change: set('StateMachine', 'Properties.LoggingConfiguration.Level', 'OFF'), at: 'StateMachine' },
  ],
  'function-tracing': [
    { change: set('ApiFunction', 'Properties.TracingConfig.Mode', 'PassThrough'), at: 'ApiFunction' },
  ],
  'state-machine-tracing': [
    { change: set('StateMachine', 'Properties.TracingConfiguration', undefined), at: 'StateMachine' },
  ],
  'alarm-dead-letters': [
    { change: without('RuleDeadLettersAlarm'), at: 'RuleDeadLetters' },
    {
      change: set('RuleDeadLettersAlarm', 'Properties.Dimensions.0.Value', 'dure-prod-shop-job-dlq'),
      at: 'RuleDeadLetters',
    },
    { facts: (facts) => ({ ...facts, collected: false }), at: 'RuleDeadLetters' },
  ],
  'alarm-not-run': [
    { change: without('JobNotRunAlarm'), at: 'JobFunction' },
    {
      change: (draft) => {
        without('JobNotRunAlarm')(draft);
        without('ScheduleRule')(draft);
        set('Schedule', 'Properties.ScheduleExpression', 'rate(8 hours)')(draft);
      },
      at: 'JobFunction',
    },
    { change: set('JobNotRunAlarm', 'Properties.TreatMissingData', 'notBreaching'), at: 'JobFunction' },
    { change: set('JobNotRunAlarm', 'Properties.ComparisonOperator', 'GreaterThanThreshold'), at: 'JobFunction' },
  ],
  'alarm-queue-age': [{ change: without('QueueAgeAlarm'), at: 'Queue' }],
  'alarm-errors': [{ change: without('JobErrorsAlarm'), at: 'JobFunction' }],
  'alarm-throttles': [{ change: without('JobThrottlesAlarm'), at: 'JobFunction' }],
  'alarm-iterator-age': [{ change: without('ReaderAgeAlarm'), at: 'ReaderFunction' }],
  'alarm-5xx': [{ change: without('ServerErrorsAlarm'), at: 'Api' }],
  'alarm-latency': [
    { change: without('LatencyAlarm'), at: 'Api' },
    { change: set('LatencyAlarm', 'Properties.ExtendedStatistic', 'p50'), at: 'Api' },
  ],
  'alarm-executions': [
    { change: without('ExecutionsAlarm'), at: 'StateMachine' },
    {
      change: set('ExecutionsAlarm', 'Properties.Metrics.2.MetricStat.Metric.MetricName', 'ExecutionsStarted'),
      at: 'StateMachine',
    },
  ],
  'alarm-tells': [
    { change: set('StuckAlarm', 'Properties.AlarmActions', []), at: 'StuckAlarm' },
    { change: set('StuckAlarm', 'Properties.OKActions', undefined), at: 'StuckAlarm' },
    { change: set('StuckAlarm', 'Properties.ActionsEnabled', false), at: 'StuckAlarm' },
    {
      change: set('StuckAlarm', 'Properties.AlarmActions', ['{{resolve:ssm:/dure/dev/alerts/topic-arn}}']),
      at: 'StuckAlarm',
    },
  ],
  'alarm-runbook': [
    { change: set('StuckAlarm', 'Properties.AlarmDescription', 'Something is wrong.'), at: 'StuckAlarm' },
    { facts: (facts) => ({ ...facts, runbook: new Set() }), at: 'StuckAlarm' },
  ],
  'alarm-metric': [{ change: set('ApiErrorsAlarm', 'Properties.MetricName', 'Erors'), at: 'ApiErrorsAlarm' }],
  'alarm-dimension': [
    { change: set('ApiErrorsAlarm', 'Properties.Dimensions.0.Value', 'shop-prod-nobody'), at: 'ApiErrorsAlarm' },
  ],
  'alarm-span': [
    { change: set('StuckAlarm', 'Properties.Period', 45), at: 'StuckAlarm' },
    { change: set('StuckAlarm', 'Properties.EvaluationPeriods', 1441), at: 'StuckAlarm' },
    { change: set('ExecutionsAlarm', 'Properties.Metrics.1.MetricStat.Period', 61), at: 'ExecutionsAlarm' },
  ],
  'alarm-business': [{ change: without('StuckAlarm'), at: 'Template' }],
  dashboard: [
    { change: without('Dashboard'), at: 'Template' },
    { change: set('Dashboard', 'Properties.DashboardBody', '{'), at: 'Dashboard' },
    { change: set('Dashboard', 'Properties.DashboardBody', '{"widgets":[]}'), at: 'Dashboard' },
  ],
  'api-stage': [
    { change: without('Stage'), at: 'Api' },
    { change: set('Stage', 'Properties.StageName', 'dev'), at: 'Api' },
  ],
  'stage-throttling': [
    { change: set('Stage', 'Properties.MethodSettings', undefined), at: 'Stage' },
    { change: set('Stage', 'Properties.MethodSettings.0.ResourcePath', '/v1'), at: 'Stage' },
    { change: set('Deployment', 'Properties.StageName', 'prod'), at: 'Deployment' },
  ],
  'stage-access-log': [
    { change: set('Stage', 'Properties.AccessLogSetting', undefined), at: 'Stage' },
    { change: set('Stage', 'Properties.AccessLogSetting.Format', '$context.requestId'), at: 'Stage' },
    { change: set('Stage', 'Properties.AccessLogSetting.Format', '{}'), at: 'Stage' },
  ],
  'stage-tracing': [{ change: set('Stage', 'Properties.TracingEnabled', false), at: 'Stage' }],
  'usage-plan': [
    { change: without('UsagePlan'), at: 'Stage' },
    { change: set('UsagePlan', 'Properties.Quota', undefined), at: 'Stage' },
    { change: set('UsagePlan', 'Properties.ApiStages.0.Stage', 'dev'), at: 'Stage' },
  ],
  'api-compression': [{ change: set('Api', 'Properties.MinimumCompressionSize', undefined), at: 'Api' }],
  'api-tls': [
    { change: set('Api', 'Properties.SecurityPolicy', undefined), at: 'Api' },
    { change: set('Api', 'Properties.SecurityPolicy', 'TLS_1_0'), at: 'Api' },
    { change: set('Api', 'Properties.EndpointAccessMode', undefined), at: 'Api' },
  ],
  'plain-http': [
    { change: set('Subscription', 'Properties.Endpoint', 'http://example.test'), at: 'Subscription' },
    { change: set('PlaceOrder', 'Properties.Integration.Uri', 'http://example.test'), at: 'PlaceOrder' },
  ],
  'api-key': [{ change: set('PlaceOrder', 'Properties.ApiKeyRequired', undefined), at: 'PlaceOrder' }],
  'body-validation': [
    { change: set('PlaceOrder', 'Properties.RequestValidatorId', undefined), at: 'PlaceOrder' },
    { change: set('PlaceOrder', 'Properties.RequestModels', undefined), at: 'PlaceOrder' },
    { change: set('Validator', 'Properties.ValidateRequestBody', false), at: 'PlaceOrder' },
    { change: set('GetHealth', 'Properties.HttpMethod', 'PUT'), at: 'GetHealth' },
  ],
  'model-draft-4': [
    { change: set('OrderModel', 'Properties.Schema.exclusiveMinimum', 0), at: 'OrderModel' },
    { change: set('OrderModel', 'Properties.Schema.properties', { sku: { const: 'x' } }), at: 'OrderModel' },
    { change: set('OrderModel', 'Properties.Schema.$schema', undefined), at: 'OrderModel' },
  ],
  'gateway-responses': [
    { change: without('ServerErrors'), at: 'Api' },
    { change: set('ServerErrors', 'Properties.ResponseTemplates', { 'application/json': '{}' }), at: 'ServerErrors' },
    {
      change: set('ServerErrors', 'Properties.ResponseTemplates', { 'application/problem+json': '{"type":"x"}' }),
      at: 'ServerErrors',
    },
  ],
  'canary-alias': [{ change: without('ReaderAlias'), at: 'ReaderFunction' }],
  'canary-shift': [
    { change: set('ApiAlias', 'UpdatePolicy', undefined), at: 'ApiAlias' },
    {
      change: set('ApiAlias', 'UpdatePolicy.CodeDeployLambdaAliasUpdate.BeforeAllowTrafficHook', undefined),
      at: 'ApiAlias',
    },
  ],
  'canary-roll-back': [
    {
      change: set('DeploymentGroup', 'Properties.DeploymentConfigName', 'CodeDeployDefault.LambdaAllAtOnce'),
      at: 'DeploymentGroup',
    },
    { change: set('DeploymentGroup', 'Properties.AlarmConfiguration.Alarms', []), at: 'DeploymentGroup' },
    { change: set('DeploymentGroup', 'Properties.AutoRollbackConfiguration', undefined), at: 'DeploymentGroup' },
    { change: set('DeploymentGroup', 'Properties.DeploymentStyle', undefined), at: 'DeploymentGroup' },
  ],
  'canary-traffic': [
    {
      change: set('PlaceOrder', 'Properties.Integration.Uri', { 'Fn::Sub': '${ApiFunction.Arn}/invocations' }),
      at: 'PlaceOrder',
    },
    { change: set('ConsumerMapping', 'Properties.FunctionName', { Ref: 'ConsumerFunction' }), at: 'ConsumerMapping' },
    {
      change: set('StateMachine', 'Properties.DefinitionSubstitutions.StepArn', { Ref: 'ApiFunction' }),
      at: 'StateMachine',
    },
  ],
};
