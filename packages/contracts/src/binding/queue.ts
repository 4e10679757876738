import type { SQSBatchResponse, SQSRecord } from 'aws-lambda';
import { AlreadyHandled } from './commit.ts';
import { required } from './environment.ts';
import { createLogger, type Logger, metric } from './log.ts';
import { Poison } from './message.ts';
import { loadSqs } from './sqs.ts';

/** A consumer's queue, its dead-letter queue, and the receipt at which a failing message is given up. */
export interface ConsumerQueue {
  readonly url: string;
  readonly deadLetterUrl: string;
  readonly maxReceives: number;
}

/** The queue that the serverless plugin names in the environment of a function that consumes. */
export const queueFromEnvironment = (): ConsumerQueue => ({
  url: required('QUEUE_URL'),
  deadLetterUrl: required('QUEUE_DLQ_URL'),
  maxReceives: Number(required('MAX_RECEIVES')),
});

/** Thrown to receive a message again after `seconds`, 900 at most, when what it waits for is expected. */
export class Later extends Error {
  override readonly name: string = 'Later';
  readonly seconds: number;
  constructor(message: string, seconds: number, options?: ErrorOptions) {
    super(message, options);
    this.seconds = Math.max(0, Math.min(LAST_SECONDS, Math.ceil(seconds)));
  }
}

/** How an attempt is logged. A task replaces both when it knows more. */
export interface Attempt {
  log: Logger;
  operation: string;
}

/** A record of a batch with what handles it. `run` returns the outcome for logs and metrics. */
export interface Task {
  readonly record: SQSRecord;
  readonly run: (attempt: Attempt) => Promise<string>;
}

interface Failed {
  readonly record: SQSRecord;
  readonly error?: unknown;
}

/** Who handles a batch: the name is for logs, metrics and dead letters. */
interface Consumer {
  readonly name: string;
  readonly queue: ConsumerQueue;
  /** Whether a failure is part of normal operation, and so not an error in the log. */
  readonly isExpected?: (error: unknown) => boolean;
}

/**
 * Handles a batch: groups at once, the tasks of a group one after the other. A failed task holds up the rest of its
 * group, because their order matters more than their speed. A failure is retried by the queue after a back-off. The
 * last one, and what can never succeed, goes to the dead-letter queue with its reason.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 *
 * @example
 * ```ts
 * import { lambda } from '@dure/contracts/binding/lambda';
 * import { handleBatch, queueFromEnvironment } from '@dure/contracts/binding/queue';
 * import type { SQSEvent } from 'aws-lambda';
 *
 * const queue = queueFromEnvironment();
 * const importFile = async (body: string) => Promise.resolve(body === '' ? 'empty' : 'imported');
 *
 * export const handler = lambda(({ Records }: SQSEvent) =>
 *   handleBatch(
 *     { name: 'imports', queue },
 *     Records.map((record) => [{ record, run: () => importFile(record.body) }]),
 *   ),
 * );
 * ```
 */
export async function handleBatch(consumer: Consumer, groups: readonly (readonly Task[])[]): Promise<SQSBatchResponse> {
  const inOrder = async (tasks: readonly Task[]): Promise<Failed[]> => {
    for (const [index, task] of tasks.entries()) {
      const failed = await handleOne(consumer, task);
      if (failed !== undefined) return [failed, ...tasks.slice(index + 1)];
    }
    return [];
  };
  const failed = (await Promise.all(groups.map(inOrder))).flat();
  if (failed.length > 0) await showLater(consumer.queue.url, failed);
  return { batchItemFailures: failed.map(({ record }) => ({ itemIdentifier: record.messageId })) };
}

/** Undefined when nothing is left to do: handled, a repetition, or in the dead-letter queue. */
async function handleOne(consumer: Consumer, { record, run }: Task): Promise<Failed | undefined> {
  const started = performance.now();
  const attempt: Attempt = { operation: 'unknown', log: createLogger({ sqsMessageId: record.messageId }) };
  const done = (outcome: string) => {
    const operation = `${consumer.name}.${attempt.operation}`;
    attempt.log.info(outcome, metric(operation, outcome, performance.now() - started));
  };
  try {
    done(await run(attempt));
    return undefined;
  } catch (error) {
    if (error instanceof AlreadyHandled) return void done('duplicate');
    const { ApproximateReceiveCount: receiveCount } = record.attributes;
    const level = consumer.isExpected?.(error) ? 'info' : 'error';
    attempt.log[level]('message failed', { operation: attempt.operation, error, receiveCount });
    const dead = await deadLetter(consumer, record, error);
    done(dead ? 'dead-lettered' : 'retry');
    return dead ? undefined : { record, error };
  }
}

/** The first back-off suits what passes at once; together they outlast an outage of five minutes. */
const FIRST_SECONDS = 2;
const FACTOR = 5;
const LAST_SECONDS = 900;
const JITTER = 0.2;

/** Seconds until a failed message is tried again, by the number of its receipts: 2, 10, 50, 250, 900 ± 20 %. */
export function backOffSeconds(receives: number, random = Math.random()): number {
  const seconds = Math.min(LAST_SECONDS, FIRST_SECONDS * FACTOR ** (receives - 1));
  return Math.round(seconds * (1 - JITTER + 2 * JITTER * random));
}

/** ChangeMessageVisibilityBatch takes ten. */
const MAX_ENTRIES = 10;

/**
 * Makes failed messages visible again after their back-off, or when a {@link Later} says, instead of after the queue's
 * visibility time-out, which is six times the function's. If that fails, the time-out applies and nothing is lost, so
 * it does not throw.
 * Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibilityBatch.html
 */
async function showLater(QueueUrl: string, failed: readonly Failed[]): Promise<void> {
  const log = createLogger();
  const entries = failed.map(({ record: { receiptHandle, attributes }, error }, index) => ({
    Id: String(index),
    ReceiptHandle: receiptHandle,
    VisibilityTimeout:
      error instanceof Later ? error.seconds : backOffSeconds(Number(attributes.ApproximateReceiveCount)),
  }));
  try {
    const { client, ChangeMessageVisibilityBatchCommand } = await loadSqs();
    for (let from = 0; from < entries.length; from += MAX_ENTRIES) {
      const Entries = entries.slice(from, from + MAX_ENTRIES);
      const { Failed: refused = [] } = await client.send(
        new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }),
      );
      if (refused.length > 0) log.warn('back-off refused', { refused });
    }
  } catch (error) {
    log.warn('back-off failed', { error });
  }
}

/**
 * Moves a message to the dead-letter queue when it has failed for good or for the last time, with the reason and the
 * time of its first failure as message attributes. The queue's own redrive policy remains for messages whose function
 * crashes or times out, but it gives no reason. Returns whether the message was moved; if not, the queue keeps it.
 */
async function deadLetter(
  { name: consumer, queue: { deadLetterUrl: QueueUrl, maxReceives } }: Consumer,
  { attributes, body: MessageBody, messageId }: SQSRecord,
  cause: unknown,
): Promise<boolean> {
  const { ApproximateReceiveCount: receiveCount, ApproximateFirstReceiveTimestamp: firstReceived } = attributes;
  if (!(cause instanceof Poison) && Number(receiveCount) < maxReceives) return false;
  const { name, message } = cause instanceof Error ? cause : new Error(String(cause));
  const text = (value: string) => ({ DataType: 'String', StringValue: printable(value) });
  const MessageAttributes = {
    consumer: text(consumer),
    errorName: text(name),
    reason: text(message),
    receiveCount: { DataType: 'Number', StringValue: receiveCount },
    firstFailedAt: text(new Date(Number(firstReceived)).toISOString()),
    sourceMessageId: text(messageId),
  };
  try {
    const { client, SendMessageCommand } = await loadSqs();
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody, MessageAttributes }));
    return true;
  } catch (error) {
    createLogger().error('dead letter failed', { queueUrl: QueueUrl, error });
    return false;
  }
}

/** SQS accepts no control characters and no empty value in an attribute. */
const printable = (value: string) =>
  value.replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd]/g, '\ufffd').slice(0, 1000) || '-';
