const VALUES = "JSON String, Number, Array, Object or token 'null', 'true' or 'false'";

/**
 * Reads JSON, and says in AWS's words what is wrong with it.
 * Source of the words: https://github.com/FasterXML/jackson-core, which AWS reads JSON with
 *
 * @throws {SyntaxError}
 * @example parseJsonInput('{a: 1}')
 * // SyntaxError: Unexpected character ('a' (code 97)): was expecting double-quote to start field name
 */
export function parseJsonInput(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new SyntaxError(new Fault(text).find(), { cause });
  }
}

const BLANKS = /[ \t\r\n]*/y;
const STRING = /"(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})|[^"\\\u0000-\u001f])*"/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /[\p{L}\p{N}_$]+/uy;

class Found extends Error {}

/** Walks through a text that is not valid JSON, up to the first error. */
class Fault {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  find(): string {
    try {
      this.#value();
      this.#take(BLANKS);
      return this.#unexpected('was expecting the end of the input').message;
    } catch (error) {
      if (error instanceof Found) return error.message;
      throw error;
    }
  }

  #value(): void {
    this.#take(BLANKS);
    const character = this.#text[this.#at];
    if (character === '{') return this.#members('Object', '}');
    if (character === '[') return this.#members('Array', ']');
    if (character === '"') return this.#string();
    if (this.#take(NUMBER) !== '') return;
    const word = this.#take(WORD);
    if (['true', 'false', 'null'].includes(word)) return;
    if (word !== '') throw new Found(`Unrecognized token '${word}': was expecting (${VALUES})`);
    throw this.#unexpected(`expected a valid value (${VALUES})`);
  }

  #members(kind: 'Object' | 'Array', close: string): void {
    this.#at += 1;
    this.#take(BLANKS);
    if (this.#takeIf(close)) return;
    do {
      if (kind === 'Object') this.#name();
      this.#value();
      this.#take(BLANKS);
    } while (this.#takeIf(','));
    if (!this.#takeIf(close)) throw this.#unexpected(`was expecting comma to separate ${kind} entries`);
  }

  #name(): void {
    this.#take(BLANKS);
    if (this.#text[this.#at] !== '"') throw this.#unexpected('was expecting double-quote to start field name');
    this.#string();
    this.#take(BLANKS);
    if (!this.#takeIf(':')) throw this.#unexpected('was expecting a colon to separate field name and value');
  }

  #string(): void {
    if (this.#take(STRING) === '') throw new Found('Unexpected end-of-input or character in a JSON String');
  }

  #unexpected(wanted: string): Found {
    const code = this.#text.codePointAt(this.#at);
    if (code === undefined) return new Found(`Unexpected end-of-input: ${wanted}`);
    const isControl = code < 32 || (code >= 127 && code < 160);
    const shown = isControl ? `(CTRL-CHAR, code ${code})` : `'${String.fromCodePoint(code)}' (code ${code})`;
    return new Found(`Unexpected character (${shown}): ${wanted}`);
  }

  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const taken = pattern.exec(this.#text)?.[0] ?? '';
    this.#at += taken.length;
    return taken;
  }

  #takeIf(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }
}
