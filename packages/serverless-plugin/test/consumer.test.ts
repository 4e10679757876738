import { describe, expect, it } from '@jest/globals';
import { expandConsumer } from '../src/consumer.ts';
import type { Consumption, FunctionConfig, Json } from '../src/types.ts';
import { catalogue, context, properties } from './fixture.ts';

const consumer = (config: FunctionConfig, functionName = 'commands') =>
  expandConsumer(context, catalogue, functionName, config);

describe('a consumed message becomes a rule', () => {
  it.each<[string, Consumption, string, object]>([
    [
      'its own command, from its senders',
      'ReserveStock.v1',
      'CommandsReserveStockV1Rule',
      { source: ['dure.orders', 'dure.returns'], 'detail-type': ['ReserveStock.v1'] },
    ],
    [
      'an own event',
      'StockReserved.v2',
      'CommandsStockReservedV2Rule',
      { source: ['dure.stock'], 'detail-type': ['StockReserved.v2'] },
    ],
    [
      "another service's event",
      'orders/OrderPlaced.v1',
      'CommandsOrderPlacedV1Rule',
      { source: ['dure.orders'], 'detail-type': ['OrderPlaced.v1'] },
    ],
    [
      'an event that is waited for',
      { message: 'orders/OrderPlaced.v1', where: { replyto: [{ exists: true }] } },
      'CommandsOrderPlacedV1Rule',
      { source: ['dure.orders'], 'detail-type': ['OrderPlaced.v1'], detail: { replyto: [{ exists: true }] } },
    ],
    ['everything', '*', 'CommandsEverythingRule', { source: [{ prefix: 'dure.' }] }],
    [
      'everything of some sources, from no other',
      { message: '*', where: { source: ['dure.orders'] } },
      'CommandsEverythingRule',
      { source: ['dure.orders'], detail: { source: ['dure.orders'] } },
    ],
    ['everything on the bus', { message: '*', foreign: true }, 'CommandsEverythingRule', { source: [{ prefix: '' }] }],
  ])('%s', (_, consumption, ruleId, pattern) => {
    const rule = properties(consumer({ consumes: [consumption] }).resources[ruleId]);
    expect(rule['EventPattern']).toEqual(pattern);
    expect(rule['EventBusName']).toBe('the-bus');
  });

  it('sends to the queue and keeps what it cannot deliver', () => {
    const { resources } = consumer({ consumes: ['ReserveStock.v1'] });
    const rule = properties(resources['CommandsReserveStockV1Rule']);
    expect(rule['Name']).toBe('dure-test-stock-commands-ReserveStock-v1');
    expect(rule['Targets']).toEqual([
      expect.objectContaining({
        Arn: { 'Fn::GetAtt': ['CommandsQueue', 'Arn'] },
        DeadLetterConfig: { Arn: { 'Fn::GetAtt': ['CommandsRuleDeadLetterQueue', 'Arn'] } },
      }),
    ]);
  });

  it('lets only its own rules send to the queue and to the rules’ dead-letter queue', () => {
    const { resources } = consumer({ consumes: ['ReserveStock.v1', 'orders/OrderPlaced.v1'] });
    for (const queue of ['CommandsQueue', 'CommandsRuleDeadLetterQueue']) {
      const policy = properties(resources[`${queue}Policy`]);
      expect(policy['Queues']).toEqual([{ Ref: queue }]);
      expect((policy['PolicyDocument'] as { Statement: Json[] }).Statement.slice(1)).toEqual([
        {
          Effect: 'Allow',
          Principal: { Service: 'events.amazonaws.com' },
          Action: 'sqs:SendMessage',
          Resource: { 'Fn::GetAtt': [queue, 'Arn'] },
          Condition: {
            ArnEquals: {
              'aws:SourceArn': [
                { 'Fn::GetAtt': ['CommandsReserveStockV1Rule', 'Arn'] },
                { 'Fn::GetAtt': ['CommandsOrderPlacedV1Rule', 'Arn'] },
              ],
            },
          },
        },
      ]);
    }
  });
});

describe('a consumer’s queues', () => {
  it.each<[string, FunctionConfig, { visibility: number; maxReceives: number }]>([
    ['the provider’s time-out', {}, { visibility: 60, maxReceives: 5 }],
    ['its own time-out', { timeout: 30 }, { visibility: 180, maxReceives: 5 }],
    ['its own batching window', { batchSize: 50, maximumBatchingWindow: 2 }, { visibility: 62, maxReceives: 5 }],
    ['its own receives', { maxReceives: 3 }, { visibility: 60, maxReceives: 3 }],
  ])('follow %s', (_, config, { visibility, maxReceives }) => {
    const { resources, environment } = consumer({ consumes: ['ReserveStock.v1'], ...config });
    expect(resources['CommandsQueue']?.Properties).toEqual({
      QueueName: 'dure-test-stock-commands',
      SqsManagedSseEnabled: true,
      MessageRetentionPeriod: 4 * 86400,
      VisibilityTimeout: visibility,
      RedrivePolicy: {
        deadLetterTargetArn: { 'Fn::GetAtt': ['CommandsDeadLetterQueue', 'Arn'] },
        maxReceiveCount: maxReceives,
      },
    });
    expect(environment).toEqual({
      QUEUE_URL: { Ref: 'CommandsQueue' },
      QUEUE_DLQ_URL: { Ref: 'CommandsDeadLetterQueue' },
      MAX_RECEIVES: String(maxReceives),
    });
  });

  const source = 'arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:dure-test-stock-commands';

  it.each([
    [
      'CommandsDeadLetterQueue',
      'dure-test-stock-commands-dlq',
      { redrivePermission: 'byQueue', sourceQueueArns: [{ 'Fn::Sub': source }] },
    ],
    ['CommandsRuleDeadLetterQueue', 'dure-test-stock-commands-rule-dlq', { redrivePermission: 'denyAll' }],
  ])('%s keeps dead letters for 14 days, encrypted, only from its queue', (id, QueueName, RedriveAllowPolicy) => {
    expect(consumer({ consumes: ['ReserveStock.v1'] }).resources[id]?.Properties).toEqual({
      QueueName,
      SqsManagedSseEnabled: true,
      MessageRetentionPeriod: 14 * 86400,
      RedriveAllowPolicy,
    });
  });

  it.each(['CommandsQueue', 'CommandsDeadLetterQueue', 'CommandsRuleDeadLetterQueue'])('%s takes TLS alone', (id) => {
    const policy = properties(consumer({ consumes: ['ReserveStock.v1'] }).resources[`${id}Policy`]);
    expect((policy['PolicyDocument'] as { Statement: Json[] }).Statement[0]).toEqual({
      Effect: 'Deny',
      Principal: '*',
      Action: 'sqs:*',
      Resource: { 'Fn::GetAtt': [id, 'Arn'] },
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    });
  });

  it.each<[string, FunctionConfig, object]>([
    ['by default', {}, { batchSize: 10, maximumConcurrency: 5 }],
    ['as configured', { batchSize: 1, maximumConcurrency: 2 }, { batchSize: 1, maximumConcurrency: 2 }],
    [
      'filled up for some seconds',
      { batchSize: 50, maximumBatchingWindow: 2 },
      { batchSize: 50, maximumBatchingWindow: 2, maximumConcurrency: 5 },
    ],
  ])('feed the function in batches with partial failures, %s', (_, config, settings) => {
    expect(consumer({ consumes: ['ReserveStock.v1'], ...config }).events).toEqual([
      {
        sqs: {
          arn: { 'Fn::GetAtt': ['CommandsQueue', 'Arn'] },
          functionResponseType: 'ReportBatchItemFailures',
          ...settings,
        },
      },
    ]);
  });
});

describe('refused in consumes', () => {
  it.each<[string, Consumption[], string]>([
    [
      'a misspelt message',
      ['orders/OrderPlaecd.v1'],
      'functions.commands.consumes: there is no message "orders/OrderPlaecd.v1" in the contracts; the nearest are "orders/OrderPlaced.v1"',
    ],
    ['a version that does not exist', ['StockReserved.v3'], '"StockReserved.v1", "StockReserved.v2"'],
    ['a message without its version', ['StockReserved'], 'there is no message "StockReserved"'],
    [
      'a command to another service',
      ['orders/PlaceOrder.v1'],
      'functions.commands.consumes: "orders/PlaceOrder.v1" is a command to orders, and only orders carries it out.',
    ],
    [
      'the same message twice',
      ['StockReserved.v1', { message: 'stock/StockReserved.v1', where: { subject: ['a'] } }],
      'functions.commands.consumes: "StockReserved.v1" is named twice.',
    ],
  ])('%s', (_, consumes, sentence) => {
    expect(() => consumer({ consumes })).toThrow(sentence);
  });

  it('a name longer than AWS allows', () => {
    const name = 'aFunctionWithANameThatGoesOnAndOnAndOn';
    expect(() => consumer({ consumes: ['ReserveStock.v1'] }, name)).toThrow(/rule name ".*" has \d+ characters.*64/);
  });
});
