import { decodeCursor, encodeCursor } from '@dure/contracts/binding/cursor';
import * as z from 'zod/mini';
import type { DeadLetter } from '../domain/dead-letter.ts';
import type { DeadLetterFilter, DeadLetterStore } from '../store/dead-letter-store.ts';

export interface DeadLetterPage {
  readonly letters: DeadLetter[];
  readonly cursor: string | undefined;
}

interface DeadLetterQuery extends DeadLetterFilter {
  readonly status: DeadLetter['status'];
  readonly cursor?: string;
  readonly limit: number;
}

const Cursor = z.strictObject({ status: z.string(), after: z.string().check(z.maxLength(200)) });

/** A page of dead letters; undefined when the cursor belongs to another list. */
export async function listDeadLetters(
  letters: DeadLetterStore,
  { status, cursor, limit, ...filter }: DeadLetterQuery,
): Promise<DeadLetterPage | undefined> {
  const place = cursor === undefined ? undefined : decodeCursor(Cursor, cursor);
  if (cursor !== undefined && place?.status !== status) return undefined;
  const page = await letters.list(status, filter, { after: place?.after, limit });
  return { letters: page.letters, cursor: page.end && encodeCursor({ status, after: page.end }) };
}
