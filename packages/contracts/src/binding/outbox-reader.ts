import middy from '@middy/core';
import type { DynamoDBBatchResponse, DynamoDBRecord } from 'aws-lambda';
import { AlreadyHandled } from './commit.ts';
import { callOf } from './call.ts';
import { createLogger, metric } from './log.ts';
import { type ByType, handleMessage, inboxMarker, indexByType, open, type Subscription, takes } from './message.ts';
import { settings, warmUp } from './middleware.ts';
import { isRedrive, type OutboxEvent, redriveOutbox } from './outbox-redrive.ts';

/**
 * Makes the handler of the service's own table's stream that reacts to outbox items as they are committed, without the
 * way over the bus. One after the other; at a failure it stops, and the stream comes again from there. What fails for
 * good is given up by the stream mapping, with its dead letter, and comes again through the redrive queue.
 */
export function outboxReader(name: string, subscriptions: readonly Subscription[]) {
  const byType = indexByType(subscriptions);
  return middy<OutboxEvent, DynamoDBBatchResponse>(settings)
    .use(warmUp())
    .handler(async (event, context) => {
      if (!isRedrive(event)) return { batchItemFailures: await handleAll(name, byType, event.Records) };
      await redriveOutbox(event, context, async (records) => (await handleAll(name, byType, records)).length === 0);
      return { batchItemFailures: [] };
    });
}

/** Answers where it stopped, as Lambda wants to know it. */
async function handleAll(
  name: string,
  byType: ByType,
  records: readonly DynamoDBRecord[],
): Promise<DynamoDBBatchResponse['batchItemFailures']> {
  for (const record of records) {
    const handled = await handle(name, byType, record);
    if (!handled) return [{ itemIdentifier: record.dynamodb?.SequenceNumber ?? '' }];
  }
  return [];
}

async function handle(name: string, byType: ByType, record: DynamoDBRecord): Promise<boolean> {
  const json = record.dynamodb?.NewImage?.['envelope']?.S;
  if (record.eventName !== 'INSERT' || json === undefined) return true;
  const detail = JSON.parse(json) as { type?: string };
  if (!takes(byType, String(detail.type))) return true;
  const started = performance.now();
  const log = createLogger({ service: process.env['SERVICE_NAME'] });
  const done = (outcome: string) => metric(`${name}.${String(detail.type)}`, outcome, performance.now() - started);
  try {
    const opened = open(detail, byType);
    await handleMessage(opened, callOf(opened.envelope, inboxMarker(name, opened.envelope)));
    log.info('handled', done('handled'));
    return true;
  } catch (error) {
    if (error instanceof AlreadyHandled) {
      log.info('duplicate', done('duplicate'));
      return true;
    }
    log.error('record failed', { ...done('retry'), error });
    return false;
  }
}
