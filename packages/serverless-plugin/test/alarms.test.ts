import { describe, expect, it } from '@jest/globals';
import type { FunctionConfig, Json, Resources } from '../src/types.ts';
import { expand, properties } from './fixture.ts';

const ofType = (resources: Resources, type: string) =>
  Object.entries(resources).filter(([, resource]) => resource.Type === type);

const alarmsOf = (resources: Resources) => ofType(resources, 'AWS::CloudWatch::Alarm').map(([id]) => id);

const TOPIC = { 'Fn::GetAtt': ['AlarmTopicParameter', 'Value'] };
const scheduled = (schedule: Json): FunctionConfig => ({ events: [{ schedule }] });

describe('a function’s alarms', () => {
  it.each<[string, FunctionConfig, string[]]>([
    ['a plain function', {}, []],
    [
      'a consumer',
      { consumes: ['ReserveStock.v1'] },
      ['ItQueueAlarm', 'ItDeadLetterQueueAlarm', 'ItRuleDeadLetterQueueAlarm'],
    ],
    ['a relay', { relay: true }, ['ItQueueAlarm', 'ItDeadLetterQueueAlarm', 'ItIteratorAgeAlarm']],
    ['a stream', { stream: { filter: {} } }, ['ItQueueAlarm', 'ItDeadLetterQueueAlarm', 'ItIteratorAgeAlarm']],
    ['a schedule', scheduled('rate(1 minute)'), ['ItDeadLetterQueueAlarm', 'ItNotRunAlarm']],
    ['a topic', { events: [{ sns: 'x' }] }, ['ItDeadLetterQueueAlarm']],
  ])('of %s: errors, throttles, and what goes with it', (_, config, alarms) => {
    const expected = ['ItErrorsAlarm', 'ItThrottlesAlarm', ...alarms];
    expect(alarmsOf(expand({ it: config }).resources).sort()).toEqual(expected.sort());
  });

  it('go off at the first collected dead letter, and notify the topic', () => {
    const { resources } = expand({ it: { relay: true } });
    expect(properties(resources['ItDeadLetterQueueAlarm'])).toEqual({
      AlarmName: 'dure-test-stock-it-dead-letters',
      AlarmDescription: 'Messages that failed for good wait for a person. services/stock/README.md#dead-letters',
      Namespace: 'AWS/SQS',
      MetricName: 'NumberOfMessagesReceived',
      Dimensions: [{ Name: 'QueueName', Value: { 'Fn::GetAtt': ['ItDeadLetterQueue', 'QueueName'] } }],
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 0,
      ComparisonOperator: 'GreaterThanThreshold',
      TreatMissingData: 'notBreaching',
      AlarmActions: [TOPIC],
      OKActions: [TOPIC],
    });
    expect(properties(resources['AlarmTopicParameter'])['Value']).toBe('{{resolve:ssm:/dure/test/alerts/topic-arn}}');
  });

  it("use the function's name", () => {
    const { resources } = expand({ it: { relay: true }, named: { name: 'my-own-name' } });
    const [own, named] = ['ItErrorsAlarm', 'NamedErrorsAlarm'].map((id) => properties(resources[id]));
    expect(own).toMatchObject({ MetricName: 'Errors', Statistic: 'Sum', Threshold: 0 });
    expect(own?.['Dimensions']).toEqual([{ Name: 'FunctionName', Value: 'stock-test-it' }]);
    expect(named?.['Dimensions']).toEqual([{ Name: 'FunctionName', Value: 'my-own-name' }]);
  });

  it.each<[string, Json, number | undefined]>([
    ['every minute', 'rate(1 minute)', 300],
    ['every two hours', { rate: ['rate(2 hours)'] }, 7200],
    ['by the most frequent of several', { rate: ['rate(1 day)', 'rate(10 minutes)'] }, 600],
    ['too seldom for an alarm to look back', 'rate(1 day)', undefined],
    ['at certain times', 'cron(0 12 * * ? *)', undefined],
    ['not at all', { rate: ['rate(1 minute)'], enabled: false }, undefined],
  ])('of a job %s report that it was not run', (_, schedule, period) => {
    const alarm = expand({ it: scheduled(schedule) }).resources['ItNotRunAlarm'];
    expect(alarm?.Properties['Period']).toBe(period);
    if (alarm === undefined) return;
    expect(alarm.Properties).toMatchObject({
      ...{ MetricName: 'Invocations', Statistic: 'Sum', ComparisonOperator: 'LessThanThreshold', Threshold: 1 },
      ...{ EvaluationPeriods: 3, TreatMissingData: 'breaching' },
    });
  });

  it('cover every dead-letter queue', () => {
    const { resources } = expand({
      commands: { consumes: ['ReserveStock.v1'] },
      relay: { relay: true },
      sweep: scheduled('rate(1 minute)'),
    });
    const deadLetterQueues = ofType(resources, 'AWS::SQS::Queue').filter(([, queue]) =>
      String(queue.Properties['QueueName']).endsWith('-dlq'),
    );
    expect(deadLetterQueues).toHaveLength(4);
    for (const [id] of deadLetterQueues) expect(resources).toHaveProperty(`${id}Alarm`);
  });
});

describe('a service’s alarms', () => {
  it('use the framework’s name of its API', () => {
    const { resources } = expand({ api: { endpoints: ['GetStock'] } });
    const Dimensions = [
      { Name: 'ApiName', Value: 'test-stock' },
      { Name: 'Stage', Value: 'test' },
    ];
    expect(resources['ApiServerErrorsAlarm']?.Properties).toMatchObject({
      AlarmName: 'dure-test-stock-api-server-errors',
      ...{ MetricName: '5XXError', Statistic: 'Average', Threshold: 0.01, Dimensions },
    });
    expect(resources['ApiLatencyAlarm']?.Properties).toMatchObject({
      AlarmName: 'dure-test-stock-api-latency',
      ...{ MetricName: 'Latency', ExtendedStatistic: 'p99', Threshold: 3000, Dimensions },
    });
    expect(resources['ApiLatencyAlarm']?.Properties).not.toHaveProperty('Statistic');
    expect(alarmsOf(expand({ it: {} }).resources)).not.toContain('ApiLatencyAlarm');
  });

  it('cover its declared queues and state machines', () => {
    const resources = {
      MailQueue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'mail' } },
      MailDeadLetterQueue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'mail-dead' } },
      Lost: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'lost-dlq' } },
      Checkout: { Type: 'AWS::StepFunctions::StateMachine', Properties: {} },
    };
    const expanded = expand({}, { resources }).resources;
    const names = alarmsOf(expanded).map((id) => expanded[id]?.Properties['AlarmName']);
    expect(names).toEqual([
      'dure-test-stock-mailQueue-queue-age',
      'dure-test-stock-mailDeadLetterQueue-dead-letters',
      'dure-test-stock-lost-dead-letters',
      'dure-test-stock-checkout-executions-failed',
      'dure-test-stock-checkout-executions-timed-out',
      'dure-test-stock-checkout-executions-throttled',
    ]);
    expect(expanded['CheckoutFailedAlarm']?.Properties['Dimensions']).toEqual([
      { Name: 'StateMachineArn', Value: { Ref: 'Checkout' } },
    ]);
  });

  it('use the metrics of its code', () => {
    const business = {
      ...{ name: 'stock-stuck', description: 'Stock is stuck.', operation: 'sweep', outcome: 'ok', metric: 'stuck' },
      ...{ statistic: 'Maximum' as const, threshold: 5, period: 60, periods: 3 },
    };
    const { resources } = expand({}, { dure: { alarms: { business: [business] } } });
    expect(resources['StockStuckAlarm']?.Properties).toMatchObject({
      AlarmName: 'dure-test-stock-stock-stuck',
      AlarmDescription: 'Stock is stuck. services/stock/README.md#stock-stuck',
      ...{ Namespace: 'Dure/test', MetricName: 'stuck', Statistic: 'Maximum', Threshold: 5 },
      ...{ Period: 60, EvaluationPeriods: 3 },
      Dimensions: [
        { Name: 'service', Value: 'stock' },
        { Name: 'operation', Value: 'sweep' },
        { Name: 'outcome', Value: 'ok' },
      ],
    });
  });

  it('go off at the thresholds of custom.dure.alarms', () => {
    const alarms = { errors: 1, throttles: 2, iteratorAgeSeconds: 3, queueAgeSeconds: 4, serverErrorRate: 0.5 };
    const { resources } = expand(
      { api: { endpoints: ['GetStock'] }, relay: { relay: true }, commands: { consumes: ['ReserveStock.v1'] } },
      { dure: { alarms: { ...alarms, latencyMs: 6 } } },
    );
    const thresholds = [
      ...['RelayErrorsAlarm', 'RelayThrottlesAlarm', 'RelayIteratorAgeAlarm', 'CommandsQueueAlarm'],
      ...['ApiServerErrorsAlarm', 'ApiLatencyAlarm'],
    ].map((id) => resources[id]?.Properties['Threshold']);
    expect(thresholds).toEqual([1, 2, 3000, 4, 0.5, 6]);
  });

  it('notify the topic of the service that publishes it, without the parameter', () => {
    const resources = {
      Topic: { Type: 'AWS::SNS::Topic', Properties: {} },
      TopicParameter: {
        Type: 'AWS::SSM::Parameter',
        Properties: { Name: '/dure/test/alerts/topic-arn', Value: { Ref: 'Topic' } },
      },
    };
    const expanded = expand({ it: {} }, { resources }).resources;
    expect(expanded['ItErrorsAlarm']?.Properties['AlarmActions']).toEqual([{ Ref: 'Topic' }]);
    expect(expanded).not.toHaveProperty('AlarmTopicParameter');
  });

  it('refer to the topic with one dynamic reference in total', () => {
    const functions = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`f${index}`, {}]));
    const template = JSON.stringify(expand(functions).resources);
    expect(template.match(/\{\{resolve:/g)).toHaveLength(1);
  });
});
