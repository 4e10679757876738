/** An event or command as it crossed the bus, without its return address. */
export interface RecordedEvent {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject: string;
  readonly time: string;
  readonly dataschema: string;
  /** Commands have none. */
  readonly sequence?: number;
  readonly correlationid: string;
  readonly causationid?: string;
  readonly traceparent: string;
  readonly actor: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly recordedAt: string;
}

/** An incoming message. It has more than is recorded: with `replyto`, its holder could answer in another's name. */
export interface IncomingEvent extends Omit<RecordedEvent, 'data' | 'recordedAt'> {
  readonly data?: unknown;
}

export type Rejection = 'data-is-no-object';

/** The record of a message. Ids are stored in lower case, since a UUID may be written in either. */
export function recordOf(event: IncomingEvent, recordedAt: string): RecordedEvent | Rejection {
  const { source, type, subject, time, dataschema, sequence, causationid, traceparent, actor, data } = event;
  if (!isObject(data)) return 'data-is-no-object';
  const [id, correlationid] = [event.id.toLowerCase(), event.correlationid.toLowerCase()];
  return {
    ...{ id, source, type, subject, time, dataschema, sequence, correlationid, causationid, traceparent, actor },
    ...{ data, recordedAt },
  };
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const SEQUENCE_DIGITS = 16; // of the largest integer that JSON carries safely

/**
 * An event's position among all others, as sortable text: by when it happened, however late it arrived. Events of one
 * transaction share a time and are ordered by sequence; the rest by id.
 */
export function positionOf({ time, sequence = 0, id }: Pick<RecordedEvent, 'time' | 'sequence' | 'id'>): string {
  return `${instant(time)}#${String(sequence).padStart(SEQUENCE_DIGITS, '0')}#${id}`;
}

export const POSITION = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z#\d{16}#[0-9a-f-]{36}$/;

/** A range of positions: from `from` (inclusive) to `to` (exclusive), and after `after`. */
export interface Range {
  readonly from?: string;
  readonly to?: string;
  readonly after?: string;
}

/** The least and greatest text of the positions in the range, both inclusive. */
export function boundsOf({ from, to, after }: Range): { low: string; high: string } {
  // A position starts with its time and is longer, so it sorts after it; what follows a position sorts after `${position}#`.
  const lowest = from === undefined ? '0' : instant(from);
  const next = after === undefined ? '0' : `${after}#`;
  return { low: lowest > next ? lowest : next, high: to === undefined ? '~' : instant(to) };
}

/** An instant of any precision as sortable text, in milliseconds. */
const instant = (time: string): string => new Date(time).toISOString();
