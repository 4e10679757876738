/** What of a document is not as it was, by the JSON pointer of the place: `#/paths/~1pets/get/parameters/0`. */
export interface Note {
  readonly pointer: string;
  readonly what: string;
}

/** Thrown where a contract cannot say what the document says. */
export class Unsupported extends Error {
  override readonly name = 'Unsupported';
  readonly note: Note;

  constructor(pointer: string, what: string) {
    super(`${pointer}: ${what}`);
    this.note = { pointer, what };
  }
}

/** Notes in the order in which they were made, each once. */
export class Notes {
  readonly #notes = new Map<string, Note>();

  add(pointer: string, what: string): void {
    this.#notes.set(`${pointer} ${what}`, { pointer, what });
  }

  get all(): readonly Note[] {
    return [...this.#notes.values()];
  }
}

/** What is said once, and the places of which it is true. */
export function grouped(notes: readonly Note[]): [what: string, pointers: string[]][] {
  const places = new Map<string, string[]>();
  for (const { pointer, what } of notes) places.set(what, [...(places.get(what) ?? []), pointer]);
  return [...places];
}
