import { randomUUID } from 'node:crypto';
import {
  CreateQueueCommand,
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  SendMessageCommand,
  type SendMessageCommandInput,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll } from '@jest/globals';
import { startTestQueues } from '@dure/testing/queues';

/** SQS as a client of the SDK meets it. */
export const { endpoint } = await startTestQueues();
export const client = new SQSClient({
  endpoint,
  region: 'us-east-1',
  credentials: { accessKeyId: 'tester', secretAccessKey: 'secret' },
});
afterAll(() => client.destroy());

export interface TestQueue {
  readonly name: string;
  readonly url: string;
  readonly arn: string;
}

export async function createQueue(attributes: Record<string, string> = {}): Promise<TestQueue> {
  const name = `q-${randomUUID()}${/^true$/i.test(attributes['FifoQueue'] ?? '') ? '.fifo' : ''}`;
  const { QueueUrl: url = '' } = await client.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }));
  return { name, url, arn: `arn:aws:sqs:us-east-1:000000000000:${name}` };
}

export const send = ({ url }: TestQueue, MessageBody: string, more: Partial<SendMessageCommandInput> = {}) =>
  client.send(new SendMessageCommand({ QueueUrl: url, MessageBody, ...more }));

export async function receive({ url }: TestQueue, more: Partial<ReceiveMessageCommandInput> = {}) {
  const input = { QueueUrl: url, MaxNumberOfMessages: 10, MessageSystemAttributeNames: ['All' as const], ...more };
  return (await client.send(new ReceiveMessageCommand(input))).Messages ?? [];
}

/** What a refused request says: the code of the query protocol, as older clients know it, and the sentence. */
export async function refusalOf(request: Promise<unknown>): Promise<{ name: string; code?: string; message: string }> {
  const error = (await request.then(
    () => ({ name: 'not refused', message: '' }),
    (refused: unknown) => refused,
  )) as { name: string; message: string; Code?: string; Error?: { Code?: string } };
  const code = error.Error?.Code ?? error.Code;
  return { name: error.name, message: error.message, ...(code !== undefined && { code }) };
}
