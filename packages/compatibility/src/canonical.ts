import { createHash } from 'node:crypto';

/**
 * The canonical JSON of a value: keys sorted at every level, no white space. Two documents that differ only in the order
 * of their keys have the same.
 *
 * @example
 * canonical({ type: 'string', maxLength: 64 }); // '{"maxLength":64,"type":"string"}'
 */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/** SHA-256 of the canonical JSON, 64 hex digits. */
export const hashOf = (schema: unknown): string => createHash('sha256').update(canonical(schema)).digest('hex');
