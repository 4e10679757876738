import { createHash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Chunk } from '../domain/chunk.ts';
import { positionOf, type RecordedEvent } from '../domain/recorded-event.ts';

/** A digit of the correlation's id. */
const SHARDS = [...'0123456789abcdef'];
export const CHUNK_SHARDS = SHARDS.map((digit) => `CHUNKS#${digit}`);

export const correlationOf = (correlationid: string): string => `CORRELATION#${correlationid}`;

/**
 * The item of a chunk. Its key follows from its events, so that a batch that is delivered again replaces its chunks with
 * themselves. It has no attribute `correlationid` and no `type`: it is not in these indexes.
 */
export function toItem({ correlationid, subject, position, events, expiresAt }: Chunk) {
  const ids = events.map(({ id }) => id).join();
  return {
    pk: correlationOf(correlationid),
    sk: `${position}#${createHash('sha256').update(ids).digest('base64url').slice(0, 12)}`,
    subject,
    position,
    shard: `CHUNKS#${correlationid.at(-1)}`,
    events: deflateRawSync(JSON.stringify(events)),
    expiresAt,
  };
}

/** An item of an event of before. */
interface EventItem extends Omit<RecordedEvent, 'data' | 'type'> {
  /** Only of the oldest events. */
  readonly type?: string;
  readonly messageType?: string;
  readonly data: string;
}

/** The events in an item: of a chunk, or the one that an earlier version stored in it. */
export function eventsOf(item: Record<string, unknown>): RecordedEvent[] {
  const { events } = item;
  if (events instanceof Uint8Array) return JSON.parse(inflateRawSync(events).toString()) as RecordedEvent[];
  return [toEvent(item as unknown as EventItem)];
}

function toEvent(item: EventItem): RecordedEvent {
  const { id, source, subject, time, dataschema, sequence, causationid, traceparent, actor, recordedAt } = item;
  const type = item.messageType ?? item.type ?? '';
  return {
    ...{ id, source, type, subject, time, dataschema, sequence, correlationid: item.correlationid, causationid },
    ...{ traceparent, actor, data: JSON.parse(item.data) as RecordedEvent['data'], recordedAt },
  };
}

/** Events by their position, each as it was recorded last. */
export function keepNewest(found: Map<string, RecordedEvent>, event: RecordedEvent): void {
  const position = positionOf(event);
  const before = found.get(position);
  if (before === undefined || before.recordedAt < event.recordedAt) found.set(position, event);
}
