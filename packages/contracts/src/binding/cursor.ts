import * as z from 'zod/mini';
import { isWellFormed, parseJson } from './check.ts';

/** Makes an opaque cursor of a page's last key. */
export const encodeCursor = (key: object | undefined): string | undefined =>
  key && Buffer.from(JSON.stringify(key)).toString('base64url');

/**
 * Reads a cursor back; undefined when it is not one that `schema` allows, because a client invented it.
 *
 * @example
 * ```ts
 * import { decodeCursor, encodeCursor } from '@dure/contracts/binding/cursor';
 * import { Sku } from '@dure/contracts/values';
 * import * as z from 'zod/mini';
 *
 * const cursor = encodeCursor({ sku: 'MUG-WHITE' });
 *
 * export const key = cursor === undefined ? undefined : decodeCursor(z.strictObject({ sku: Sku }), cursor);
 * ```
 */
export function decodeCursor<Key extends z.ZodMiniType>(schema: Key, cursor: string): z.output<Key> | undefined {
  const { success, data } = z.safeParse(schema, parseJson(Buffer.from(cursor, 'base64url').toString('utf8')));
  return success && isWellFormed(data) ? data : undefined;
}
