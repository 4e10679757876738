import type { SQSRecord } from 'aws-lambda';
import { createLogger } from './log.ts';
import { required } from './environment.ts';

/** Where a consumer's dead messages go, and on which receipt a failing one is given up. */
export interface DeadLetters {
  readonly queueUrl: string;
  readonly maxReceives: number;
}

/** As the serverless plugin sets them on a function that consumes. */
export function deadLettersFromEnvironment(): DeadLetters {
  return { queueUrl: required('QUEUE_DLQ_URL'), maxReceives: Number(required('MAX_RECEIVES')) };
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
export async function deadLetter(to: DeadLetters, record: SQSRecord, failure: Failure): Promise<boolean> {
  const receives = Number(record.attributes.ApproximateReceiveCount);
  if (!failure.final && receives < to.maxReceives) return false;
  try {
    await send(to.queueUrl, record, attributes(record, failure));
    return true;
  } catch (error) {
    createLogger({ service: process.env['SERVICE_NAME'] }).error('dead letter failed', {
      queueUrl: to.queueUrl,
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

/** The SQS client is loaded when the first message dies: it is in Lambda's runtime, and would slow every cold start. */
async function send(QueueUrl: string, record: SQSRecord, MessageAttributes: Attributes): Promise<void> {
  const { SQSClient, SendMessageCommand } = await import('@aws-sdk/client-sqs');
  const client = new SQSClient({ maxAttempts: 3 });
  await client.send(new SendMessageCommand({ QueueUrl, MessageBody: record.body, MessageAttributes }));
}
