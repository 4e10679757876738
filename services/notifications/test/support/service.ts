import { startTestAws } from '@dure/testing/aws';
import { createTestTable } from '@dure/testing/dynamodb';
import { busRecord, lambdaContext, sqsEvent, sqsRecord, type TestMessage } from '@dure/testing/lambda-events';
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { parse } from 'yaml';

/** The topic with its subscribers' queues as serverless.yml has them, a table, SES and parameters, on emulators. */

const aws = await startTestAws();
export const { ssm, ses, queues } = aws;
export const { tableName } = await createTestTable({
  indexes: [
    { name: 'customer', pk: 'customer', sk: 'position' },
    { name: 'due', pk: 'due', sk: 'dueAt' },
  ],
});
const sqs = new SQSClient({});
afterAll(() => sqs.destroy());

interface Subscription {
  readonly Type: string;
  readonly Properties: { readonly FilterPolicy?: object; readonly RawMessageDelivery?: boolean };
}

/** The subscriptions of serverless.yml by the name of their queue. */
function subscriptions(): [queue: string, Subscription['Properties']][] {
  const text = readFileSync(join(import.meta.dirname, '..', '..', 'serverless.yml'), 'utf8');
  const { resources } = parse(text, { logLevel: 'silent' }) as {
    resources: { Resources: Record<string, Subscription> };
  };
  return Object.entries(resources.Resources)
    .filter(([, { Type }]) => Type === 'AWS::SNS::Subscription')
    .map(([id, { Properties }]) => [id.replace('Subscription', '').toLowerCase(), Properties]);
}

const { topicArn } = queues.sns.putTopic('order-milestones', {});
for (const [queue, { FilterPolicy, RawMessageDelivery }] of subscriptions()) {
  const { arn } = queues.createQueue(queue);
  queues.createQueue(`${queue}-dlq`);
  const attributes = { FilterPolicy: JSON.stringify(FilterPolicy), RawMessageDelivery: String(RawMessageDelivery) };
  queues.sns.putSubscription(topicArn, 'sqs', arn, attributes);
}
for (const queue of ['facts', 'facts-dlq']) queues.createQueue(queue);

export const MAX_RECEIVES = 6;
Object.assign(process.env, {
  ...{
    TABLE_NAME: tableName,
    SERVICE_NAME: 'notifications',
    STAGE: 'local',
    LOG_LEVEL: process.env['LOG_LEVEL'] ?? 'none',
  },
  ...{ TOPIC_ARN: topicArn, MAX_RECEIVES: String(MAX_RECEIVES) },
});

/** The environment of the function behind a queue, to be set before the function is imported. */
export function useQueue(queue: string): void {
  Object.assign(process.env, { QUEUE_URL: queues.urlOf(queue), QUEUE_DLQ_URL: queues.urlOf(`${queue}-dlq`) });
}

export type Handler = (event: SQSEvent, context: typeof lambdaContext) => Promise<SQSBatchResponse>;

/** Hands messages of the bus to a consumer; answers how many it wants again. */
export async function hand(handler: Handler, ...messages: TestMessage[]): Promise<number> {
  const { batchItemFailures } = await handler(sqsEvent(...messages.map(busRecord)), lambdaContext);
  return batchItemFailures.length;
}

/** What is visible in a queue now. Each is taken from it when `handler` is done with it, as Lambda does. */
export async function deliver(handler: Handler, queue: string, receiveCount?: number): Promise<number> {
  const QueueUrl = queues.urlOf(queue);
  const { Messages: messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, MessageSystemAttributeNames: ['All'] }),
  );
  if (messages.length === 0) return 0;
  const records = messages.map(({ Body = '', MessageId = '', ReceiptHandle = '', Attributes }) => ({
    ...sqsRecord(Body, receiveCount ?? Number(Attributes?.ApproximateReceiveCount)),
    ...{ messageId: MessageId, receiptHandle: ReceiptHandle },
  }));
  const { batchItemFailures } = await handler(sqsEvent(...records), lambdaContext);
  const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
  for (const { receiptHandle: ReceiptHandle } of records.filter(({ messageId }) => !failed.has(messageId))) {
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  }
  return records.length;
}

/** Bodies of what lies in a queue, visible or not. */
export function bodiesIn(queue: string): string[] {
  return queues.messagesIn(queue).map(({ body }) => body);
}

/** Hands a body over as often as a test likes. */
export async function handBody(handler: Handler, body: string, receiveCount = 1): Promise<'done' | 'again'> {
  const { batchItemFailures } = await handler(sqsEvent(sqsRecord(body, receiveCount)), lambdaContext);
  return batchItemFailures.length === 0 ? 'done' : 'again';
}
