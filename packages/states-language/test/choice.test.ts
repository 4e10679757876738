import { describe, expect, it } from '@jest/globals';
import { holds, type ChoiceRule } from '../src/choice.ts';

const NOTHING = { context: {}, variables: {} };

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
    expect(holds(rule, input, NOTHING)).toBe(expected);
  });

  it.each([
    ['log-*.txt', 'log-a.txt', true],
    ['log-*.txt', 'log-a.txt.gz', false],
    ['a\\*b', 'a*b', true],
    ['a\\*b', 'axb', false],
    ['a.c', 'abc', false],
    ['*', '', true],
  ])('StringMatches %s on %s is %s', (pattern, text, expected) => {
    expect(holds({ Variable: '$', StringMatches: pattern }, text, NOTHING)).toBe(expected);
  });

  it('fails on a variable that is not there', () => {
    expect(() => holds({ Variable: '$.missing', StringEquals: 'x' }, input, NOTHING)).toThrow(
      "Invalid path '$.missing'",
    );
  });
});
