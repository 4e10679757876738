import { type AttributeValue, DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import type { Context, DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent, SQSEvent } from 'aws-lambda';
import { answerWithin } from './deadline.ts';
import { required } from './environment.ts';
import { lambda } from './lambda.ts';
import { createLogger } from './log.ts';
import { loadSqs } from './sqs.ts';

/** The table's stream, or its redrive queue. */
export type OutboxEvent = DynamoDBStreamEvent | SQSEvent;

/** Handles records in their order. Returns the sequence number of the first that failed; undefined when none did. */
type HandleRecords = (records: readonly DynamoDBRecord[]) => Promise<string | undefined>;

/**
 * Makes the handler of the table's stream. After a failure the stream sends the records again, from the failed one on.
 * What the stream gave up comes again through the redrive queue.
 */
export const streamHandler = (handle: HandleRecords) =>
  lambda(async (event: OutboxEvent, context): Promise<DynamoDBBatchResponse> => {
    if (isRedrive(event)) {
      await redrive(event, context, handle);
      return { batchItemFailures: [] };
    }
    const failed = await handle(event.Records);
    return { batchItemFailures: failed === undefined ? [] : [{ itemIdentifier: failed }] };
  });

const isRedrive = (event: OutboxEvent): event is SQSEvent => event.Records.some((record) => 'messageId' in record);

/** An event has the time its transaction began, the stream the time it was written, so the range is widened. */
const SLACK_MS = 5 * 60_000;
/** Kept free before Lambda's time-out, for one page and for passing on the rest. */
const RESERVE_MS = 4_000;

/** Lambda's record of a stream batch that was given up, and where an earlier run of its redrive stopped. */
interface GivenUp {
  readonly DDBStreamBatchInfo?: {
    readonly approximateArrivalOfFirstRecord: string;
    readonly approximateArrivalOfLastRecord: string;
  };
  readonly after?: Record<string, AttributeValue>;
}

/**
 * Hands the outbox items of a given-up stream batch to the stream's handler again. The stream forgets after a day, but
 * the table keeps outbox items for seven: they are read from the table, by the time range in the record that Lambda
 * left in the dead-letter queue. The range may hold more than that batch, and handlers of outbox items are idempotent
 * by the event's id. Events of a subject keep their order. Throws when the handler fails, so that the queue sends the
 * message again and in the end moves it to its dead-letter queue.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
 */
async function redrive(
  event: SQSEvent,
  context: Pick<Context, 'getRemainingTimeInMillis'>,
  handle: HandleRecords,
): Promise<void> {
  for (const { body } of event.Records) {
    const message = JSON.parse(body) as GivenUp;
    let { after } = message;
    let events = 0;
    do {
      const page = await outboxPage(message, after);
      if ((await handle(page.records)) !== undefined) throw new Error('Some outbox items failed again.');
      events += page.records.length;
      after = page.after;
    } while (after !== undefined && context.getRemainingTimeInMillis() > RESERVE_MS);
    const finished = after === undefined;
    createLogger().warn('outbox redriven', { events, batch: message.DDBStreamBatchInfo, finished });
    if (!finished) await passOn({ ...message, after });
  }
}

async function outboxPage({ DDBStreamBatchInfo: batch }: GivenUp, after: GivenUp['after']) {
  if (batch === undefined) throw new Error('This is not the record of a stream batch: DDBStreamBatchInfo is missing.');
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

/** Made when needed. Importing it then too would load the whole package and make a cold start half as long again. */
function openClient(): DynamoDBClient {
  client ??= new DynamoDBClient({ maxAttempts: 4, requestHandler: answerWithin(4_000) });
  return client;
}
let client: DynamoDBClient | undefined;

/** Another invocation continues with the rest of a large table. */
async function passOn(message: GivenUp): Promise<void> {
  const { client: sqs, SendMessageCommand } = await loadSqs();
  const input = { QueueUrl: required('REDRIVE_QUEUE_URL'), MessageBody: JSON.stringify(message) };
  await sqs.send(new SendMessageCommand(input));
}
