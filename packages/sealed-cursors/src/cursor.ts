import * as z from 'zod/mini';

/** Makes a cursor of a page's last key. In the links of a list's answer it is sealed, so no client sees what is in it. */
export const encodeCursor = (key: object | undefined): string | undefined =>
  key && Buffer.from(JSON.stringify(key)).toString('base64url');

/** Reads a cursor back; undefined when it is not one that `schema` allows: of another list, or of an earlier release. */
export function decodeCursor<Key extends z.ZodMiniType>(schema: Key, cursor: string): z.output<Key> | undefined {
  const text = Buffer.from(cursor, 'base64url').toString('utf8');
  return z.safeParse(schema, parsed(text)).data;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
