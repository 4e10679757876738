import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { join } from 'node:path';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { startTestAws } from '@dure/testing/aws';
import { createTestTable } from '@dure/testing/dynamodb';
import { lambdaContext, sqsEvent, sqsRecord } from '@dure/testing/lambda-events';
import { afterAll } from '@jest/globals';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { parse } from 'yaml';

/** The topic and a subscriber's queues as in serverless.yml, on emulators, with the operators' receivers. */

export type Subscriber = 'email' | 'webhook';

const aws = await startTestAws();
const { tableName } = await createTestTable({
  indexes: [
    { name: 'recent', pk: 'shard', sk: 'position' },
    { name: 'state', pk: 'state', sk: 'position' },
  ],
});
const sqs = new SQSClient({});
afterAll(() => sqs.destroy());

export const { ssm, ses } = aws;
export const MAX_RECEIVES = 3;
export const secret = `whsec_${randomBytes(32).toString('base64')}`;

/** Creates the topic and the subscriber's queues, and sets its environment. */
export async function subscribe(subscriber: Subscriber): Promise<void> {
  const logicalId = subscriber === 'email' ? 'EmailSubscription' : 'WebhookSubscription';
  const { FilterPolicy, FilterPolicyScope } = subscriptionOf(logicalId);
  const { topicArn } = aws.queues.sns.putTopic('alerts', {});
  for (const name of [subscriber, `${subscriber}-dlq`]) aws.queues.createQueue(name);
  aws.queues.sns.putSubscription(topicArn, 'sqs', aws.queues.arnOf(subscriber), {
    ...(FilterPolicy !== undefined && { FilterPolicy: JSON.stringify(FilterPolicy) }),
    ...(FilterPolicyScope !== undefined && { FilterPolicyScope }),
  });
  Object.assign(process.env, {
    ...{ TABLE_NAME: tableName, SERVICE_NAME: 'alerts', STAGE: 'local', LOG_LEVEL: 'error' },
    ...{ QUEUE_URL: aws.queues.urlOf(subscriber), QUEUE_DLQ_URL: aws.queues.urlOf(`${subscriber}-dlq`) },
    MAX_RECEIVES: String(MAX_RECEIVES),
  });
}

function subscriptionOf(logicalId: string): { FilterPolicy?: object; FilterPolicyScope?: string } {
  const text = readFileSync(join(import.meta.dirname, '..', 'serverless.yml'), 'utf8');
  const { resources } = parse(text, { logLevel: 'silent' }) as {
    resources: { Resources: Record<string, { Properties: object }> };
  };
  return resources.Resources[logicalId]!.Properties;
}

/** An alarm as CloudWatch publishes it. */
export const alarm = (changes: object = {}): string =>
  JSON.stringify({
    AlarmName: `dure-local-orders-${randomUUID()}`,
    AlarmDescription: 'Calls of the function threw or timed out. services/orders/README.md#errors',
    AWSAccountId: '000000000000',
    NewStateValue: 'ALARM',
    NewStateReason: 'Threshold Crossed: 1 out of the last 1 datapoints [3.0 (05/01/26 09:29:00)] was greater than …',
    StateChangeTime: '2026-01-05T09:30:00.000+0000',
    Region: 'US East (N. Virginia)',
    AlarmArn: 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:some',
    OldStateValue: 'OK',
    Trigger: { MetricName: 'Errors', Namespace: 'AWS/Lambda' },
    ...changes,
  });

/** Publishes to the topic; returns the notification's id. */
export const publish = (message: string, subject?: string): string =>
  aws.queues.sns.publish('arn:aws:sns:us-east-1:000000000000:alerts', message, { subject }).MessageId;

/** Puts a body into a queue, bypassing the topic. */
export const put = (subscriber: Subscriber, body: string): string => aws.queues.send(subscriber, body);

/** The messages of a queue, visible or not. */
export function bodiesIn(queue: string): { body: string; reason?: string }[] {
  return aws.queues.messagesIn(queue).map(({ body, attributes }) => {
    const { reason } = JSON.parse(attributes ?? '{}') as { reason?: { StringValue: string } };
    return { body, ...(reason && { reason: reason.StringValue }) };
  });
}

const hiddenIn = (queue: Subscriber) =>
  aws.queues.messagesIn(queue).filter(({ receipt, visible }) => receipt !== null && visible > Date.now());

/** For how long the message with this body is hidden, in seconds. */
export function hiddenFor(queue: Subscriber, text: string): number | undefined {
  const found = hiddenIn(queue).find(({ body }) => body.includes(text));
  return found && (found.visible - Date.now()) / 1000;
}

/** Makes the hidden messages of a queue visible. */
export async function showAll(subscriber: Subscriber): Promise<void> {
  for (const { receipt } of hiddenIn(subscriber)) {
    const ReceiptHandle = receipt ?? '';
    const QueueUrl = aws.queues.urlOf(subscriber);
    await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }));
  }
}

type Handler = (event: SQSEvent, context: typeof lambdaContext) => Promise<SQSBatchResponse>;

/** Delivers the visible messages as Lambda does: deletes those that are not reported as failed. */
export async function deliver(handler: Handler, subscriber: Subscriber, receiveCount?: number): Promise<number> {
  const QueueUrl = aws.queues.urlOf(subscriber);
  const { Messages: messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, MessageSystemAttributeNames: ['All'] }),
  );
  const records = messages.map(({ Body = '', MessageId = '', ReceiptHandle = '', Attributes }) => ({
    ...sqsRecord(Body, receiveCount ?? Number(Attributes?.ApproximateReceiveCount)),
    messageId: MessageId,
    receiptHandle: ReceiptHandle,
  }));
  if (records.length === 0) return 0;
  const { batchItemFailures } = await handler(sqsEvent(...records), lambdaContext);
  const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
  for (const { receiptHandle } of records.filter(({ messageId }) => !failed.has(messageId))) {
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: receiptHandle }));
  }
  return records.length;
}

export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** An operator's webhook receiver, which answers with `status`, or not at all while that is 0. */
export async function openReceiver() {
  const received: Received[] = [];
  const answering = { status: 204, headers: {} as Record<string, string> };
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      received.push({ headers: request.headers, body });
      if (answering.status !== 0) response.writeHead(answering.status, answering.headers).end('thanks');
    });
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as { port: number }).port}/alarms`;
  return {
    url,
    received,
    answering,
    of: (id: string) => received.filter(({ headers }) => headers['webhook-id'] === id),
  };
}
