import { createHash } from 'node:crypto';
import type { Call } from '@dure/contracts/binding/call';
import { type Death, objectOf, parse, toDeath } from '../domain/dead-letter.ts';
import { expiryOf } from '../domain/retention.ts';
import type { Queues } from '../queues.ts';
import type { DeadLetterStore } from '../store/dead-letter-store.ts';

/** Receives per queue and run: the rest waits for the next run. */
const MAX_RECEIPTS = 50;
const DAY_MS = 86_400_000;

interface Collecting {
  readonly stage: string;
  /** How long a dead letter is kept after its last death; 0 means forever. */
  readonly days: number;
}

/**
 * Moves the messages of all services' dead-letter queues into the journal, which keeps them for longer than a queue does.
 * A message is deleted from its queue only after it is stored; one that is received twice counts once. A failing queue
 * does not hold up the others.
 * @returns how many were collected, how many of the last day are open, and how many queues could not be read
 */
export async function collectDeadLetters(
  letters: DeadLetterStore,
  queues: Queues,
  call: Call,
  { stage, days }: Collecting,
): Promise<{ collected: number; waiting: number; unread: number }> {
  const names = await queues.listDeadLetterQueues();
  const results = await Promise.allSettled(
    names.map((name) => collect(letters, queues, name, { stage, expiresAt: expiryOf(call.time, days) })),
  );
  const unread = results.filter(({ status }) => status === 'rejected').length;
  for (const [index, result] of results.entries()) {
    if (result.status === 'rejected') {
      call.log.error('a dead-letter queue could not be read', { queue: names[index], error: result.reason });
    }
  }
  const collected = results.reduce((sum, result) => sum + (result.status === 'fulfilled' ? result.value : 0), 0);
  const dayBefore = new Date(Date.parse(call.time) - DAY_MS).toISOString();
  return { collected, unread, waiting: await letters.countOpenSince(dayBefore) };
}

async function collect(
  letters: DeadLetterStore,
  queues: Queues,
  queue: string,
  { stage, expiresAt }: { readonly stage: string; readonly expiresAt: number | undefined },
): Promise<number> {
  let collected = 0;
  for (let receipt = 0; receipt < MAX_RECEIPTS; receipt += 1) {
    const received = await queues.receive(queue);
    if (received.length === 0) break;
    for (const message of received) {
      const death = toDeath(message, stage);
      await letters.bury(deadLetterId(death), death, expiresAt);
    }
    await queues.delete(queue, received);
    collected += received.length;
  }
  return collected;
}

/** What keeps failing in one consumer, an event or a stream's batch, is one dead letter. A UUID of version 8 (custom format). */
export function deadLetterId({ consumer, event, body, messageId }: Death): string {
  const hex = createHash('sha256')
    .update(JSON.stringify([consumer, event?.id ?? objectOf(parse(body)) ?? messageId]))
    .digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
