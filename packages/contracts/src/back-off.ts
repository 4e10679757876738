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

/** Seconds after which a message that failed is tried again, by how often it was received: 2, 10, 50, 250, 900 ± 20 %. */
export function backOffSeconds(receives: number, random = Math.random()): number {
  const seconds = Math.min(LAST_SECONDS, FIRST_SECONDS * FACTOR ** (receives - 1));
  return Math.round(seconds * (1 - JITTER + 2 * JITTER * random));
}

/**
 * Shows failed messages again after their back-off, instead of after the queue's visibility time-out, which is six
 * times the function's. Where that fails, the queue's time-out stands: nothing is lost by it, so it does not throw.
 * Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibilityBatch.html
 */
export async function showLater(queueUrl: string, records: readonly SQSRecord[], log: Logger): Promise<void> {
  const entries = records.map(({ receiptHandle, attributes }, index) => ({
    Id: String(index),
    ReceiptHandle: receiptHandle,
    VisibilityTimeout: backOffSeconds(Number(attributes.ApproximateReceiveCount)),
  }));
  try {
    const { client, ChangeMessageVisibilityBatchCommand } = await loadSqs();
    for (let from = 0; from < entries.length; from += BATCH) {
      const Entries = entries.slice(from, from + BATCH);
      const { Failed: failed = [] } = await client.send(
        new ChangeMessageVisibilityBatchCommand({ QueueUrl: queueUrl, Entries }),
      );
      if (failed.length > 0) log.warn('back-off refused', { failed });
    }
  } catch (error) {
    log.warn('back-off failed', { error });
  }
}
