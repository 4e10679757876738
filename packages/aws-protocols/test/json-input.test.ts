import { describe, expect, it } from '@jest/globals';
import { parseJsonInput } from '../src/json-input.ts';

const VALUES = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";

describe('parseJsonInput', () => {
  it('reads JSON', () => {
    expect(parseJsonInput(' {"a": [1, "b\\n", null]} ')).toEqual({ a: [1, 'b\n', null] });
  });

  it.each([
    ['later', `Unrecognized token 'later': was expecting ${VALUES}`],
    ['[1, maybe]', `Unrecognized token 'maybe': was expecting ${VALUES}`],
    ['{"a": "b" "c": 1}', `Unexpected character ('"' (code 34)): was expecting comma to separate Object entries`],
    ['{"a": {"b": tru}}', `Unrecognized token 'tru': was expecting ${VALUES}`],
    ["{'a': 1}", "Unexpected character (''' (code 39)): was expecting double-quote to start field name"],
    ['{"a" 1}', "Unexpected character ('1' (code 49)): was expecting a colon to separate field name and value"],
    ['[1 2]', "Unexpected character ('2' (code 50)): was expecting comma to separate Array entries"],
    ['\u0099', `Unexpected character ((CTRL-CHAR, code 153)): expected a valid value ${VALUES}`],
    ['?', `Unexpected character ('?' (code 63)): expected a valid value ${VALUES}`],
    ['{"a": 1', 'Unexpected end-of-input: was expecting comma to separate Object entries'],
    ['"open', 'Unexpected end-of-input or character in a JSON String'],
    ['{} {}', "Unexpected character ('{' (code 123)): was expecting the end of the input"],
  ])('says in the words of AWS what is wrong with %s', (text, message) => {
    expect(() => parseJsonInput(text)).toThrow(expect.objectContaining({ name: 'SyntaxError', message }));
  });
});
