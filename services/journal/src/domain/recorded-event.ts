/** An event or a command as it went over the bus, without its return address. */
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

/** What comes in: more than is kept, `replyto` above all, which lets whoever holds it answer in another's name. */
export interface IncomingEvent extends Omit<RecordedEvent, 'data' | 'recordedAt'> {
  readonly data?: unknown;
}

export type Refusal = 'data-is-no-object';

/** The record of a message. Ids are kept in lower case, as one UUID may be written in both. */
export function recordOf(event: IncomingEvent, recordedAt: string): RecordedEvent | Refusal {
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
 * An event's place among all others: by when it happened, whenever it arrived; what one transaction published, and so
 * has one time, by its sequence; the rest by id. Ordered as text is.
 */
export function positionOf({ time, sequence = 0, id }: Pick<RecordedEvent, 'time' | 'sequence' | 'id'>): string {
  return `${instant(time)}#${String(sequence).padStart(SEQUENCE_DIGITS, '0')}#${id}`;
}

export const POSITION = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z#\d{16}#[0-9a-f-]{36}$/;

/** Between these lie the positions of a range: `from` on, up to but not at `to`, and after `after`. */
export interface Range {
  readonly from?: string;
  readonly to?: string;
  readonly after?: string;
}

/** The least and greatest text between which the range's positions lie, both included. */
export function boundsOf({ from, to, after }: Range): { low: string; high: string } {
  // A position is longer than its time, and behind it; what follows a position in the same text is behind that.
  const lowest = from === undefined ? '0' : instant(from);
  const next = after === undefined ? '0' : `${after}#`;
  return { low: lowest > next ? lowest : next, high: to === undefined ? '~' : instant(to) };
}

/** Instants of any precision as text that is ordered as they are, to the millisecond. */
const instant = (time: string): string => new Date(time).toISOString();
