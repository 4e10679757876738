import { fork } from 'node:child_process';
import { once } from 'node:events';
import { CreateTableCommand, DynamoDBClient, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import { startDynamoDb } from '@dure/local-cloud/services/dynamodb/start-dynamodb';
import type { Measured, Order } from '../binding/measure.ts';
import { type Part, type Table, fixed } from '../support/report.ts';

const MEASURE = new URL('../binding/measure.ts', import.meta.url);
const TABLE = 'bench';

/** What the bindings add to a bare function: CPU time with the database stubbed, time to the answer with a real one. */
export const binding: Part = {
  name: 'binding',
  what: 'the bindings against a bare function',
  async run({ options, progress }) {
    const { rounds, scale } = options.quick ? { rounds: 7, scale: 0.2 } : { rounds: 31, scale: 1 };
    progress('database stubbed');
    const stubbed = await measure({ rounds, calls: Math.round(3000 * scale) });
    progress('with the emulator');
    const real = await withTable((environment) =>
      measure({ rounds: rounds * 50, calls: 1, tableName: TABLE }, environment),
    );
    return { tables: [tableOf(stubbed, real)], data: { stubbed, real } };
  },
};

function tableOf(stubbed: readonly Measured[], real: readonly Measured[]): Table {
  return {
    title: 'Binding against bare function, per call',
    head: ['', '', 'CPU µs, database stubbed', 'ms with PutItem (p50)', 'ratio to bare'],
    rows: stubbed.map(({ group, name, p50 }, index) => {
      const own = real[index]!.p50;
      const bare = real.find((other) => other.group === group)!.p50;
      return [group, name, fixed(p50, 1), fixed(own / 1000, 3), `${fixed(own / bare, 2)}×`];
    }),
  };
}

/** Measures in a separate process, whose log lines are read and dropped. */
async function measure(order: Order, environment: Record<string, string> = {}): Promise<Measured[]> {
  const child = fork(MEASURE, {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    env: { ...process.env, SERVICE_NAME: 'bench', AWS_REGION: 'us-east-1', ...environment },
  });
  child.stdout?.resume();
  child.send(order);
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`Measuring the bindings ended with ${code}.`);
  });
  const [measured] = await Promise.race([once(child, 'message'), ended]);
  return measured as Measured[];
}

async function withTable<Result>(use: (environment: Record<string, string>) => Promise<Result>): Promise<Result> {
  const dynamodb = await startDynamoDb({ log: () => undefined });
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new DynamoDBClient({ endpoint: dynamodb.endpoint, region: 'us-east-1', credentials });
  try {
    await client.send(
      new CreateTableCommand({
        TableName: TABLE,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [
          { AttributeName: 'pk', AttributeType: 'S' },
          { AttributeName: 'sk', AttributeType: 'S' },
        ],
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
      }),
    );
    await waitUntilTableExists({ client, maxWaitTime: 10, minDelay: 1 }, { TableName: TABLE });
    return await use({
      AWS_ENDPOINT_URL_DYNAMODB: dynamodb.endpoint,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    });
  } finally {
    client.destroy();
    await dynamodb.stop();
  }
}
