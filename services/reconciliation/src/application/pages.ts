import { decodeCursor, encodeCursor } from '@dure/contracts/binding/cursor';
import * as z from 'zod/mini';

const Cursor = z.strictObject({ list: z.string().check(z.maxLength(100)), after: z.string().check(z.maxLength(100)) });

/** Where a list continues; null when the cursor belongs to another list. */
export function placeOf(list: string, cursor: string | undefined): string | undefined | null {
  if (cursor === undefined) return undefined;
  const place = decodeCursor(Cursor, cursor);
  return place?.list === list ? place.after : null;
}

export const cursorOf = (list: string, after: string | undefined): string | undefined =>
  after && encodeCursor({ list, after });
