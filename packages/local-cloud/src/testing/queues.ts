import { createServer, type Server } from 'node:http';
import { DatabaseSync } from 'node:sqlite';
import { afterAll } from '@jest/globals';
import { createSqs, type Sqs } from '../sqs/index.ts';
import type { StoredMessage } from '../sqs/messages.ts';

const account = { accountId: '000000000000', region: 'us-east-1' };

/** SQS for one test file, in memory. */
export interface TestQueues {
  readonly sqs: Sqs;
  /** `http://127.0.0.1:…` */
  readonly endpoint: string;
  /** Makes a queue; answers its URL and ARN. */
  createQueue(name: string, attributes?: Record<string, string>): { readonly url: string; readonly arn: string };
  urlOf(name: string): string;
  arnOf(name: string): string;
  /** What lies in a queue, whether it is visible or not. */
  messagesIn(name: string): readonly StoredMessage[];
}

/** Starts it on a free port and stops it after the test file. To be awaited at the top of a test file. */
export async function startTestQueues(now?: () => number): Promise<TestQueues> {
  const database = new DatabaseSync(':memory:');
  const sqs = createSqs({ ...account, database, ...(now && { now }) });
  const server = createServer((request, response) => void sqs.handle(request, response));
  const endpoint = await listen(server);
  afterAll(async () => {
    sqs.stop();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    database.close();
  });
  const urlOf = (name: string): string => `${endpoint}/${account.accountId}/${name}`;
  const arnOf = (name: string): string => `arn:aws:sqs:${account.region}:${account.accountId}:${name}`;
  return {
    ...{ sqs, endpoint, urlOf, arnOf },
    createQueue(name, attributes = {}) {
      const { queueArn } = sqs.createQueue(name, attributes);
      return { url: urlOf(name), arn: queueArn };
    },
    messagesIn: (name) => sqs.views.of(name)?.messages(1000) ?? [],
  };
}

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return `http://127.0.0.1:${(server.address() as { port: number }).port}`;
}
