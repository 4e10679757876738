import type { Call } from '@dure/contracts/binding/call';
import { type DeadLetter, redriveOf } from '../domain/dead-letter.ts';
import type { Functions } from '../functions.ts';
import type { Queues } from '../queues.ts';
import type { DeadLetterFilter, DeadLetterStore } from '../store/dead-letter-store.ts';

export type RedriveRejection = 'dead-letter-not-found' | 'not-redrivable' | 'queue-not-found' | 'function-not-found';

export interface Redriving {
  readonly stage: string;
  readonly letters: DeadLetterStore;
  readonly queues: Pick<Queues, 'send'>;
  readonly functions: Functions;
}

/**
 * Sends a dead letter's message unchanged back to the queue it came from, or calls its function again with its event.
 * Repeating this is safe: a consumer's inbox makes a second arrival a no-op, and a function is called at least once
 * anyway. It is sent first and recorded after, so that nothing unsent is recorded as sent.
 */
export async function redriveDeadLetter(
  redriving: Redriving,
  call: Call,
  id: string,
): Promise<DeadLetter | { rejected: RedriveRejection }> {
  const letter = await redriving.letters.load(id);
  if (letter === undefined) return { rejected: 'dead-letter-not-found' };
  return redrive(redriving, call, letter);
}

async function redrive(
  { stage, letters, queues, functions }: Redriving,
  call: Call,
  letter: DeadLetter,
): Promise<DeadLetter | { rejected: RedriveRejection }> {
  const way = redriveOf(letter, stage);
  if (way === undefined) return { rejected: 'not-redrivable' };
  if ('call' in way) {
    if (!(await functions.invoke(way.call))) return { rejected: 'function-not-found' };
  } else if (!(await queues.send(way.queue, letter.body))) return { rejected: 'queue-not-found' };
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
  redriving: Redriving,
  call: Call,
  filter: DeadLetterFilter,
): Promise<BulkRedrive> {
  const page = await redriving.letters.list('open', filter, { limit: AT_ONCE });
  const refused: BulkRedrive['refused'] = [];
  for (const letter of page.letters) {
    const result = await redrive(redriving, call, letter);
    if ('rejected' in result) refused.push({ id: letter.id, reason: result.rejected });
  }
  return { redriven: page.letters.length - refused.length, refused, more: page.end !== undefined };
}
