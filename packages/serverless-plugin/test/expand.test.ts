import { describe, expect, it } from '@jest/globals';
import type { FunctionConfig, Json } from '../src/types.ts';
import { expand, properties, statementsOf } from './fixture.ts';

const routesOf = (events: readonly { readonly [type: string]: Json }[] | undefined) =>
  events?.map((event) => {
    const { method, path } = event['http'] as { method: string; path: string };
    return `${method} ${path}`;
  });

describe('endpoints', () => {
  it('become methods of a REST API at the contract’s path, with health and version', () => {
    const { functions } = expand({ api: { endpoints: ['GetStock', 'SetStock.v1', 'SetStock.v2'] } });
    expect(routesOf(functions['api']?.events)).toEqual([
      'get /v1/stock/{sku}',
      'put /v1/stock/{sku}',
      'put /v2/stock/{sku}',
      'get /v1/health',
      'get /v1/version',
    ]);
  });

  it('of a second function come without health and version', () => {
    const { functions } = expand({ api: { endpoints: ['GetStock'] }, more: { endpoints: ['SetStock.v2'] } });
    expect(routesOf(functions['more']?.events)).toEqual(['put /v2/stock/{sku}']);
  });

  it.each<[string, Record<string, FunctionConfig>, string]>([
    [
      'a misspelt endpoint',
      { api: { endpoints: ['GetStok'] } },
      'functions.api.endpoints: there is no endpoint of stock "GetStok" in the contracts; the nearest are "GetStock"',
    ],
    ['another service’s endpoint', { api: { endpoints: ['GetOrder'] } }, 'there is no endpoint of stock "GetOrder"'],
    [
      'one of several versions left open',
      { api: { endpoints: ['SetStock'] } },
      '"SetStock" has several versions; name the ones to serve: "SetStock.v1" and "SetStock.v2".',
    ],
    [
      'one that two functions serve',
      { api: { endpoints: ['GetStock'] }, more: { endpoints: ['GetStock'] } },
      'functions.more.endpoints: "GetStock" is served by functions.api already.',
    ],
    [
      'health said again',
      { api: { endpoints: ['GetStock', 'GetHealth'] } },
      'It comes with the first function that has endpoints.',
    ],
  ])('refuses %s', (_, functions, sentence) => {
    expect(() => expand(functions)).toThrow(sentence);
  });
});

describe('the table', () => {
  it.each([
    ['dev', 'Delete', false],
    ['local', 'Delete', false],
    ['staging', 'Retain', true],
    ['prod', 'Retain', true],
  ])('in %s: %s when its stack goes, protected: %s', (stage, policy, isProtected) => {
    const table = expand({}, { stage }).resources['Table'];
    expect(table).toMatchObject({ DeletionPolicy: policy, UpdateReplacePolicy: policy });
    expect(table?.Properties).toMatchObject({
      TableName: `dure-${stage}-stock`,
      DeletionProtectionEnabled: isProtected,
      BillingMode: 'PAY_PER_REQUEST',
      StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      SSESpecification: { SSEEnabled: true },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    });
    expect(table?.Properties).not.toHaveProperty('GlobalSecondaryIndexes');
  });

  it('has the indexes of custom.dure, each key declared once', () => {
    const indexes = [
      { name: 'byStatus', pk: 'gsi1pk', sk: 'sk' },
      { name: 'byCustomer', pk: 'gsi2pk' },
    ];
    const table = properties(expand({}, { dure: { indexes } }).resources['Table']);
    const attributes = table['AttributeDefinitions'] as { AttributeName: string }[];
    expect(attributes.map((it) => it.AttributeName)).toEqual(['pk', 'sk', 'gsi1pk', 'gsi2pk']);
    expect(table['GlobalSecondaryIndexes']).toEqual([
      {
        IndexName: 'byStatus',
        KeySchema: [
          { AttributeName: 'gsi1pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'ALL' },
      },
      {
        IndexName: 'byCustomer',
        KeySchema: [{ AttributeName: 'gsi2pk', KeyType: 'HASH' }],
        Projection: { ProjectionType: 'ALL' },
      },
    ]);
  });

  it('is left out when custom.dure.table is false', () => {
    expect(Object.keys(expand({}, { dure: { table: false } }).resources)).not.toContain('Table');
  });
});

describe('streams', () => {
  const settings = {
    type: 'dynamodb',
    arn: { 'Fn::GetAtt': ['Table', 'StreamArn'] },
    startingPosition: 'TRIM_HORIZON',
    batchSize: 100,
    batchWindow: 0,
    bisectBatchOnFunctionError: true,
    maximumRetryAttempts: 100,
    maximumRecordAgeInSeconds: 18 * 3600,
    functionResponseType: 'ReportBatchItemFailures',
  };

  const carries = { outbox: { S: [{ exists: true }] } };
  const earlier = { pk: { S: [{ prefix: 'OUTBOX#' }] }, envelope: { S: [{ exists: true }] } };

  it.each<[string, FunctionConfig, Json[]]>([
    [
      'relay',
      { relay: true },
      [{ dynamodb: { NewImage: carries } }, { eventName: ['INSERT'], dynamodb: { NewImage: earlier } }],
    ],
    ['stream', { stream: { filter: { eventName: ['MODIFY'] } } }, [{ eventName: ['MODIFY'] }]],
  ])('%s reads the table’s stream through its filters, to the end or the bucket', (_, config, filters) => {
    const { functions, resources } = expand({ reader: config });
    expect(functions['reader']?.events).toEqual([
      {
        stream: {
          ...settings,
          destinations: { onFailure: { type: 'sqs', arn: { 'Fn::GetAtt': ['ReaderGivenUpBucket', 'Arn'] } } },
          filterPatterns: filters,
        },
      },
      { sqs: { arn: { 'Fn::GetAtt': ['ReaderQueue', 'Arn'] }, batchSize: 1, maximumConcurrency: 2 } },
    ]);
    expect(resources['ReaderDeadLetterQueue']?.Properties).toMatchObject({ QueueName: 'dure-test-stock-reader-dlq' });
  });

  it('has a redrive queue named on the dead-letter queue', () => {
    const { functions, resources } = expand({ reader: { relay: true, timeout: 20 } });
    expect(resources['ReaderQueue']?.Properties).toMatchObject({
      QueueName: 'dure-test-stock-reader',
      VisibilityTimeout: 120,
      RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['ReaderDeadLetterQueue', 'Arn'] }, maxReceiveCount: 5 },
    });
    expect(functions['reader']?.environment).toMatchObject({ TABLE_NAME: 'dure-test-stock' });
  });

  it('keeps what is given up in a bucket of its own that tells the redrive queue, and no other bucket may', () => {
    const { resources } = expand({ startIt_now: { relay: true } });
    const name = 'dure-test-stock-startit-now-${AWS::AccountId}';
    expect(resources['StartItNowGivenUpBucket']).toMatchObject({
      Type: 'AWS::S3::Bucket',
      DependsOn: ['StartItNowQueuePolicy'],
      Properties: {
        BucketName: { 'Fn::Sub': name },
        BucketEncryption: { ServerSideEncryptionConfiguration: expect.any(Array) },
        PublicAccessBlockConfiguration: { BlockPublicPolicy: true, RestrictPublicBuckets: true },
        LifecycleConfiguration: { Rules: [{ Status: 'Enabled', ExpirationInDays: 14 }] },
        NotificationConfiguration: {
          QueueConfigurations: [{ Event: 's3:ObjectCreated:*', Queue: { 'Fn::GetAtt': ['StartItNowQueue', 'Arn'] } }],
        },
      },
    });
    expect(resources['StartItNowGivenUpBucketPolicy']).toMatchObject({
      Type: 'AWS::S3::BucketPolicy',
      Properties: { Bucket: { Ref: 'StartItNowGivenUpBucket' } },
    });
    const policy = resources['StartItNowQueuePolicy']?.Properties['PolicyDocument'] as { Statement: object[] };
    expect(policy.Statement).toHaveLength(2);
    expect(policy.Statement[1]).toEqual({
      Effect: 'Allow',
      Principal: { Service: 's3.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: { 'Fn::GetAtt': ['StartItNowQueue', 'Arn'] },
      Condition: {
        ArnEquals: { 'aws:SourceArn': { 'Fn::Sub': `arn:\${AWS::Partition}:s3:::${name}` } },
        StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
      },
    });
  });

  it('is refused when the bucket could not have its name', () => {
    expect(() => expand({ ['r'.repeat(40)]: { relay: true } })).toThrow(/The bucket name ".*" has \d+ characters/);
  });
});

describe('an asynchronous function', () => {
  it.each(['schedule', 'eventBridge', 'sns', 's3'])('by %s is tried again within limits, then kept', (type) => {
    const { functions, resources } = expand({ sweep: { events: [{ [type]: 'anything' }] } });
    const arn = { 'Fn::GetAtt': ['SweepDeadLetterQueue', 'Arn'] };
    expect(functions['sweep']?.asynchronous).toEqual({
      maximumRetryAttempts: 2,
      maximumEventAge: 3600,
      destinations: { onFailure: { type: 'sqs', arn } },
    });
    expect(resources['SweepDeadLetterQueue']?.Properties).toMatchObject({ QueueName: 'dure-test-stock-sweep-dlq' });
    expect(statementsOf(resources['SweepRole'])).toEqual([
      { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: arn },
    ]);
  });

  it('keeps its own limits and destination for failures', () => {
    const own = { maximumRetryAttempts: 0, maximumEventAge: 60, destinations: { onFailure: 'arn:aws:sqs:…' } };
    const { functions, resources } = expand({ sweep: { events: [{ schedule: 'x' }], ...own } });
    expect(functions['sweep']?.asynchronous).toEqual({ maximumRetryAttempts: 0, maximumEventAge: 60 });
    expect(resources).not.toHaveProperty('SweepDeadLetterQueue');
  });

  it('is refused when its failures would vanish', () => {
    const destinations = { onSuccess: 'arn:aws:sqs:…' };
    expect(() => expand({ sweep: { events: [{ schedule: 'x' }], destinations } })).toThrow(
      'functions.sweep.destinations: a failed invocation would vanish; name "onFailure" too, or nothing.',
    );
  });
});

describe('environment', () => {
  const always = { SERVICE_NAME: 'stock', SERVICE_VERSION: '1.2.3', STAGE: 'test', COMMIT: 'abc' };
  const bus = '{{resolve:ssm:/dure/test/bus/name}}';

  it.each<[string, FunctionConfig, object]>([
    ['a plain function', {}, always],
    ['one without the table', { table: 'none' }, always],
    ['one with the table', { table: 'read' }, { ...always, TABLE_NAME: 'dure-test-stock' }],
    ['a relay', { relay: true }, { ...always, BUS_NAME: bus, TABLE_NAME: 'dure-test-stock' }],
    [
      'a consumer',
      { consumes: ['ReserveStock.v1'] },
      { ...always, QUEUE_URL: { Ref: 'ItQueue' }, QUEUE_DLQ_URL: { Ref: 'ItDeadLetterQueue' }, MAX_RECEIVES: '5' },
    ],
  ])('of %s', (_, config, environment) => {
    expect(expand({ it: config }).functions['it']?.environment).toEqual(environment);
  });

  it('refers to the service’s own bus directly, not through the stack’s parameter', () => {
    const resources = { Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'dure-test' } } };
    const expansion = expand({ relay: { relay: true }, log: { consumes: ['*'] } }, { resources });
    expect(expansion.functions['relay']?.environment).toMatchObject({ BUS_NAME: { Ref: 'Bus' } });
    expect(properties(expansion.resources['LogEverythingRule'])['EventBusName']).toEqual({ Ref: 'Bus' });
    expect(statementsOf(expansion.resources['RelayRole'])).toContainEqual(
      expect.objectContaining({
        Effect: 'Allow',
        Action: 'events:PutEvents',
        Resource: { 'Fn::GetAtt': ['Bus', 'Arn'] },
      }),
    );
  });
});

describe('refused', () => {
  it.each<[string, FunctionConfig, string]>([
    [
      'two sources',
      { consumes: ['ReserveStock.v1'], relay: true },
      'functions.it: a function may have one source of messages, but this one has consumes and relay.',
    ],
    [
      'large batches that are not waited for',
      { consumes: ['ReserveStock.v1'], batchSize: 11 },
      'functions.it: a "batchSize" above 10 needs a "maximumBatchingWindow" of at least one second.',
    ],
    ['tuning without a queue', { maxReceives: 3 }, 'functions.it: "maxReceives" goes with "consumes".'],
    ['its own role', { role: 'arn:aws:iam::1:role/x' }, 'add statements under "iam"'],
  ])('%s', (_, config, sentence) => {
    expect(() => expand({ it: config })).toThrow(sentence);
  });

  it.each<[string, FunctionConfig]>([
    ['table', { table: 'read' }],
    ['relay', { relay: true }],
    ['stream', { stream: { filter: {} } }],
  ])('%s in a service without a table', (_, config) => {
    expect(() => expand({ it: config }, { dure: { table: false } })).toThrow('the service has no table');
  });

  it('a resource with a generated logical id', () => {
    const resources = { ApiRole: { Type: 'AWS::IAM::Role', Properties: {} } };
    expect(() => expand({ api: {} }, { resources })).toThrow('resources.Resources.ApiRole: this logical id is made');
  });
});
