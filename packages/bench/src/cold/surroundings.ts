import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateTableCommand, DynamoDBClient, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import { startDynamoDb } from '@dure/local-cloud/services/dynamodb/start-dynamodb';
import { startSandbox } from '@dure/sandboxes/payment-provider';
import { type Index, indexesOf } from './functions.ts';
import { startStandIn } from './stand-in.ts';

/** The surroundings of functions: a DynamoDB with their tables, a payment provider, and stand-ins for the rest. */
export interface Surroundings {
  /** Creates a service's table; returns the environment of its functions. */
  environmentOf(serviceDir: string): Promise<Record<string, string>>;
  /** The environment of a handler that belongs to no service. */
  plainEnvironment(): Promise<Record<string, string>>;
  stop(): Promise<void>;
}

const CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };

export async function startSurroundings(): Promise<Surroundings> {
  const log = () => undefined;
  const [dynamodb, provider, others] = await Promise.all([
    startDynamoDb({ log }),
    startSandbox({ log }),
    startStandIn(),
  ]);
  const client = new DynamoDBClient({ endpoint: dynamodb.endpoint, region: 'us-east-1', credentials: CREDENTIALS });
  const common = {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
    AWS_ENDPOINT_URL_DYNAMODB: dynamodb.endpoint,
    AWS_ENDPOINT_URL: others.endpoint,
    SERVICE_NAME: 'bench',
    STAGE: 'bench',
  };
  const plainEnvironment = async (indexes: readonly Index[] = []) => {
    const tableName = `bench-${randomUUID()}`;
    await createTable(client, tableName, indexes);
    return { ...common, TABLE_NAME: tableName };
  };
  return {
    plainEnvironment,
    async environmentOf(serviceDir) {
      const texts = Object.fromEntries(asked(serviceDir).map((name) => [name, `${others.endpoint}/none`]));
      const known = { MAX_RECEIVES: '5', PAYMENT_PROVIDER_URL: provider.endpoint };
      return {
        ...texts,
        ...ofThePlugin(others.endpoint),
        ...known,
        ...(await plainEnvironment(indexesOf(serviceDir))),
      };
    },
    async stop() {
      client.destroy();
      others.stop();
      await Promise.all([provider.stop(), dynamodb.stop()]);
    },
  };
}

/** The variables that the plugin sets and the bindings read. */
const ofThePlugin = (endpoint: string) => ({
  BUS_NAME: 'bench',
  QUEUE_URL: `${endpoint}/queue`,
  QUEUE_DLQ_URL: `${endpoint}/queue-dlq`,
});

/** Names of the variables that a service's compositions require. */
function asked(serviceDir: string): string[] {
  const folder = join(serviceDir, 'src');
  const compositions = readdirSync(folder).filter((name) => name.startsWith('composition'));
  return compositions
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .flatMap((text) => [...text.matchAll(/required\('(\w+)'\)/g)].map(([, name]) => name!));
}

async function createTable(client: DynamoDBClient, TableName: string, indexes: readonly Index[]): Promise<void> {
  const names = new Set(['pk', 'sk', ...indexes.flatMap(({ pk, sk }) => (sk === undefined ? [pk] : [pk, sk]))]);
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [...names].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: keySchema('pk', 'sk'),
      GlobalSecondaryIndexes:
        indexes.length === 0
          ? undefined
          : indexes.map(({ name, pk, sk }) => ({
              IndexName: name,
              KeySchema: keySchema(pk, sk),
              Projection: { ProjectionType: 'ALL' },
            })),
    }),
  );
  await waitUntilTableExists({ client, maxWaitTime: 10, minDelay: 1 }, { TableName });
}

const keySchema = (pk: string, sk: string | undefined) => [
  { AttributeName: pk, KeyType: 'HASH' as const },
  ...(sk === undefined ? [] : [{ AttributeName: sk, KeyType: 'RANGE' as const }]),
];
