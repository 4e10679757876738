import { type AttributeValue, DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import type { Context, DynamoDBRecord, DynamoDBStreamEvent, SQSEvent } from 'aws-lambda';
import { answerWithin } from './deadline.ts';
import { required } from './environment.ts';
import { createLogger } from './log.ts';
import { loadSqs } from './sqs.ts';

/** What a reader of the table's stream is invoked with: the stream, or its redrive queue. */
export type OutboxEvent = DynamoDBStreamEvent | SQSEvent;

export const isRedrive = (event: OutboxEvent): event is SQSEvent =>
  event.Records.some((record) => 'messageId' in record);

/** An event's time is when its transaction began, the stream's when it was written: the range is taken wider. */
const SLACK_MS = 5 * 60_000;
/** Before Lambda's time-out there has to be time for a page and for passing on what is left. */
const RESERVE_MS = 4_000;

/** Lambda's record of a given-up stream batch, and where an earlier run of its redrive stopped. */
interface GivenUp {
  readonly DDBStreamBatchInfo?: {
    readonly approximateArrivalOfFirstRecord: string;
    readonly approximateArrivalOfLastRecord: string;
  };
  readonly after?: Record<string, AttributeValue>;
}

/**
 * Hands the outbox items of a given-up stream batch to the stream's handler again. The stream forgets after a day, the
 * table keeps outbox items for seven, so they are read from the table, by the time range in the record that Lambda
 * left in the dead-letter queue. More than that batch may be in the range: handlers of outbox items are idempotent by
 * the event's id. A subject's events come in their order. Throws when `handle` answers false, so that the queue
 * brings the message again, and in the end buries it once more.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
 */
export async function redriveOutbox(
  event: SQSEvent,
  context: Pick<Context, 'getRemainingTimeInMillis'>,
  handle: (records: readonly DynamoDBRecord[]) => Promise<boolean>,
): Promise<void> {
  const log = createLogger({ service: process.env['SERVICE_NAME'] });
  for (const { body } of event.Records) {
    const message = JSON.parse(body) as GivenUp;
    let { after } = message;
    let events = 0;
    do {
      const page = await outboxPage(message, after);
      if (!(await handle(page.records))) throw new Error('Some of the outbox items were refused again.');
      events += page.records.length;
      after = page.after;
    } while (after !== undefined && context.getRemainingTimeInMillis() > RESERVE_MS);
    log.warn('outbox redriven', { events, batch: message.DDBStreamBatchInfo, finished: after === undefined });
    if (after !== undefined) await passOn({ ...message, after });
  }
}

async function outboxPage({ DDBStreamBatchInfo: batch }: GivenUp, after: GivenUp['after']) {
  if (batch === undefined) throw new Error('No record of a given-up stream batch: DDBStreamBatchInfo is missing.');
  const instant = (time: string, shift: number) => ({ S: new Date(Date.parse(time) + shift).toISOString() });
  const { Items: items = [], LastEvaluatedKey } = await openClient().send(
    new ScanCommand({
      TableName: required('TABLE_NAME'),
      ConsistentRead: true,
      ExclusiveStartKey: after,
      FilterExpression: 'begins_with(pk, :outbox) AND #time BETWEEN :from AND :to',
      ExpressionAttributeNames: { '#time': 'time' },
      ExpressionAttributeValues: {
        ':outbox': { S: 'OUTBOX#' },
        ':from': instant(batch.approximateArrivalOfFirstRecord, -SLACK_MS),
        ':to': instant(batch.approximateArrivalOfLastRecord, SLACK_MS),
      },
    }),
  );
  const records = items.map((item, index) => ({
    eventName: 'INSERT' as const,
    dynamodb: { NewImage: item as NonNullable<DynamoDBRecord['dynamodb']>['NewImage'], SequenceNumber: String(index) },
  }));
  return { records, after: LastEvaluatedKey };
}

/** Made when it is needed. To import it then as well would take the whole package, and a start half as long again. */
function openClient(): DynamoDBClient {
  client ??= new DynamoDBClient({
    maxAttempts: 4,
    requestHandler: answerWithin(4_000),
  });
  return client;
}
let client: DynamoDBClient | undefined;

/** The rest of a large table goes on in another invocation. */
async function passOn(message: GivenUp): Promise<void> {
  const { client: sqs, SendMessageCommand } = await loadSqs();
  await sqs.send(
    new SendMessageCommand({ QueueUrl: required('REDRIVE_QUEUE_URL'), MessageBody: JSON.stringify(message) }),
  );
}
