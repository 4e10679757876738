import { describe, expect, it } from '@jest/globals';
import { compilePattern } from '../src/pattern.ts';
import { whyNotJson } from '../src/json-words.ts';

const VALUES = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";

describe('why a text is not JSON', () => {
  it.each([
    ['order paid', `Unrecognized token 'order': was expecting ${VALUES}`],
    ['{"a": nil}', `Unrecognized token 'nil': was expecting ${VALUES}`],
    ['{a: 1}', "Unexpected character ('a' (code 97)): was expecting double-quote to start field name"],
    [`{"a": 'b'}`, `Unexpected character (''' (code 39)): expected a valid value ${VALUES}`],
    ['{"a" 1}', "Unexpected character ('1' (code 49)): was expecting a colon to separate field name and value"],
    ['{"a": 1 "b": 2}', `Unexpected character ('"' (code 34)): was expecting comma to separate Object entries`],
    ['[1 2]', "Unexpected character ('2' (code 50)): was expecting comma to separate Array entries"],
    ['[1, 2', 'Unexpected end-of-input'],
    ['{"a": "b', 'Unexpected end-of-input: was expecting closing quote for a string value'],
    ['', 'Unexpected end-of-input'],
  ])('%s', (text, reason) => {
    expect(whyNotJson(text)).toBe(reason);
  });

  it.each(['{}', ' [1, -2.5e3, "a\\n\\u00e9", {"b": [true, false, null]}] ', '"text"', '0'])('%s is JSON', (text) => {
    expect(whyNotJson(text)).toBeUndefined();
  });

  it('is what a pattern is refused with', () => {
    expect(() => compilePattern('{"source": [orders]}')).toThrow(
      `Event pattern is not valid. Reason: Unrecognized token 'orders': was expecting ${VALUES}`,
    );
  });
});
