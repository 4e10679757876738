import { DatabaseSync } from 'node:sqlite';
import { afterAll } from '@jest/globals';
import { signed } from '@dure/local-http/access-rules';
import { openServer } from '@dure/local-http/server';
import { createSns, type Sns } from '@dure/local-cloud/services/sns/index';
import { createSqs } from '@dure/local-cloud/services/sqs/index';
import type { MessageAttributes, Sqs, StoredMessage } from '@dure/sqs';

const account = { accountId: '000000000000', region: 'us-east-1' };

/** SQS and SNS for one test file, in memory. */
export interface TestQueues {
  readonly sqs: Sqs;
  readonly sns: Sns;
  /** Endpoint of SQS: `http://127.0.0.1:…` */
  readonly endpoint: string;
  readonly snsEndpoint: string;
  /** The log of SNS. */
  readonly logged: readonly string[];
  /** Creates a queue; returns its URL and ARN. */
  createQueue(name: string, attributes?: Record<string, string>): { readonly url: string; readonly arn: string };
  /** Sends a message with string attributes; returns its id. */
  send(name: string, body: string, attributes?: Record<string, string>): string;
  urlOf(name: string): string;
  arnOf(name: string): string;
  /** The messages of a queue, visible or not. */
  messagesIn(name: string): readonly StoredMessage[];
}

/** Starts them on free ports and stops them after the test file. Await it at the top of a test file. */
export async function startTestQueues(now?: () => number): Promise<TestQueues> {
  const database = new DatabaseSync(':memory:');
  const sqs = createSqs({ ...account, database, ...(now && { now }) });
  const logged: string[] = [];
  const sns = createSns({
    ...{ ...account, database, sqs, ...(now && { now }) },
    deliver() {
      throw new Error('There are no functions here.');
    },
    log: (level, message, fields) => void logged.push(`${level} ${message} ${JSON.stringify(fields ?? {})}`),
  });
  const doors = await Promise.all(
    [sqs, sns].map(({ handle }) =>
      openServer({ rule: signed, answer: (request, response) => void handle(request, response) }),
    ),
  );
  const [endpoint = '', snsEndpoint = ''] = doors.map((door) => door.endpoint);
  afterAll(async () => {
    sqs.stop();
    await Promise.all(doors.map((door) => door.close()));
    database.close();
  });
  const urlOf = (name: string): string => `${endpoint}/${account.accountId}/${name}`;
  const arnOf = (name: string): string => `arn:aws:sqs:${account.region}:${account.accountId}:${name}`;
  return {
    ...{ sqs, sns, endpoint, snsEndpoint, logged, urlOf, arnOf },
    createQueue(name, attributes = {}) {
      const { queueArn } = sqs.createQueue(name, attributes);
      return { url: urlOf(name), arn: queueArn };
    },
    send(name, body, attributes = {}) {
      const texts = Object.entries(attributes).map(([key, StringValue]) => [key, { DataType: 'String', StringValue }]);
      return sqs.send(arnOf(name), body, { attributes: Object.fromEntries(texts) as MessageAttributes }).MessageId;
    },
    messagesIn: (name) => sqs.views.of(name)?.messages(1000) ?? [],
  };
}
