import { positionOf, type RecordedEvent } from './recorded-event.ts';

/** An event, and when its record expires (seconds since 1970; undefined for never). */
export interface Kept {
  readonly event: RecordedEvent;
  readonly expiresAt: number | undefined;
}

/** Events of one correlation about one subject that happened within {@link SPAN_MS}. They are stored together. */
export interface Chunk {
  readonly correlationid: string;
  readonly subject: string;
  /** Of its first event. */
  readonly position: string;
  readonly events: readonly RecordedEvent[];
  /** Of what is kept longest. */
  readonly expiresAt: number | undefined;
}

/** Milliseconds from a chunk's first event to its last, at most. A list also reads the chunks that begin so much before it. */
export const SPAN_MS = 2_000;

/** Before compression: an item of DynamoDB has 400 KB at most. A larger event has a chunk of its own. */
const MAX_BYTES = 100 * 1024;

/** Puts events together that one item can hold. */
export function chunksOf(kept: readonly Kept[]): Chunk[] {
  const groups = Map.groupBy(kept, ({ event }) => JSON.stringify([event.correlationid, event.subject]));
  return [...groups.values()].flatMap(splitUp).map(toChunk);
}

/** The first instant at which a chunk may begin that has events from a position or instant on. */
export const firstBegin = (low: string): string => (low === '0' ? low : shifted(low.slice(0, 24), -SPAN_MS));

function splitUp(group: readonly Kept[]): Kept[][] {
  const chunks: Kept[][] = [];
  let bytes = 0;
  for (const one of group.toSorted((a, b) => (positionOf(a.event) < positionOf(b.event) ? -1 : 1))) {
    const [chunk, more] = [chunks.at(-1), Buffer.byteLength(JSON.stringify(one.event))];
    const first = chunk?.[0];
    bytes += more;
    if (first !== undefined && bytes <= MAX_BYTES && happened(one) - happened(first) <= SPAN_MS) chunk!.push(one);
    else [bytes] = [more, chunks.push([one])];
  }
  return chunks;
}

function toChunk(kept: readonly Kept[]): Chunk {
  const [events, expiries] = [kept.map(({ event }) => event), kept.map(({ expiresAt }) => expiresAt)];
  const { correlationid, subject } = events[0]!;
  const expiresAt = expiries.includes(undefined) ? undefined : Math.max(...expiries.map(Number));
  return { correlationid, subject, position: positionOf(events[0]!), events, expiresAt };
}

const happened = ({ event }: Kept): number => Date.parse(event.time);

const shifted = (instant: string, milliseconds: number): string =>
  new Date(Date.parse(instant) + milliseconds).toISOString();

/** Milliseconds from the beginning of a call, which is its events' time, until their ids are made, in all but a few. */
const UNTIL_ID_MS = 3_000;

/** When an event happened whose id is a UUIDv7: the earliest and latest instant. Undefined for another id. */
export function whenHappened(id: string): { readonly from: string; readonly to: string } | undefined {
  if (id[14] !== '7') return undefined;
  const to = new Date(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)).toISOString();
  return { from: shifted(to, -UNTIL_ID_MS), to };
}

/** Whether {@link whenHappened} is right about an event, so that it is found by its id alone. */
export function isFoundById({ id, time }: Pick<RecordedEvent, 'id' | 'time'>): boolean {
  const [range, instant] = [whenHappened(id), new Date(time).toISOString()];
  return range !== undefined && range.from <= instant && instant <= range.to;
}

/** The part of a position that is its slot: ten minutes. */
const SLOT_CHARACTERS = '2026-01-05T09:3'.length;
const SLOT_MS = 600_000;

/** The slot of a position or instant. */
export const slotOf = (position: string): string => position.slice(0, SLOT_CHARACTERS);

/** The instants from which and until which ascending slots last, those that follow on each other together. */
export function rangesOf(slots: readonly string[]): { readonly low: string; readonly high: string }[] {
  const ranges: { low: string; high: string }[] = [];
  for (const slot of slots) {
    const low = `${slot}0:00.000Z`;
    const high = shifted(low, SLOT_MS);
    const last = ranges.at(-1);
    if (last !== undefined && last.high >= low) last.high = high;
    else ranges.push({ low, high });
  }
  return ranges;
}
