import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import middy from '@middy/core';
import type { DynamoDBBatchResponse, DynamoDBRecord } from 'aws-lambda';
import { answerWithin } from './deadline.ts';
import { required } from './environment.ts';
import { createLogger, metric } from './log.ts';
import { settings, warmUp } from './middleware.ts';
import { isRedrive, type OutboxEvent, redriveOutbox } from './outbox-redrive.ts';

/** The bus that a service publishes to. */
export interface Bus {
  readonly name: string;
  readonly client: EventBridgeClient;
}

export function openBus(name: string): Bus {
  return {
    name,
    client: new EventBridgeClient({
      maxAttempts: 4,
      requestHandler: answerWithin(4_000),
    }),
  };
}

/** Limits of one PutEvents request. Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html */
const MAX_ENTRIES = 10;
const MAX_BYTES = 256 * 1024;
const ATTEMPTS = 5;

interface Outgoing {
  readonly sequenceNumber: string;
  readonly subject: string;
  readonly entry: PutEventsRequestEntry;
  readonly bytes: number;
}

/**
 * Makes the handler of a table's stream that publishes outbox items. Events of one subject go out in order, one after
 * the other is accepted; entries that PutEvents refuses are sent again, with a limit; what is refused in the end is
 * reported to the stream from the first on, so that it comes again and nothing is passed over. What the stream gave up
 * comes again through the redrive queue.
 */
export function relay(bus: Bus = openBus(required('BUS_NAME'))) {
  return middy<OutboxEvent, DynamoDBBatchResponse>(settings)
    .use(warmUp())
    .handler(async (event, context) => {
      if (!isRedrive(event)) return failures(await relayRecords(bus, event.Records));
      await redriveOutbox(event, context, async (records) => (await relayRecords(bus, records)).length === 0);
      return failures([]);
    });
}

const failures = ([first]: readonly Outgoing[]): DynamoDBBatchResponse => ({
  batchItemFailures: first ? [{ itemIdentifier: first.sequenceNumber }] : [],
});

/** Answers what was refused in the end. */
async function relayRecords(bus: Bus, records: readonly DynamoDBRecord[]): Promise<readonly Outgoing[]> {
  const started = performance.now();
  const outgoing = records.flatMap((record) => toOutgoing(record, bus.name));
  const refused = await publishAll(bus, outgoing);
  const log = createLogger({ service: process.env['SERVICE_NAME'] });
  const outcome = refused.length === 0 ? 'published' : 'refused';
  log.info(outcome, { ...metric('relay', outcome, performance.now() - started), events: outgoing.length });
  return refused;
}

/** Only inserted outbox items are events: their expiry is no news. */
function toOutgoing(record: DynamoDBRecord, busName: string): Outgoing[] {
  const image = record.dynamodb?.NewImage;
  const { pk, envelope, source, detailType, subject, time } = image ?? {};
  if (record.eventName !== 'INSERT' || !pk?.S?.startsWith('OUTBOX#')) return [];
  const entry = {
    EventBusName: busName,
    Source: source?.S,
    DetailType: detailType?.S,
    Detail: envelope?.S,
    Time: time?.S ? new Date(time.S) : undefined,
    TraceHeader: traceHeader(envelope?.S ?? ''),
  };
  const bytes = 14 + Buffer.byteLength(`${entry.Source}${entry.DetailType}${entry.Detail}`);
  return [{ sequenceNumber: record.dynamodb?.SequenceNumber ?? '', subject: subject?.S ?? '', entry, bytes }];
}

const TRACEPARENT = /"traceparent":"00-([0-9a-f]{8})([0-9a-f]{24})-([0-9a-f]{16})-0([01])"/;

/**
 * The envelope's trace as X-Ray writes it, so that the bus, the queues and the functions behind it are in one trace.
 * Source: https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
 */
function traceHeader(envelope: string): string | undefined {
  const [, seconds, rest, span, sampled] = TRACEPARENT.exec(envelope) ?? [];
  return seconds && `Root=1-${seconds}-${rest};Parent=${span};Sampled=${sampled}`;
}

/** Answers what was not accepted, in the stream's order. */
async function publishAll(bus: Bus, outgoing: readonly Outgoing[]): Promise<readonly Outgoing[]> {
  let waiting = outgoing;
  for (let failures = 0; waiting.length > 0 && failures < ATTEMPTS;) {
    const batch = nextBatch(waiting);
    const accepted = await put(bus, batch);
    if (accepted.size < batch.length) {
      failures += 1;
      if (failures < ATTEMPTS) await new Promise((resolve) => setTimeout(resolve, Math.random() * 50 * 2 ** failures));
    }
    waiting = waiting.filter((event) => !accepted.has(event));
  }
  return waiting;
}

/** The first waiting event of each subject, as many as fit one request. */
function nextBatch(waiting: readonly Outgoing[]): Outgoing[] {
  const subjects = new Set<string>();
  const batch: Outgoing[] = [];
  let bytes = 0;
  for (const event of waiting) {
    if (subjects.has(event.subject)) continue;
    if (batch.length === MAX_ENTRIES || (batch.length > 0 && bytes + event.bytes > MAX_BYTES)) break;
    subjects.add(event.subject);
    batch.push(event);
    bytes += event.bytes;
  }
  return batch;
}

/** The events of the batch that the bus accepted: a 200 may refuse some of them. */
async function put(bus: Bus, batch: readonly Outgoing[]): Promise<Set<Outgoing>> {
  const log = createLogger({ service: process.env['SERVICE_NAME'] });
  try {
    const { Entries: results = [] } = await bus.client.send(
      new PutEventsCommand({ Entries: batch.map((event) => event.entry) }),
    );
    const accepted = new Set(batch.filter((_, index) => results[index]?.EventId !== undefined));
    const refused = results.filter((result) => result.EventId === undefined);
    if (accepted.size < batch.length) log.warn('PutEvents refused entries', { refused });
    return accepted;
  } catch (error) {
    log.warn('PutEvents failed', { error });
    return new Set();
  }
}
