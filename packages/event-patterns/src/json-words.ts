const VALUES = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";
const WORD = /[\p{L}\p{N}_$]*/uy;
const LITERALS = /(?:true|false|null)(?![\p{L}\p{N}_$])/uy;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/y;
const BLANK = /[ \t\r\n]*/y;

class NotJson extends Error {}

/**
 * Why a text is not JSON, in the words of the parser that EventBridge and SNS have (Jackson). Undefined where it is JSON.
 * A text is read as far as its first value goes: what follows that is not judged.
 *
 * @example whyNotJson('{a: 1}') // "Unexpected character ('a' (code 97)): was expecting double-quote to start field name"
 * Source: https://github.com/FasterXML/jackson-core, ParserMinimalBase and ReaderBasedJsonParser
 */
export function whyNotJson(text: string): string | undefined {
  let at = 0;

  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const [found] = pattern.exec(text) ?? [];
    if (found !== undefined) at += found.length;
    return found;
  };
  const fail = (expected: string): never => {
    if (at >= text.length) throw new NotJson('Unexpected end-of-input');
    const character = String.fromCodePoint(text.codePointAt(at)!);
    throw new NotJson(`Unexpected character ('${character}' (code ${text.codePointAt(at)})): ${expected}`);
  };
  const skip = (character: string): boolean => {
    take(BLANK);
    if (text[at] !== character) return false;
    at += 1;
    return true;
  };

  function value(): void {
    take(BLANK);
    if (skip('{')) return members();
    if (skip('[')) return elements();
    const read = text[at] === '"' ? take(STRING) : (take(LITERALS) ?? take(NUMBER));
    if (read !== undefined) return;
    if (text[at] === '"') throw new NotJson('Unexpected end-of-input: was expecting closing quote for a string value');
    const word = take(WORD);
    if (word === undefined || word === '') fail(`expected a valid value ${VALUES}`);
    throw new NotJson(`Unrecognized token '${word}': was expecting ${VALUES}`);
  }
  function members(): void {
    if (skip('}')) return;
    do {
      take(BLANK);
      if (text[at] !== '"') fail('was expecting double-quote to start field name');
      if (take(STRING) === undefined) throw new NotJson('Unexpected end-of-input in field name');
      if (!skip(':')) fail('was expecting a colon to separate field name and value');
      value();
    } while (skip(','));
    if (!skip('}')) fail('was expecting comma to separate Object entries');
  }
  function elements(): void {
    if (skip(']')) return;
    do value();
    while (skip(','));
    if (!skip(']')) fail('was expecting comma to separate Array entries');
  }

  try {
    value();
    return undefined;
  } catch (error) {
    if (error instanceof NotJson) return error.message;
    throw error;
  }
}
