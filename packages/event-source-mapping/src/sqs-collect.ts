import type { SQSRecord } from 'aws-lambda';
import type { Lifecycle } from './lifecycle.ts';
import { MAX_PAYLOAD_BYTES } from './mapping.ts';
import type { Queue } from './sqs-queue.ts';
import type { Message } from './sqs-record.ts';

/** Short, so that a mapping that is paused takes little more. */
const LONG_POLL_SECONDS = 1;
const SHORT_POLL_MS = 200;
const MAX_PER_RECEIVE = 10;

export interface BatchLimits {
  readonly size: number;
  /** How long a batch is filled up after its first message. */
  readonly windowMs: number;
}

/**
 * Receives until the batch is full or its window is over; no messages when none came within the long poll. `received`
 * is when the first came, in milliseconds since 1970.
 */
export async function collect(
  queue: Queue,
  { size, windowMs }: BatchLimits,
  lifecycle: Lifecycle,
  now: () => number,
): Promise<{ readonly messages: readonly Message[]; readonly received: number }> {
  const batch = [...(await queue.receive(Math.min(size, MAX_PER_RECEIVE), LONG_POLL_SECONDS, lifecycle.signal))];
  const received = now();
  const closes = received + windowMs;
  while (batch.length > 0 && batch.length < size && sizeOf(batch) < MAX_PAYLOAD_BYTES && !lifecycle.stopped()) {
    const left = closes - now();
    if (left <= 0) break;
    const wait = left >= LONG_POLL_SECONDS * 1000 ? LONG_POLL_SECONDS : 0;
    const more = await queue.receive(size - batch.length, wait, lifecycle.signal);
    batch.push(...more);
    if (more.length < MAX_PER_RECEIVE && wait === 0) await lifecycle.sleep(Math.min(left, SHORT_POLL_MS));
  }
  return { messages: batch, received };
}

function sizeOf(batch: readonly Message[]): number {
  return batch.reduce((sum, { Body = '' }) => sum + Buffer.byteLength(Body), 0);
}

/** Parts a batch, in order, so that no event is larger than an invocation may be. */
export function splitByPayload(records: readonly SQSRecord[]): SQSRecord[][] {
  const parts: SQSRecord[][] = [];
  let room = 0;
  for (const record of records) {
    const bytes = Buffer.byteLength(JSON.stringify(record)) + 1;
    if (parts.length === 0 || bytes > room) {
      parts.push([]);
      room = MAX_PAYLOAD_BYTES - '{"Records":[]}'.length;
    }
    parts.at(-1)?.push(record);
    room -= bytes;
  }
  return parts;
}
