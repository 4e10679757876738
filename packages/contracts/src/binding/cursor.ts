/**
 * What an operation makes its cursors of. They are in clear for it alone: `http` seals those in the links of an answer, and
 * opens the one of a request.
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
export { decodeCursor, encodeCursor } from '@dure/sealed-cursors/cursor';
