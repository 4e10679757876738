import * as z from 'zod/mini';
import { isWellFormed } from './check.ts';

/** Makes an opaque cursor of a page's last key. */
export function encodeCursor(key: object | undefined): string | undefined {
  return key === undefined ? undefined : Buffer.from(JSON.stringify(key)).toString('base64url');
}

/** Reads a cursor back; undefined when it is not one that `schema` allows, because a client made it up. */
export function decodeCursor<Key extends z.ZodMiniType>(schema: Key, cursor: string): z.output<Key> | undefined {
  try {
    const result = z.safeParse(schema, JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
    return result.success && isWellFormed(result.data) ? result.data : undefined;
  } catch {
    return undefined;
  }
}
