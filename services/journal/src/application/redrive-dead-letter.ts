import type { Call } from '@dure/contracts/binding/call';
import { type DeadLetter, isRedrivable, sourceQueue } from '../domain/dead-letter.ts';
import type { Queues } from '../queues.ts';
import type { DeadLetterFilter, DeadLetterStore } from '../store/dead-letter-store.ts';

export type RedriveRefusal = 'dead-letter-not-found' | 'not-redrivable' | 'queue-not-found';

/**
 * Sends a dead letter's message back to the queue it came from, as it was. It may be done again: the consumer's inbox
 * makes a second arrival a no-op. Sent first and noted after, so that nothing is noted that was not sent.
 */
export async function redriveDeadLetter(
  letters: DeadLetterStore,
  queues: Queues,
  call: Call,
  id: string,
): Promise<DeadLetter | { refused: RedriveRefusal }> {
  const letter = await letters.load(id);
  if (letter === undefined) return { refused: 'dead-letter-not-found' };
  return redrive(letters, queues, call, letter);
}

async function redrive(
  letters: DeadLetterStore,
  queues: Queues,
  call: Call,
  letter: DeadLetter,
): Promise<DeadLetter | { refused: RedriveRefusal }> {
  if (!isRedrivable(letter)) return { refused: 'not-redrivable' };
  const sent = await queues.send(sourceQueue(letter.queue), letter.body);
  if (!sent) return { refused: 'queue-not-found' };
  await letters.noteRedrive(letter.id, call.time, call.actor);
  call.log.warn('a dead letter was sent back', { deadLetter: letter.id, consumer: letter.consumer });
  const redrives = [...letter.redrives, { at: call.time, actor: call.actor }];
  return { ...letter, status: 'redriven', redrives };
}

export interface BulkRedrive {
  readonly redriven: number;
  readonly refused: { id: string; reason: string }[];
  readonly more: boolean;
}

const AT_ONCE = 200;

/** Sends back the open dead letters that match. Those that cannot be sent stay open, and are named. */
export async function redriveDeadLetters(
  letters: DeadLetterStore,
  queues: Queues,
  call: Call,
  filter: DeadLetterFilter,
): Promise<BulkRedrive> {
  const page = await letters.list('open', filter, { limit: AT_ONCE });
  const refused: BulkRedrive['refused'] = [];
  for (const letter of page.letters) {
    const result = await redrive(letters, queues, call, letter);
    if ('refused' in result) refused.push({ id: letter.id, reason: result.refused });
  }
  return { redriven: page.letters.length - refused.length, refused, more: page.end !== undefined };
}
