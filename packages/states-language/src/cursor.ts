/** A place in a text that is being parsed. */
export interface Cursor {
  readonly source: string;
  at: number;
}

/** Takes what the sticky pattern matches here; undefined when it does not match. */
export function take(cursor: Cursor, pattern: RegExp): string | undefined {
  pattern.lastIndex = cursor.at;
  const found = pattern.exec(cursor.source)?.[0];
  cursor.at += found?.length ?? 0;
  return found;
}

export function skipBlanks(cursor: Cursor): void {
  take(cursor, /\s+/y);
}

export function expect(cursor: Cursor, character: string): void {
  skipBlanks(cursor);
  if (cursor.source[cursor.at] !== character) throw new Error(`${cursor.source} lacks a "${character}"`);
  cursor.at += 1;
}

/** Takes the text if it comes next, after blanks. */
export function takeIf(cursor: Cursor, text: string): boolean {
  skipBlanks(cursor);
  if (!cursor.source.startsWith(text, cursor.at)) return false;
  cursor.at += text.length;
  return true;
}
