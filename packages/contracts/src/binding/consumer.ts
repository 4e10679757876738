import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { type Failed, showLater } from './back-off.ts';
import { beginCall, type Call, callOf } from './call.ts';
import { AlreadyHandled } from './commit.ts';
import { type ConsumerQueue, deadLetter, queueFromEnvironment } from './dead-letter.ts';
import { createLogger, metric } from './log.ts';
import {
  type ByType,
  handleMessage,
  inboxMarker,
  indexByType,
  type Opened,
  openEvent,
  operationOf,
  Poison,
  type Subscription,
} from './message.ts';
import { settings, warmUp } from './middleware.ts';

/**
 * Makes the handler of a consumer's queue. Messages of one subject are handled one after the other, different subjects
 * at once. A handler commits its effect with `call`, which makes a repetition a no-op. A failure is retried by the
 * queue, after a back-off; the last one, and what can never succeed, goes to the dead-letter queue with its reason. The rest of the
 * batch is not held up. Source: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export function consumer(
  name: string,
  subscriptions: readonly Subscription[],
  queue: ConsumerQueue = queueFromEnvironment(),
) {
  const byType = indexByType(subscriptions);
  return middy<SQSEvent, SQSBatchResponse>(settings)
    .use(warmUp())
    .handler(async (event) => {
      const groups = Object.values(Object.groupBy(event.Records.map(read), subjectOf));
      const groupwise = await Promise.all(groups.map((group) => handleInOrder(name, byType, queue, group ?? [])));
      const failed = groupwise.flat();
      if (failed.length > 0) await showLater(queue.url, failed, createLogger({ service: process.env['SERVICE_NAME'] }));
      return { batchItemFailures: failed.map(({ record }) => ({ itemIdentifier: record.messageId })) };
    });
}

/** A record with the event in its body, if that is JSON. */
interface Received {
  readonly record: SQSRecord;
  readonly event: { readonly detail?: { readonly subject?: unknown } } | null | undefined;
}

function read(record: SQSRecord): Received {
  try {
    return { record, event: JSON.parse(record.body) as Received['event'] };
  } catch {
    return { record, event: undefined };
  }
}

const subjectOf = ({ record, event }: Received): string =>
  typeof event?.detail?.subject === 'string' ? event.detail.subject : record.messageId;

/** A failed message holds up those after it of the same subject: their order is worth more than their speed. */
async function handleInOrder(
  name: string,
  byType: ByType,
  queue: ConsumerQueue,
  messages: readonly Received[],
): Promise<Failed[]> {
  for (const [index, message] of messages.entries()) {
    const failed = await handleOne(name, byType, queue, message);
    if (failed !== undefined) return [failed, ...messages.slice(index + 1)];
  }
  return [];
}

/** Undefined when the message is done with: handled, a repetition, or in the dead-letter queue. */
async function handleOne(
  name: string,
  byType: ByType,
  queue: ConsumerQueue,
  { record, event }: Received,
): Promise<Failed | undefined> {
  const started = performance.now();
  let call: Call | undefined;
  const log = () => call?.log ?? createLogger({ service: process.env['SERVICE_NAME'], sqsMessageId: record.messageId });
  let operation = 'unknown';
  const done = (outcome: string) =>
    log().info(outcome, metric(`${name}.${operation}`, outcome, performance.now() - started));
  try {
    const opened = openEvent(event, byType);
    operation = operationOf(opened);
    call = callFor(name, opened, record);
    await handleMessage(opened, call);
    done('handled');
    return undefined;
  } catch (error) {
    if (error instanceof AlreadyHandled) {
      done('duplicate');
      return undefined;
    }
    log().error('message failed', { operation, error, receiveCount: record.attributes.ApproximateReceiveCount });
    const dead = await deadLetter(queue, record, { consumer: name, error, final: error instanceof Poison });
    done(dead ? 'dead-lettered' : 'retry');
    return dead ? undefined : { record, error };
  }
}

/** What is foreign has no say in trace, correlation and actor. */
function callFor(name: string, opened: Opened, { messageId }: SQSRecord): Call {
  if ('foreign' in opened) return beginCall({ id: opened.foreign.event.id ?? messageId });
  return callOf(opened.envelope, inboxMarker(name, opened.envelope));
}
