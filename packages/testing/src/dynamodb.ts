import { randomUUID } from 'node:crypto';
import {
  CreateTableCommand,
  DeleteTableCommand,
  DynamoDBClient,
  waitUntilTableExists,
  type AttributeDefinition,
  type CreateTableCommandInput,
} from '@aws-sdk/client-dynamodb';
import { afterAll } from '@jest/globals';

/** A global secondary index with string keys, of all attributes or of the keys. */
export interface TestIndex {
  readonly name: string;
  readonly pk: string;
  readonly sk?: string;
  readonly projection?: 'keys';
}

export interface TestTableOptions {
  /** Global secondary indexes added to the default definition. */
  readonly indexes?: readonly TestIndex[];
  /** Replaces the default definition; the name is generated. */
  readonly definition?: Omit<CreateTableCommandInput, 'TableName'>;
}

export interface TestTable {
  readonly endpoint: string;
  readonly tableName: string;
  /** Empty when the definition has no stream. */
  readonly streamArn: string;
}

/**
 * Sets the AWS SDK's environment variables for the emulator of this Jest run: endpoint, region, and credentials that are not
 * checked. Returns the endpoint.
 */
export function useDynamoDb(): string {
  const endpoint = process.env['DURE_TEST_DYNAMODB_ENDPOINT'];
  if (endpoint === undefined)
    throw new Error('DURE_TEST_DYNAMODB_ENDPOINT is not set: run Jest with the global setup.');
  Object.assign(process.env, {
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_REGION: 'us-east-1',
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
    AWS_ENDPOINT_URL_DYNAMODB_STREAMS: endpoint,
  });
  return endpoint;
}

/**
 * Creates a table with a unique name and deletes it after the test file. Await it at the top of a test file, not inside a hook
 * or a test: `const { tableName } = await createTestTable();`
 *
 * Default definition: string keys `pk` and `sk`, stream of new and old images. No item expires: a test with dates of the
 * past would lose its items whenever the emulator deletes what expired.
 */
export async function createTestTable(options: TestTableOptions = {}): Promise<TestTable> {
  const endpoint = useDynamoDb();
  const client = new DynamoDBClient({});
  const tableName = `test-${randomUUID()}`;
  const definition = options.definition ?? defaultDefinition(options.indexes ?? []);
  const { TableDescription } = await client.send(new CreateTableCommand({ ...definition, TableName: tableName }));
  await waitUntilTableExists({ client, maxWaitTime: 10, minDelay: 1, maxDelay: 1 }, { TableName: tableName });
  afterAll(async () => {
    await client.send(new DeleteTableCommand({ TableName: tableName }));
    client.destroy();
  });
  return { endpoint, tableName, streamArn: TableDescription?.LatestStreamArn ?? '' };
}

function defaultDefinition(indexes: readonly TestIndex[]): Omit<CreateTableCommandInput, 'TableName'> {
  const names = new Set(['pk', 'sk', ...indexes.flatMap(({ pk, sk }) => (sk === undefined ? [pk] : [pk, sk]))]);
  return {
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [...names].map((name): AttributeDefinition => ({ AttributeName: name, AttributeType: 'S' })),
    KeySchema: keySchema('pk', 'sk'),
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    ...(indexes.length > 0 && {
      GlobalSecondaryIndexes: indexes.map(({ name, pk, sk, projection }) => ({
        IndexName: name,
        KeySchema: keySchema(pk, sk),
        Projection: { ProjectionType: projection === 'keys' ? 'KEYS_ONLY' : 'ALL' },
      })),
    }),
  };
}

function keySchema(pk: string, sk?: string): NonNullable<CreateTableCommandInput['KeySchema']> {
  const hash = { AttributeName: pk, KeyType: 'HASH' } as const;
  return sk === undefined ? [hash] : [hash, { AttributeName: sk, KeyType: 'RANGE' }];
}
