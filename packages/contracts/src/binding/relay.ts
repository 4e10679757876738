import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import type { DynamoDBRecord } from 'aws-lambda';
import { answerWithin } from './deadline.ts';
import { required } from './environment.ts';
import { createLogger, metric } from './log.ts';
import { envelopesIn } from './outbox-record.ts';
import { streamHandler } from './stream.ts';

/** The bus that a service publishes to. */
export interface Bus {
  readonly name: string;
  readonly client: EventBridgeClient;
}

export const openBus = (name: string): Bus => ({
  name,
  client: new EventBridgeClient({ maxAttempts: 4, requestHandler: answerWithin(4_000) }),
});

/** Limits of one PutEvents request. Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html */
const MAX_ENTRIES = 10;
const MAX_BYTES = 1024 * 1024;
const ATTEMPTS = 5;

interface Outgoing {
  readonly sequenceNumber: string;
  readonly subject: string;
  readonly entry: PutEventsRequestEntry;
  readonly bytes: number;
}

/**
 * Makes the handler of a table's stream that publishes what changes carry (see `commit`). Events of a subject go out in
 * order: the next one after the one before was accepted. Entries that PutEvents refuses are sent again, with a limit. If some remain, the
 * stream sends everything again from the first of them on, so nothing is skipped.
 *
 * @example
 * ```ts
 * import { relay } from '@dure/contracts/binding/relay';
 *
 * export const handler = relay();
 * ```
 */
export const relay = (bus: Bus = openBus(required('BUS_NAME'))) =>
  streamHandler(async (records) => {
    const started = performance.now();
    const outgoing = records.flatMap((record) => toOutgoing(record, bus.name));
    const [refused] = await publishAll(bus, outgoing);
    const outcome = refused === undefined ? 'published' : 'refused';
    createLogger().info(outcome, { ...metric('relay', outcome, performance.now() - started), events: outgoing.length });
    return refused?.sequenceNumber;
  });

function toOutgoing(record: DynamoDBRecord, busName: string): Outgoing[] {
  const sequenceNumber = record.dynamodb?.SequenceNumber ?? '';
  return envelopesIn(record).map((envelope) => {
    const { source, subject, time, traceparent, type } = envelope;
    const entry = {
      EventBusName: busName,
      Source: source,
      DetailType: detailTypeOf(type),
      Detail: JSON.stringify(envelope),
      Time: new Date(time),
      TraceHeader: traceHeader(traceparent),
    };
    const bytes = 14 + Buffer.byteLength(`${entry.Source}${entry.DetailType}${entry.Detail}`);
    return { sequenceNumber, subject, entry, bytes };
  });
}

/** `StockReserved.v1` of `dure.inventory.StockReserved.v1`. */
const detailTypeOf = (type: string): string => type.split('.').slice(2).join('.');

const TRACEPARENT = /^00-([0-9a-f]{8})([0-9a-f]{24})-([0-9a-f]{16})-0([01])$/;

/**
 * The envelope's trace in the form of X-Ray, so that the bus and the queues and functions behind it share one trace.
 * Source: https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
 */
function traceHeader(traceparent: string): string | undefined {
  const [, seconds, rest, span, sampled] = TRACEPARENT.exec(traceparent) ?? [];
  return seconds && `Root=1-${seconds}-${rest};Parent=${span};Sampled=${sampled}`;
}

/** Returns what was not accepted, in the stream's order. */
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

/** The first waiting event of each subject, as many as fit into one request. */
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

/** The events of the batch that the bus accepted. A response of 200 may refuse some of them. */
async function put(bus: Bus, batch: readonly Outgoing[]): Promise<Set<Outgoing>> {
  const log = createLogger();
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
