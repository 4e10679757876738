import type { SQSRecord } from 'aws-lambda';
import { createLogger } from './log.ts';
import { required } from './environment.ts';
import { loadSqs } from './sqs.ts';

/** A consumer's queue, where its dead messages go, and on which receipt a failing one is given up. */
export interface ConsumerQueue {
  readonly url: string;
  readonly deadLetterUrl: string;
  readonly maxReceives: number;
}

/** As the serverless plugin sets them on a function that consumes. */
export function queueFromEnvironment(): ConsumerQueue {
  return {
    url: required('QUEUE_URL'),
    deadLetterUrl: required('QUEUE_DLQ_URL'),
    maxReceives: Number(required('MAX_RECEIVES')),
  };
}

interface Failure {
  readonly consumer: string;
  readonly error: unknown;
  /** Retrying cannot help. */
  readonly final: boolean;
}

/**
 * Moves a message to the dead-letter queue when it has failed for good or for the last time, with the reason and the
 * time of its first failure as message attributes. The queue's own redrive policy stays behind it for what dies
 * without a word (a crash, a time-out), but it would not tell why.
 * Answers whether the message was moved; when that fails too, the queue keeps it.
 */
export async function deadLetter(queue: ConsumerQueue, record: SQSRecord, failure: Failure): Promise<boolean> {
  const receives = Number(record.attributes.ApproximateReceiveCount);
  if (!failure.final && receives < queue.maxReceives) return false;
  try {
    await send(queue.deadLetterUrl, record, attributes(record, failure));
    return true;
  } catch (error) {
    createLogger({ service: process.env['SERVICE_NAME'] }).error('dead letter failed', {
      queueUrl: queue.deadLetterUrl,
      error,
    });
    return false;
  }
}

type Attributes = Record<string, { DataType: 'String' | 'Number'; StringValue: string }>;

function attributes(record: SQSRecord, { consumer, error }: Failure): Attributes {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  const text = (value: string) => ({ DataType: 'String' as const, StringValue: printable(value) });
  return {
    consumer: text(consumer),
    errorName: text(name),
    reason: text(message),
    receiveCount: { DataType: 'Number', StringValue: record.attributes.ApproximateReceiveCount },
    firstFailedAt: text(new Date(Number(record.attributes.ApproximateFirstReceiveTimestamp)).toISOString()),
    sourceMessageId: text(record.messageId),
  };
}

/** SQS takes no control characters and no empty value in an attribute. */
const printable = (value: string) =>
  value.replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd]/g, '\ufffd').slice(0, 1000) || '-';

async function send(QueueUrl: string, record: SQSRecord, MessageAttributes: Attributes): Promise<void> {
  const { client, SendMessageCommand } = await loadSqs();
  await client.send(new SendMessageCommand({ QueueUrl, MessageBody: record.body, MessageAttributes }));
}
