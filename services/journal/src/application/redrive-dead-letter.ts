import type { Call } from '@dure/contracts/binding/call';
import { type DeadLetter, isRedrivable, sourceQueue } from '../domain/dead-letter.ts';
import type { Queues } from '../queues.ts';
import type { DeadLetterFilter, DeadLetterStore } from '../store/dead-letter-store.ts';

export type RedriveRejection = 'dead-letter-not-found' | 'not-redrivable' | 'queue-not-found';

/**
 * Sends a dead letter's message unchanged back to the queue it came from. Repeating this is safe: the consumer's inbox
 * makes a second arrival a no-op. It is sent first and recorded after, so that nothing unsent is recorded as sent.
 */
export async function redriveDeadLetter(
  letters: DeadLetterStore,
  queues: Queues,
  call: Call,
  id: string,
): Promise<DeadLetter | { rejected: RedriveRejection }> {
  const letter = await letters.load(id);
  if (letter === undefined) return { rejected: 'dead-letter-not-found' };
  return redrive(letters, queues, call, letter);
}

async function redrive(
  letters: DeadLetterStore,
  queues: Queues,
  call: Call,
  letter: DeadLetter,
): Promise<DeadLetter | { rejected: RedriveRejection }> {
  if (!isRedrivable(letter)) return { rejected: 'not-redrivable' };
  const sent = await queues.send(sourceQueue(letter.queue), letter.body);
  if (!sent) return { rejected: 'queue-not-found' };
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

/** Sends back the open dead letters that match. Those that cannot be sent stay open and are listed. */
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
    if ('rejected' in result) refused.push({ id: letter.id, reason: result.rejected });
  }
  return { redriven: page.letters.length - refused.length, refused, more: page.end !== undefined };
}
