import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { evaluateIntrinsic } from '../src/intrinsic.ts';
import type { Json } from '../src/json.ts';

const evaluate = (source: string, input: Json = {}) =>
  evaluateIntrinsic(source, input, { context: { Execution: { Name: 'e-1' } }, variables: {} });

describe('intrinsic functions', () => {
  const list = [1, 2, 3, 4, 5];
  it.each<[string, Json, Json]>([
    ["States.Format('{} of {}', $.a, 2)", { a: 'x' }, 'x of 2'],
    ['States.Format(\'\\{"id":"{}"\\}\', $.a)', { a: 'x' }, '{"id":"x"}'],
    ["States.Format('it\\'s {} and \\\\', null)", {}, "it's null and \\"],
    ["States.Format('{}', $.a)", { a: 'a {} and \\{ stay' }, 'a {} and \\{ stay'],
    ["States.Format('{}', $$.Execution.Name)", {}, 'e-1'],
    ["States.Format('{}', $)", { a: 1, b: [], c: { d: ['x', null] } }, '{a=1, b=[], c={d=[x, null]}}'],
    ['States.StringToJson($.a)', { a: '{"n":[1]}' }, { n: [1] }],
    ['States.JsonToString($)', { say: '"hi" \\' }, JSON.stringify({ say: '"hi" \\' })],
    ["States.Array($.a, 'b, (c)', -1.5, true, null)", { a: {} }, [{}, 'b, (c)', -1.5, true, null]],
    ['States.Array()', {}, []],
    ['States.ArrayPartition($, 2)', list, [[1, 2], [3, 4], [5]]],
    ['States.ArrayContains($, 3)', list, true],
    ['States.ArrayContains($.l, $.x)', { l: [{ a: 1 }], x: { a: 1 } }, true],
    ['States.ArrayRange(1, 9, 2)', {}, [1, 3, 5, 7, 9]],
    ['States.ArrayRange(3, 1, -1)', {}, [3, 2, 1]],
    ['States.ArrayGetItem($, 4)', list, 5],
    ['States.ArrayLength($[?(@ > 2)])', list, 3],
    ['States.ArrayUnique($)', [1, 1, { a: 1 }, { a: 1 }], [1, { a: 1 }]],
    ["States.Base64Encode('한국')", {}, Buffer.from('한국').toString('base64')],
    ["States.Base64Decode('7ZWc6rWt')", {}, '한국'],
    ["States.Hash('a', 'SHA-256')", {}, createHash('sha256').update('a').digest('hex')],
    ['States.JsonMerge($.a, $.b, false)', { a: { x: 1, y: { z: 1 } }, b: { y: 2 } }, { x: 1, y: 2 }],
    ['States.MathAdd($.a, -1)', { a: 3 }, 2],
    ["States.StringSplit($, ',+')", 'a,b++c,', ['a', 'b', 'c']],
    ["States.StringToJson(States.Format('[{},{}]', 1, States.ArrayLength($)))", list, [1, 5]],
    ["States.ArrayGetItem(States.StringSplit($['a b'], ':'), 1)", { 'a b': 'x:y' }, 'y'],
  ])('%s', (source, input, expected) => {
    expect(evaluate(source, input)).toEqual(expected);
  });

  it('makes identifiers and random numbers', () => {
    expect(evaluate('States.UUID()')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4/);
    expect(evaluate('States.MathRandom(1, 2)')).toBe(1);
    expect(evaluate('States.MathRandom(0, 1000000, 7)')).toBe(evaluate('States.MathRandom(0, 1000000, 7)'));
  });

  it.each([
    ["States.Format('{}')"],
    ["States.StringToJson('{')"],
    ['States.ArrayRange(1, 5000, 1)'],
    ['States.ArrayGetItem($.list, 9)'],
    ["States.Hash('a', 'CRC')"],
    ['States.JsonMerge($.object, $.object, true)'],
    ['States.MathAdd($.list, 1)'],
  ])('fails with States.IntrinsicFailure: %s', (source) => {
    expect(() => evaluate(source, { object: {}, list: [] })).toThrow(
      expect.objectContaining({ error: 'States.IntrinsicFailure' }),
    );
  });

  it('carries any JSON through JsonToString and StringToJson, and leaves its input as it was', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const input = JSON.parse(JSON.stringify({ value })) as Json;
        const before = JSON.stringify(input);
        const text = evaluate('States.JsonToString($.value)', input);
        expect(evaluate('States.StringToJson($)', text)).toEqual(JSON.parse(before).value);
        expect(evaluate("States.Format('{}', $)", text)).toBe(text);
        expect(JSON.stringify(input)).toBe(before);
      }),
    );
  });
});
