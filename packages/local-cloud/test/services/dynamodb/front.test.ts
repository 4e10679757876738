import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import {
  type AttributeValue,
  BatchGetItemCommand,
  BatchWriteItemCommand,
  CreateTableCommand,
  DeleteItemCommand,
  DeleteTableCommand,
  DescribeContributorInsightsCommand,
  DescribeTableCommand,
  DynamoDBClient,
  ExecuteStatementCommand,
  ExecuteTransactionCommand,
  GetItemCommand,
  ListTagsOfResourceCommand,
  PutItemCommand,
  QueryCommand,
  type QueryCommandInput,
  ScanCommand,
  TagResourceCommand,
  TransactWriteItemsCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListStreamsCommand,
} from '@aws-sdk/client-dynamodb-streams';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createAwsJsonClient } from '@dure/aws-protocols/aws-json-client';
import { expireItems } from '../../../src/services/dynamodb/expire-items.ts';
import { createDynamoDbFront, type DynamoDbFront } from '../../../src/services/dynamodb/index.ts';
import { startDynamoDb, type DynamoDb } from '../../../src/services/dynamodb/start-dynamodb.ts';

const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
const region = 'us-east-1';
const TableName = 'abc';
let folder: string;
let emulator: DynamoDb;
let front: DynamoDbFront;
let server: Server;
let dynamo: DynamoDBClient;
let streams: DynamoDBStreamsClient;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'dure-test-'));
  emulator = await startDynamoDb({ dataDir: folder, log: () => undefined });
  front = createDynamoDbFront(emulator, region);
  server = createServer((request, response) => void front.handle(request, response)).listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  dynamo = new DynamoDBClient({ endpoint, region, credentials });
  streams = new DynamoDBStreamsClient({ endpoint, region, credentials });
});

afterAll(async () => {
  dynamo.destroy();
  streams.destroy();
  server.close();
  front.stop();
  await emulator.stop();
  rmSync(folder, { recursive: true, force: true });
});

beforeEach(createTable);
afterEach(async () => void (await dynamo.send(new DeleteTableCommand({ TableName }))));

async function createTable() {
  return dynamo.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
        { AttributeName: 'amount', AttributeType: 'N' },
      ],
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'by-amount',
          KeySchema: [
            { AttributeName: 'amount', KeyType: 'HASH' },
            { AttributeName: 'sk', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    }),
  );
}

const put = (sk: string, more: Record<string, AttributeValue> = {}) =>
  dynamo.send(new PutItemCommand({ TableName, Item: { pk: { S: 'p' }, sk: { S: sk }, ...more } }));

async function streamArn(): Promise<string> {
  const { Table } = await dynamo.send(new DescribeTableCommand({ TableName }));
  return Table?.LatestStreamArn ?? '';
}

async function records() {
  const StreamArn = await streamArn();
  const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn }));
  const ShardId = StreamDescription?.Shards?.[0]?.ShardId;
  const from = { StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' } as const;
  const { ShardIterator } = await streams.send(new GetShardIteratorCommand(from));
  return (await streams.send(new GetRecordsCommand({ ShardIterator }))).Records ?? [];
}

describe('names', () => {
  const table = `arn:aws:dynamodb:us-east-1:000000000000:table/${TableName}`;
  const label = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}$/;

  it('of tables, indexes and streams have the region, and a time for a label', async () => {
    const { Table } = await dynamo.send(new DescribeTableCommand({ TableName }));
    expect(Table).toMatchObject({
      TableArn: table,
      LatestStreamLabel: expect.stringMatching(label),
      LatestStreamArn: `${table}/stream/${Table?.LatestStreamLabel}`,
      GlobalSecondaryIndexes: [{ IndexArn: `${table}/index/by-amount` }],
    });
    const { Streams } = await streams.send(new ListStreamsCommand({}));
    expect(Streams).toEqual([{ StreamArn: Table?.LatestStreamArn, StreamLabel: Table?.LatestStreamLabel, TableName }]);
  });

  it('of a table come with whether it is protected, and how much it takes', async () => {
    const { Table } = await dynamo.send(new DescribeTableCommand({ TableName }));
    const WarmThroughput = { ReadUnitsPerSecond: 12_000, WriteUnitsPerSecond: 4000, Status: 'ACTIVE' };
    expect(Table).toMatchObject({
      DeletionProtectionEnabled: false,
      WarmThroughput,
      BillingModeSummary: { LastUpdateToPayPerRequestDateTime: Table?.CreationDateTime },
      GlobalSecondaryIndexes: [{ WarmThroughput }],
    });
  });

  it('of a table that goes come without its keys', async () => {
    await dynamo.send(
      new CreateTableCommand({
        TableName: 'gone',
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        ProvisionedThroughput: { ReadCapacityUnits: 2, WriteCapacityUnits: 3 },
      }),
    );
    const { Table } = await dynamo.send(new DescribeTableCommand({ TableName: 'gone' }));
    expect(Table?.WarmThroughput).toEqual({ ReadUnitsPerSecond: 2, WriteUnitsPerSecond: 3, Status: 'ACTIVE' });
    const { TableDescription } = await dynamo.send(new DeleteTableCommand({ TableName: 'gone' }));
    expect(TableDescription).toMatchObject({ TableName: 'gone', TableStatus: 'DELETING' });
    for (const member of ['KeySchema', 'AttributeDefinitions', 'CreationDateTime'])
      expect(TableDescription).not.toHaveProperty(member);
  });

  it('may be ARNs in whatever asks for items', async () => {
    const Key = { pk: { S: 'a' }, sk: { S: table } };
    const about = { S: `"TableName":"${table}"` };
    await dynamo.send(new PutItemCommand({ TableName: table, Item: { ...Key, about } }));
    const Update = {
      TableName: table,
      Key,
      UpdateExpression: 'SET n = :n',
      ExpressionAttributeValues: { ':n': { N: '1' } },
    };
    await dynamo.send(new TransactWriteItemsCommand({ TransactItems: [{ Update }] }));
    const Item = { ...Key, about, n: { N: '1' } };
    expect(await dynamo.send(new GetItemCommand({ TableName: table, Key }))).toMatchObject({ Item });
    const got = await dynamo.send(new BatchGetItemCommand({ RequestItems: { [table]: { Keys: [Key] } } }));
    expect(got.Responses).toEqual({ [table]: [Item] });
    const asked = { KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': { S: 'a' } } };
    expect(await dynamo.send(new QueryCommand({ TableName: table, ...asked }))).toMatchObject({ Items: [Item] });
    const PutRequest = { Item: { pk: { S: 'b' }, sk: { S: '1' } } };
    await dynamo.send(new BatchWriteItemCommand({ RequestItems: { [table]: [{ PutRequest }] } }));
    expect((await dynamo.send(new ScanCommand({ TableName: table }))).Count).toBe(2);
  });

  it('are understood when they come back', async () => {
    await dynamo.send(new TagResourceCommand({ ResourceArn: table, Tags: [{ Key: 'team', Value: 'a' }] }));
    const { Tags } = await dynamo.send(new ListTagsOfResourceCommand({ ResourceArn: table }));
    expect(Tags).toEqual([{ Key: 'team', Value: 'a' }]);
  });

  it('are in the records of a stream, whose open shard has an id of 28 characters or more and no end', async () => {
    await put('1');
    expect(await records()).toMatchObject([{ awsRegion: region, eventName: 'INSERT' }]);
    const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn: await streamArn() }));
    const [shard] = StreamDescription?.Shards ?? [];
    expect(shard?.ShardId).toMatch(/^shardId-[a-zA-Z0-9-]{20,57}$/);
    expect(shard?.SequenceNumberRange).toEqual({ StartingSequenceNumber: '1' });
    expect(StreamDescription?.KeySchema).toEqual([
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ]);
  });
});

describe('a request', () => {
  it.each([
    [
      new UpdateTableCommand({ TableName, ReplicaUpdates: [{ Create: { RegionName: 'eu-west-1' } }] }),
      'ReplicaUpdates is not',
    ],
    [new UpdateTableCommand({ TableName, WarmThroughput: { ReadUnitsPerSecond: 1 } }), 'WarmThroughput is not'],
    [new DescribeContributorInsightsCommand({ TableName }), 'does not support the action DescribeContributorInsights'],
  ])('for what there is not is refused by name', async (command, reason) => {
    await expect(dynamo.send(command as UpdateTableCommand)).rejects.toThrow(reason);
  });

  it('is refused as on AWS, where the emulator has other words or none', async () => {
    const RequestItems = { [TableName]: [{ PutRequest: { Item: { other: { S: 'x' } } } }] };
    await expect(dynamo.send(new BatchWriteItemCommand({ RequestItems }))).rejects.toThrow(
      'The provided key element does not match the schema',
    );
    const Statement = `SELECT * FROM ${TableName}`;
    await expect(dynamo.send(new ExecuteStatementCommand({ Statement, Parameters: [] }))).rejects.toThrow(
      "1 validation error detected: Value '[]' at 'parameters' failed to satisfy constraint: " +
        'Member must have length greater than or equal to 1',
    );
    expect(await dynamo.send(new ExecuteStatementCommand({ Statement }))).toMatchObject({ Items: [] });
  });
});

describe('a transaction of statements', () => {
  const transact = (...statements: string[]) =>
    dynamo.send(new ExecuteTransactionCommand({ TransactStatements: statements.map((Statement) => ({ Statement })) }));
  const insert = `INSERT INTO "${TableName}" VALUE {'pk': 'p', 'sk': 'by a statement'}`;

  it('that writes answers nothing, and one that reads what it found', async () => {
    expect((await transact(insert)).Responses).toEqual([]);
    const select = `SELECT sk FROM "${TableName}" WHERE pk = 'p' AND sk = 'by a statement'`;
    expect((await transact(select)).Responses).toEqual([{ Item: { sk: { S: 'by a statement' } } }]);
  });

  it('that is cancelled says why for each statement', async () => {
    await transact(insert);
    await expect(transact(insert)).rejects.toMatchObject({
      name: 'TransactionCanceledException',
      CancellationReasons: [expect.objectContaining({ Code: 'DuplicateItem' })],
    });
  });
});

describe('a query', () => {
  const query = (KeyConditionExpression: string, values: object, more: Partial<QueryCommandInput> = {}) => {
    const ExpressionAttributeValues = values as QueryCommandInput['ExpressionAttributeValues'];
    return dynamo.send(new QueryCommand({ TableName, KeyConditionExpression, ExpressionAttributeValues, ...more }));
  };
  const otherType = 'One or more parameter values were invalid: Condition parameter type does not match schema type';
  const empty = (key: string): string =>
    `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: ${key}`;
  const refused = (message: string) => ({ name: 'ValidationException', message });

  it.each([
    ['pk = :a', { ':a': { N: '1' } }],
    ['(pk = :p) AND (sk > :a)', { ':p': { S: 'p' }, ':a': { N: '1' } }],
    ['pk = :p AND begins_with(sk, :a)', { ':p': { S: 'p' }, ':a': { B: new Uint8Array([1]) } }],
    ['pk = :p and sk between :a and :b', { ':p': { S: 'p' }, ':a': { N: '1' }, ':b': { N: '2' } }],
  ])('whose key has another type is refused: %s', async (expression, values) => {
    await expect(query(expression, values)).rejects.toMatchObject(refused(otherType));
  });

  it('of an index is held to the keys of the index', async () => {
    const IndexName = 'by-amount';
    const text = query('amount = :a', { ':a': { S: '5' } }, { IndexName });
    await expect(text).rejects.toMatchObject(refused(otherType));
    await put('1', { amount: { N: '5' } });
    expect((await query('amount = :a', { ':a': { N: '5' } }, { IndexName })).Count).toBe(1);
  });

  it('whose key is empty is refused, by the name behind its placeholder', async () => {
    await expect(query('pk = :a', { ':a': { S: '' } })).rejects.toMatchObject(refused(empty('pk')));
    const named = query(
      '#p = :p AND begins_with(#s, :a)',
      { ':p': { S: 'p' }, ':a': { S: '' } },
      { ExpressionAttributeNames: { '#p': 'pk', '#s': 'sk' } },
    );
    await expect(named).rejects.toMatchObject(refused(empty('sk')));
  });

  it('in the form of before there were expressions is held to the same', async () => {
    const KeyConditions = { pk: { ComparisonOperator: 'EQ' as const, AttributeValueList: [{ N: '1' }] } };
    const sent = dynamo.send(new QueryCommand({ TableName, KeyConditions }));
    await expect(sent).rejects.toMatchObject(refused(otherType));
  });

  it('that is right finds what is there', async () => {
    await put('1');
    expect((await query('pk = :p AND sk = :s', { ':p': { S: 'p' }, ':s': { S: '1' } })).Items).toHaveLength(1);
    await expect(query('pk = :p', { ':p': { S: 'p' } }, { IndexName: 'none' })).rejects.toMatchObject({
      name: 'ValidationException',
    });
  });
});

describe('a stream', () => {
  it('has no record of a write that changes nothing, not even the order of a set', async () => {
    await put('1', { tags: { SS: ['a', 'b'] }, amount: { N: '1' } });
    await put('1', { amount: { N: '1.0' }, tags: { SS: ['b', 'a'] } });
    await put('1', { tags: { SS: ['a'] }, amount: { N: '1' } });
    expect((await records()).map(({ eventName }) => eventName)).toEqual(['INSERT', 'MODIFY']);
  });

  it('says how large a record is: its keys and its images', async () => {
    const given = {
      text: { S: 'ü' },
      n: { N: '-120.50' },
      yes: { BOOL: true },
      list: { L: [{ S: 'ab' }, { N: '7' }] },
    };
    await put('1', given);
    const keys = 'pk'.length + 'p'.length + 'sk'.length + '1'.length;
    // Names, and: two bytes; two and the sign for four digits; one; three for the list, one more for each element.
    const image = keys + (4 + 2) + (1 + 2 + 1 + 1) + (3 + 1) + (4 + 3 + (1 + 2) + (1 + 2));
    expect((await records()).map(({ dynamodb }) => dynamodb?.SizeBytes)).toEqual([keys + image]);
  });

  it('of a table that is made again is a new one, and that of before is gone', async () => {
    await put('1');
    const former = await streamArn();
    await dynamo.send(new DeleteTableCommand({ TableName }));
    const { TableDescription } = await createTable();
    expect(TableDescription?.LatestStreamArn).toBe(await streamArn());
    expect(await streamArn()).not.toBe(former);
    expect(await records()).toEqual([]);
    await expect(streams.send(new DescribeStreamCommand({ StreamArn: former }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  it('is read by iterators that begin with its ARN', async () => {
    await put('read');
    const StreamArn = await streamArn();
    const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn }));
    const wanted = { StreamArn, ShardId: StreamDescription?.Shards?.[0]?.ShardId };
    const { ShardIterator } = await streams.send(
      new GetShardIteratorCommand({ ...wanted, ShardIteratorType: 'TRIM_HORIZON' }),
    );
    const first = await streams.send(new GetRecordsCommand({ ShardIterator }));
    expect([ShardIterator, first.NextShardIterator].map((iterator) => iterator?.split(/\|\d\|/)[0])).toEqual([
      StreamArn,
      StreamArn,
    ]);
    expect(first.Records).toHaveLength(1);
    const next = new GetRecordsCommand({ ShardIterator: first.NextShardIterator });
    expect((await streams.send(next)).Records).toEqual([]);
  });

  it('of a table that there is not is not found, by its ARN', async () => {
    const StreamArn = 'arn:aws:dynamodb:us-east-1:000000000000:table/none/stream/2026-01-02T03:04:05.678';
    await expect(streams.send(new DescribeStreamCommand({ StreamArn }))).rejects.toThrow(
      `Requested resource not found: Stream: ${StreamArn} not found`,
    );
  });

  it('refuses the id of a shard that it does not have', async () => {
    const wanted = { StreamArn: await streamArn(), ShardId: `shardId-${'0'.repeat(20)}-none` };
    const sent = streams.send(new GetShardIteratorCommand({ ...wanted, ShardIteratorType: 'LATEST' }));
    await expect(sent).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});

describe('time to live', () => {
  const YEAR_SECONDS = 365 * 24 * 60 * 60;
  const seconds = (ago: number) => ({ N: String(Math.floor(Date.now() / 1000) - ago) });

  it('deletes expired items, and the stream says who did', async () => {
    await dynamo.send(
      new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification: { Enabled: true, AttributeName: 'ttl' } }),
    );
    await put('over', { ttl: seconds(10) });
    await put('ändert "nichts"', { ttl: seconds(10) });
    await put('yet to come', { ttl: seconds(-100) });
    await put('more than five years ago', { ttl: seconds(6 * YEAR_SECONDS) });
    await put('not a number', { ttl: { S: '1' } });
    await put('deleted by hand', { ttl: seconds(10) });
    await dynamo.send(new DeleteItemCommand({ TableName, Key: { pk: { S: 'p' }, sk: { S: 'deleted by hand' } } }));

    const database = new DatabaseSync(join(folder, 'dynamodb.sqlite'));
    const { endpoint } = emulator;
    const client = createAwsJsonClient({ endpoint, region, service: 'DynamoDB_20120810' });
    await expireItems(client.request, database);
    database.close();
    client.close();

    const { Items = [] } = await dynamo.send(new ScanCommand({ TableName }));
    expect(Items.map(({ sk }) => sk?.S).sort()).toEqual(['more than five years ago', 'not a number', 'yet to come']);
    const removed = (await records()).filter(({ eventName }) => eventName === 'REMOVE');
    const byService = { Type: 'Service', PrincipalId: 'dynamodb.amazonaws.com' };
    expect(removed.map(({ dynamodb, userIdentity }) => [dynamodb?.Keys?.['sk']?.S, userIdentity])).toEqual([
      ['deleted by hand', undefined],
      ['over', byService],
      ['ändert "nichts"', byService],
    ]);
    expect(removed[1]?.dynamodb?.OldImage?.['ttl']).toBeDefined();
  });
});
