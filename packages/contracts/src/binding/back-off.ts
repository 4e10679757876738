import type { SQSRecord } from 'aws-lambda';
import type { Logger } from './log.ts';
import { loadSqs } from './sqs.ts';

/** Fast enough for what passes at once, and in all as long as an outage of five minutes. */
const FIRST_SECONDS = 2;
const FACTOR = 5;
const LAST_SECONDS = 900;
const JITTER = 0.2;
/** ChangeMessageVisibilityBatch takes ten. */
const BATCH = 10;

/** Comes again after `seconds`, 900 at most: by then what it waits for is over. */
export class Later extends Error {
  override readonly name: string = 'Later';
  readonly seconds: number;
  constructor(message: string, seconds: number, options?: ErrorOptions) {
    super(message, options);
    this.seconds = Math.max(0, Math.min(LAST_SECONDS, Math.ceil(seconds)));
  }
}

/** A message that failed, and why. */
export interface Failed {
  readonly record: SQSRecord;
  readonly error?: unknown;
}

/** Seconds after which a message that failed is tried again, by how often it was received: 2, 10, 50, 250, 900 ± 20 %. */
export function backOffSeconds(receives: number, random = Math.random()): number {
  const seconds = Math.min(LAST_SECONDS, FIRST_SECONDS * FACTOR ** (receives - 1));
  return Math.round(seconds * (1 - JITTER + 2 * JITTER * random));
}

/**
 * Shows failed messages again after their back-off, or when a {@link Later} says, instead of after the queue's visibility
 * time-out, which is six times the function's. Where that fails, the queue's time-out stands: nothing is lost by it, so it
 * does not throw.
 * Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibilityBatch.html
 */
export async function showLater(queueUrl: string, failed: readonly Failed[], log: Logger): Promise<void> {
  const entries = failed.map(({ record: { receiptHandle, attributes }, error }, index) => ({
    Id: String(index),
    ReceiptHandle: receiptHandle,
    VisibilityTimeout:
      error instanceof Later ? error.seconds : backOffSeconds(Number(attributes.ApproximateReceiveCount)),
  }));
  try {
    const { client, ChangeMessageVisibilityBatchCommand } = await loadSqs();
    for (let from = 0; from < entries.length; from += BATCH) {
      const Entries = entries.slice(from, from + BATCH);
      const { Failed: refused = [] } = await client.send(
        new ChangeMessageVisibilityBatchCommand({ QueueUrl: queueUrl, Entries }),
      );
      if (refused.length > 0) log.warn('back-off refused', { refused });
    }
  } catch (error) {
    log.warn('back-off failed', { error });
  }
}
