import { BatchWriteItemCommand, CreateTableCommand, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll } from '@jest/globals';
import type { DynamoDBRecord } from 'aws-lambda';
import { createTestTable } from '@dure/testing/dynamodb';
import type { InvokeResult } from '@dure/lambda-runtime';
import { createFunction, ok } from './harness.ts';

/** A table with a stream, in the emulator that the Jest run shares. To be awaited at the top of a test file. */
export async function createStream() {
  const table = await createTestTable();
  const dynamo = new DynamoDBClient({});
  afterAll(() => dynamo.destroy());
  return { ...table, dynamo, ...writes(dynamo, table.tableName) };
}

/** A table with a stream in another emulator. */
export async function createStreamAt(endpoint: string) {
  const dynamo = new DynamoDBClient({ endpoint });
  const tableName = 'things';
  const { TableDescription } = await dynamo.send(
    new CreateTableCommand({
      TableName: tableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ['pk', 'sk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' as const })),
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    }),
  );
  return { streamArn: TableDescription?.LatestStreamArn ?? '', ...writes(dynamo, tableName) };
}

function writes(dynamo: DynamoDBClient, TableName: string) {
  return {
    async put(sk: string, attributes: Record<string, { S: string }> = {}): Promise<void> {
      const Item = { pk: { S: 'all' }, sk: { S: sk }, ...attributes };
      await dynamo.send(new PutItemCommand({ TableName, Item }));
    },
    /** Writes up to 25 items, in their order. */
    async putAll(sks: readonly string[]): Promise<void> {
      const requests = sks.map((sk) => ({ PutRequest: { Item: { pk: { S: 'all' }, sk: { S: sk } } } }));
      await dynamo.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: requests } }));
    },
  };
}

type Answer = (records: DynamoDBRecord[], call: number) => InvokeResult | Promise<InvokeResult>;

export const streamFunction = (answer: Answer = () => ok()) => createFunction<DynamoDBRecord>(answer);
