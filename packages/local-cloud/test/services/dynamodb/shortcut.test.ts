import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createLambda, loggingOf } from '@dure/lambda-runtime';
import { type LocalServer, openServer } from '@dure/local-http/server';
import { signed } from '@dure/local-http/access-rules';
import { createFaults } from '../../../src/faults/faults.ts';
import { parsePlan } from '../../../src/faults/plan.ts';
import { createDynamoDbFront, type DynamoDbFront } from '../../../src/services/dynamodb/index.ts';
import { type DynamoDb, startDynamoDb } from '../../../src/services/dynamodb/start-dynamodb.ts';

type Answer = Readonly<Record<string, unknown>> & { readonly error?: string; readonly message?: string };

const NAME = 'test-local-asks';
const TableName = 'things';
const arn = `arn:aws:dynamodb:us-east-1:000000000000:table/${TableName}`;
const faults = createFaults();
const lambda = createLambda({ output: () => undefined, faults: faults.functions });
/** The actions of which the front heard. */
let heard: string[];
let emulator: DynamoDb;
let front: DynamoDbFront;
let server: LocalServer;

beforeAll(async () => {
  emulator = await startDynamoDb({ log: () => undefined });
  front = createDynamoDbFront(emulator, 'us-east-1');
  server = await openServer({
    rule: signed,
    answer(request, response) {
      heard.push(String(request.headers['x-amz-target']).split('.')[1]!);
      void front.handle(request, response);
    },
  });
  lambda.register({
    ...{ name: NAME, arn: `arn:aws:lambda:us-east-1:000000000000:function:${NAME}`, service: 'test', key: 'asks' },
    ...{ runtime: 'nodejs24.x', taskRoot: join(import.meta.dirname, 'fixtures'), handler: 'asks.ask' },
    ...{ logging: loggingOf(NAME), timeoutSeconds: 10, memoryMegabytes: 128 },
    environment: {
      AWS_ENDPOINT_URL_DYNAMODB: server.endpoint,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
    },
    shortcut: { ...front.direct!, from: server.endpoint },
  });
});

afterAll(async () => {
  await lambda.stop();
  await faults.stop();
  await server.close();
  front.stop();
  await emulator.stop();
});

beforeEach(async () => {
  heard = [];
  await ask([
    'CreateTable',
    {
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    },
  ]);
});
afterEach(async () => {
  faults.end();
  await ask(['DeleteTable', { TableName }]);
});

async function ask(...commands: readonly (readonly [name: string, input: object])[]): Promise<Answer[]> {
  const result = await lambda.invoke(NAME, commands);
  expect(result).toMatchObject({ ok: true });
  return (result as unknown as { payload: Answer[] }).payload;
}

const byKey = (value: object): readonly [string, object] => [
  'Query',
  {
    ...{ TableName, KeyConditionExpression: '#k = :k', ExpressionAttributeNames: { '#k': 'pk' } },
    ExpressionAttributeValues: { ':k': value },
  },
];
const Key = { pk: { S: 'a' } };

describe('a function', () => {
  it('asks the front about tables, and the emulator for items', async () => {
    const [, , table] = await ask(
      ['PutItem', { TableName, Item: Key }],
      ['GetItem', { TableName, Key }],
      ['DescribeTable', { TableName }],
      ['UpdateItem', { TableName, Key }],
      ['TransactWriteItems', { TransactItems: [{ Put: { TableName, Item: Key } }] }],
      ['BatchGetItem', { RequestItems: { [TableName]: { Keys: [Key] } } }],
      ['Scan', { TableName }],
      ['DeleteItem', { TableName, Key }],
    );
    expect(table).toMatchObject({ Table: { TableArn: arn } });
    expect(heard).toEqual(['CreateTable', 'DescribeTable']);
  });

  it('may name a table by its ARN in whatever it asks', async () => {
    const answers = await ask(
      ['PutItem', { TableName: arn, Item: Key }],
      ['GetItem', { TableName: arn, Key }],
      ['BatchGetItem', { RequestItems: { [arn]: { Keys: [Key] } } }],
    );
    expect(answers.slice(1)).toMatchObject([{ Item: Key }, { Responses: { [arn]: [Key] } }]);
  });

  it('is refused a query whose key is empty or of another type, also after those that were right', async () => {
    const right = byKey({ S: 'a' });
    const [first, second, third, empty, typed] = await ask(
      ...[right, right, byKey({ S: 'b' })],
      ...[byKey({ S: '' }), byKey({ N: '1' })],
    );
    expect([first, second, third]).toMatchObject([{ Count: 0 }, { Count: 0 }, { Count: 0 }]);
    expect([empty, typed]).toEqual([
      {
        error: 'ValidationException',
        message:
          'One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty ' +
          'string value. Key: pk',
      },
      {
        error: 'ValidationException',
        message: 'One or more parameter values were invalid: Condition parameter type does not match schema type',
      },
    ]);
    expect(heard.filter((action) => action === 'Query')).toHaveLength(3);
  });

  it('gets the answers of AWS to a batch and to a statement', async () => {
    const [batch, statement] = await ask(
      ['BatchWriteItem', { RequestItems: { [TableName]: [{ PutRequest: { Item: { other: { S: 'a' } } } }] } }],
      ['ExecuteStatement', { Statement: `SELECT * FROM "${TableName}"`, Parameters: [] }],
    );
    expect(batch!.message).toBe('The provided key element does not match the schema');
    expect(statement!.message).toContain("Value '[]' at 'parameters' failed to satisfy constraint");
  });
});

it('does not keep a fault from a function, behind which everything is as on AWS', async () => {
  const plan = { seed: 1, requests: [{ service: 'DynamoDB', actions: ['PutItem'], throttle: 1 }] };
  expect(await faults.follow(parsePlan(plan), { DynamoDB: server.endpoint })).toBe(true);
  lambda.recycle([NAME]);
  const [put, read, table, empty] = await ask(
    ['PutItem', { TableName, Item: Key }],
    ['GetItem', { TableName, Key }],
    ['DescribeTable', { TableName }],
    byKey({ S: '' }),
  );
  expect(put).toMatchObject({ error: 'ThrottlingException' });
  expect(read).not.toHaveProperty('error');
  expect(table).toMatchObject({ Table: { TableArn: arn } });
  expect(empty).toMatchObject({ error: 'ValidationException' });
  faults.end();
  lambda.recycle([NAME]);
});
