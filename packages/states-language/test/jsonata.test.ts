import { describe, expect, it } from '@jest/globals';
import type { Json } from '../src/json.ts';
import { evaluateJsonata, expressionIn } from '../src/jsonata.ts';

const states = { input: { list: [1, 2, 3], name: 'a', one: [{ n: 1 }], text: '{"a":[1]}' }, context: {} };
const evaluate = (expression: string) => evaluateJsonata(expression, 'Output/x', { x: 2, states });

describe('JSONata', () => {
  it('is a text in {% %}', () => {
    expect(['{% 1 %}', '{%1%}', ' {% 1 %}', '{%', 1].map((value) => expressionIn(value))).toEqual([
      ...['1', '1'],
      ...[undefined, undefined, undefined],
    ]);
  });

  it.each<[string, Json]>([
    ['$states.input.list[$ > 1]', [2, 3]],
    ['$sum($states.input.list) + $x', 8],
    ['$states.input.one.n', 1],
    ["{'a': $states.input.name, 'l': [$states.input.one.n]}", { a: 'a', l: [1] }],
    ['$merge([$states.input.one[0], {"m": 2}])', { n: 1, m: 2 }],
    ["$contains('abc', /b./)", true],
    ['null', null],
    ['[]', []],
    ['$partition([1..5], 2)', [[1, 2], [3, 4], [5]]],
    ['$range(1, 6, 2)', [1, 3, 5]],
    ['$range(3, 1, -1)', [3, 2, 1]],
    ['$range(4, 6, 5)', 4],
    ['[$range(4, 6, 5)]', [4]],
    ["$hash('a', 'SHA-1')", '86f7e437faa5a7fce15d1ddcb9eaeaea377667b8'],
    ['$parse($states.input.text).a[0]', 1],
    ['$random(7) = $random(7)', true],
    ['$random() < 1', true],
    ['$length($uuid())', 36],
  ])('%s', async (expression, expected) => {
    expect(await evaluate(expression)).toEqual(expected);
  });

  it.each([
    ['$nothing', 'returned nothing (undefined).'],
    ['function($a) { $a }', 'returned an unsupported result type.'],
    ['[$sum]', 'returned an unsupported result type.'],
    ['$nothing(1)', 'threw an error during evaluation. T1006: Attempted to invoke a non-function'],
    ["$parse('{')", 'threw an error during evaluation. '],
    ["$hash('a', 'CRC')", '$hash does not know the algorithm "CRC".'],
    ['$range(1, 2, 0)', 'cannot step by 0'],
    ['($f := function($n) { $f($n + 1) }; $f(1))', 'threw an error during evaluation. '],
  ])('fails with States.QueryEvaluationError: %s', async (expression, reason) => {
    const failure: unknown = await evaluate(expression).catch((error: unknown) => error);
    expect(failure).toMatchObject({ error: 'States.QueryEvaluationError', location: 'Output/x' });
    const message = String((failure as Error).message);
    expect(message).toContain(`The JSONata expression '${expression}' specified for the field 'Output/x'`);
    expect(message).toContain(reason);
  });
});
