import type { S3Client } from '@aws-sdk/client-s3';
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent, S3Event, SQSEvent } from 'aws-lambda';
import { answerWithin } from './deadline.ts';
import { lambda } from './lambda.ts';
import { createLogger } from './log.ts';

/** The table's stream, or its redrive queue. */
export type OutboxEvent = DynamoDBStreamEvent | SQSEvent;

/** Handles records in their order. Returns the sequence number of the first that failed; undefined when none did. */
type HandleRecords = (records: readonly DynamoDBRecord[]) => Promise<string | undefined>;

/**
 * Makes the handler of the table's stream. After a failure the stream sends the records again, from the failed one on.
 * What the stream gave up comes again through the redrive queue.
 */
export const streamHandler = (handle: HandleRecords) =>
  lambda(async (event: OutboxEvent): Promise<DynamoDBBatchResponse> => {
    if (isRedrive(event)) {
      await redrive(event, handle);
      return { batchItemFailures: [] };
    }
    const failed = await handle(event.Records);
    return { batchItemFailures: failed === undefined ? [] : [{ itemIdentifier: failed }] };
  });

const isRedrive = (event: OutboxEvent): event is SQSEvent => event.Records.some((record) => 'messageId' in record);

/** An object in which Lambda kept a batch that the stream gave up. */
interface Kept {
  readonly bucket: string;
  readonly key: string;
}

/**
 * Hands what the stream gave up to its handler again: the bucket in which Lambda keeps it notifies the redrive queue of each
 * object. What was handled before has no second effect, because handlers of outbox items are idempotent by the event's
 * id. Throws when the handler fails, so that the queue sends the message again and in the end moves it to its
 * dead-letter queue.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
 */
async function redrive({ Records: messages }: SQSEvent, handle: HandleRecords): Promise<void> {
  for (const { body } of messages) {
    for (const kept of objectsIn(body)) {
      const records = await recordsIn(kept);
      if ((await handle(records)) !== undefined) throw new Error(`Some records of ${kept.key} failed again.`);
      createLogger().warn('outbox redriven', { ...kept, records: records.length });
    }
  }
}

/**
 * The objects that an S3 notification names.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 */
function objectsIn(body: string): Kept[] {
  const { Event: event, Records: records } = JSON.parse(body) as Partial<S3Event> & { readonly Event?: string };
  // It comes once, when the bucket is made.
  if (event === 's3:TestEvent') return [];
  if (records === undefined) throw new Error('The message is not an S3 notification: Records is missing.');
  return records.map(({ s3: { bucket, object } }) => ({
    bucket: bucket.name,
    key: decodeURIComponent(object.key.replaceAll('+', ' ')),
  }));
}

async function recordsIn({ bucket, key }: Kept): Promise<DynamoDBRecord[]> {
  const { client, GetObjectCommand } = await loadS3();
  const { Body: body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  const { payload = '{}' } = JSON.parse((await body?.transformToString()) ?? '{}') as { readonly payload?: string };
  const { Records: records } = JSON.parse(payload) as Partial<DynamoDBStreamEvent>;
  if (records === undefined) throw new Error(`${key} is not what a stream gave up: it has no records.`);
  return records;
}

/** Loaded when it is first needed: every cold start would wait for it, and hardly any needs it. */
async function loadS3() {
  const s3 = await import('@aws-sdk/client-s3');
  client ??= new s3.S3Client({ maxAttempts: 3, requestHandler: answerWithin(4_000) });
  return { ...s3, client };
}
let client: S3Client | undefined;
