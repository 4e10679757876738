import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { evaluateIntrinsic } from '../../../src/services/stepfunctions/intrinsic.ts';
import { holds, type ChoiceRule } from '../../../src/services/stepfunctions/choice.ts';
import { assign, query, type Json } from '../../../src/services/stepfunctions/json-path.ts';
import { outputOf, pass, runToEnd, startHarness, type Harness } from './harness.ts';

const evaluate = (source: string, input: Json = {}) => evaluateIntrinsic(source, input, { Execution: { Name: 'e-1' } });

describe('intrinsic functions', () => {
  const list = [1, 2, 3, 4, 5];
  it.each<[string, Json, Json]>([
    ["States.Format('{} of {}', $.a, 2)", { a: 'x' }, 'x of 2'],
    ['States.Format(\'\\{"id":"{}"\\}\', $.a)', { a: 'x' }, '{"id":"x"}'],
    ["States.Format('it\\'s {} and \\\\', null)", {}, "it's null and \\"],
    ["States.Format('{}', $.a)", { a: 'a {} and \\{ stay' }, 'a {} and \\{ stay'],
    ["States.Format('{}', $$.Execution.Name)", {}, 'e-1'],
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
    ["States.Format('{}', $.object)"],
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

describe('paths', () => {
  const anyKey = fc.oneof(fc.string({ minLength: 1 }), fc.constantFrom('__proto__', 'constructor', 'a'));

  it('finds what was put at any reference path', () => {
    fc.assert(
      fc.property(fc.array(anyKey, { minLength: 1, maxLength: 4 }), fc.integer(), (keys, value) => {
        const path = `$${keys.map((key) => `['${key.replace(/[\\']/g, '\\$&')}']`).join('')}`;
        expect(query(path, assign(path, {}, value), {})).toBe(value);
      }),
    );
  });

  it('creates missing parents, and refuses anything but an object', () => {
    expect(assign('$.a.b', { c: 1 }, 2)).toEqual({ c: 1, a: { b: 2 } });
    expect(assign('$.a[1]', { a: [1, 2] }, 3)).toEqual({ a: [1, 3] });
    for (const target of ['text', { a: 1 }, [1], null]) {
      expect(() => assign('$.a.b', target as Json, 1)).toThrow(
        expect.objectContaining({ error: 'States.ResultPathMatchFailure' }),
      );
    }
  });

  it('tells nothing found from an empty list', () => {
    const input = { items: [{ n: 1 }], none: null };
    expect(query('$.missing', input, {})).toBeUndefined();
    expect(query('$.none', input, {})).toBeNull();
    expect(query('$.none.deeper', input, {})).toBeUndefined();
    expect(query('$.items[?(@.n == 2)]', input, {})).toEqual([]);
    expect(query('$..n', input, {})).toEqual([1]);
    expect(query('$.items[-1].n', input, {})).toBe(1);
    expect(query('$.items[0:1]', input, {})).toEqual([{ n: 1 }]);
  });
});

describe('choice rules', () => {
  const input = { s: 'b', n: 2, t: '2026-01-01T00:00:00Z', yes: true, nil: null, other: { s: 'b', n: 3 } };
  it.each<[ChoiceRule, boolean]>([
    [{ Variable: '$.s', StringEquals: 'b' }, true],
    [{ Variable: '$.s', StringLessThan: 'a' }, false],
    [{ Variable: '$.s', StringGreaterThanEquals: 'b' }, true],
    [{ Variable: '$.s', StringEqualsPath: '$.other.s' }, true],
    [{ Variable: '$.n', StringEquals: '2' }, false],
    [{ Variable: '$.n', NumericEquals: 2 }, true],
    [{ Variable: '$.n', NumericLessThanPath: '$.other.n' }, true],
    [{ Variable: '$.s', NumericLessThan: 9 }, false],
    [{ Variable: '$.t', TimestampLessThan: '2026-01-01T09:00:01+09:00' }, true],
    [{ Variable: '$.t', TimestampEquals: '2026-01-01T09:00:00+09:00' }, true],
    [{ Variable: '$.yes', BooleanEquals: true }, true],
    [{ Variable: '$.nil', IsNull: true }, true],
    [{ Variable: '$.s', IsNull: false }, true],
    [{ Variable: '$.missing', IsPresent: false }, true],
    [{ Variable: '$.nil', IsPresent: true }, true],
    [{ Variable: '$.t', IsTimestamp: true }, true],
    [{ Variable: '$.s', IsTimestamp: true }, false],
    [{ Variable: '$.s', IsString: true }, true],
    [{ Variable: '$.n', IsNumeric: true }, true],
    [{ Variable: '$.yes', IsBoolean: false }, false],
    [{ Not: { Variable: '$.s', StringEquals: 'b' } }, false],
    [
      {
        And: [
          { Variable: '$.missing', IsPresent: true },
          { Variable: '$.missing', IsNull: true },
        ],
      },
      false,
    ],
    [
      {
        Or: [
          { Variable: '$.n', NumericEquals: 1 },
          { Variable: '$.n', NumericEquals: 2 },
        ],
      },
      true,
    ],
  ])('%j is %s', (rule, expected) => {
    expect(holds(rule, input, {})).toBe(expected);
  });

  it.each([
    ['log-*.txt', 'log-a.txt', true],
    ['log-*.txt', 'log-a.txt.gz', false],
    ['a\\*b', 'a*b', true],
    ['a\\*b', 'axb', false],
    ['a.c', 'abc', false],
    ['*', '', true],
  ])('StringMatches %s on %s is %s', (pattern, text, expected) => {
    expect(holds({ Variable: '$', StringMatches: pattern }, text, {})).toBe(expected);
  });

  it('fails on a variable that is not there', () => {
    expect(() => holds({ Variable: '$.missing', StringEquals: 'x' }, input, {})).toThrow("Invalid path '$.missing'");
  });
});

describe('in a machine', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await startHarness();
  });
  afterAll(() => harness.close());

  it('builds an envelope with intrinsic functions', async () => {
    const parameters = {
      'detail.$': 'States.JsonToString(States.JsonMerge($.head, States.StringToJson(\'{"v":1}\'), false))',
    };
    const output = await outputOf(harness, pass({ Parameters: parameters }), { head: { q: 'a "quoted" \\ text' } });
    expect(JSON.parse((output as { detail: string }).detail)).toEqual({ q: 'a "quoted" \\ text', v: 1 });
  });

  it('catches an intrinsic failure of a task, and says where it was', async () => {
    const { error, cause } = await runToEnd(harness, pass({ Parameters: { 'x.$': "States.StringToJson('{')" } }));
    expect(error).toBe('States.IntrinsicFailure');
    expect(cause).toMatch(/^An error occurred while executing the state 'Only' \(entered at the event id #2\)\. /);
  });
});
