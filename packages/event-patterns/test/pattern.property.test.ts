import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compilePattern } from '../src/pattern.ts';
import { oracleMatches } from './pattern-oracle.ts';

// Small alphabets, so that patterns and events meet often.
const name = fc.constantFrom('a', 'b', 'c', 'a.b');
const text = fc.oneof(
  fc.string({ unit: fc.constantFrom('x', 'X', 'y', '*', '\\', 'é'), maxLength: 4 }),
  fc.constantFrom('10.0.0.1', '10.0.1.1', '192.168.0.1'),
);
const number = fc.constantFrom(-1e300, -5e9, -1.5, -1, 0, 1e-9, 0.000001, 1, 2.5, 3, 5e9, 6e9);
const scalar = fc.oneof(text, number, fc.boolean(), fc.constant(null));

const { event } = fc.letrec((tie) => ({
  value: fc.oneof({ depthSize: 'small', maxDepth: 3 }, scalar, tie('event'), tie('list')),
  list: fc.array(tie('value'), { maxLength: 3 }),
  event: fc.dictionary(name, tie('value'), { maxKeys: 3 }),
}));

const word = fc.string({ unit: fc.constantFrom('x', 'X', 'y', '*'), maxLength: 2 });
const someWord = fc.string({ unit: fc.constantFrom('x', 'X', 'y', '*'), minLength: 1, maxLength: 2 });
const literals = fc.array(fc.constantFrom('x', 'X', 'y', 'xy', 'yx', '\\*', '\\\\'), { minLength: 1, maxLength: 4 });
const glob = fc.tuple(fc.boolean(), literals, fc.boolean()).map(([before, parts, after]) => {
  return (before ? '*' : '') + parts.join('*') + (after ? '*' : '');
});
const oneOrMore = <Value>(values: fc.Arbitrary<Value>) =>
  fc.oneof(values, fc.array(values, { minLength: 1, maxLength: 2 }));
const range = fc.oneof(
  fc.tuple(fc.constantFrom('=', '<', '<=', '>', '>='), number),
  fc
    .tuple(fc.constantFrom('>', '>='), number, fc.constantFrom('<', '<='), number)
    .filter(([, bottom, , top]) => bottom < top),
);

const expression = fc.oneof(
  word.map((prefix) => ({ prefix })),
  word.map((suffix) => ({ suffix })),
  word.map((value) => ({ 'equals-ignore-case': value })),
  word.map((value) => ({ prefix: { 'equals-ignore-case': value } })),
  word.map((value) => ({ suffix: { 'equals-ignore-case': value } })),
  glob.map((wildcard) => ({ wildcard })),
  range.map((numeric) => ({ numeric })),
  fc.boolean().map((exists) => ({ exists })),
  fc.constantFrom('10.0.0.0/24', '10.0.0.0/8', '0.0.0.0/0', '192.168.0.0/31').map((cidr) => ({ cidr })),
  fc.oneof(oneOrMore(text), oneOrMore(number)).map((values) => ({ 'anything-but': values })),
  oneOrMore(someWord).map((prefix) => ({ 'anything-but': { prefix } })),
  oneOrMore(someWord).map((suffix) => ({ 'anything-but': { suffix } })),
  oneOrMore(word).map((value) => ({ 'anything-but': { 'equals-ignore-case': value } })),
  oneOrMore(glob).map((wildcard) => ({ 'anything-but': { wildcard } })),
);

const { pattern } = fc.letrec((tie) => ({
  values: fc.array(fc.oneof(scalar, expression), { minLength: 1, maxLength: 3 }),
  fields: fc.dictionary(
    name,
    fc.oneof({ maxDepth: 3 }, { weight: 2, arbitrary: tie('values') }, { weight: 1, arbitrary: tie('pattern') }),
    { minKeys: 1, maxKeys: 3 },
  ),
  branches: fc.array(tie('pattern'), { minLength: 2, maxLength: 3 }),
  pattern: fc.oneof(
    { maxDepth: 3 },
    { weight: 4, arbitrary: tie('fields') },
    {
      weight: 1,
      arbitrary: fc.tuple(tie('fields'), tie('branches')).map(([fields, $or]) => ({ ...(fields as object), $or })),
    },
  ),
}));

describe('event patterns against an independent oracle', () => {
  it('answer the same for every pattern and event', () => {
    let matched = 0;
    const runs = 5_000;
    fc.assert(
      fc.property(pattern, event, (somePattern, someEvent) => {
        const json = JSON.parse(JSON.stringify([somePattern, someEvent]));
        const expected = oracleMatches(json[0], json[1]);
        if (expected) matched++;
        expect(compilePattern(json[0])(json[1])).toBe(expected);
      }),
      { numRuns: runs },
    );
    // The comparison means something only when both answers occur.
    expect(matched).toBeGreaterThan(runs / 50);
    expect(matched).toBeLessThan(runs - runs / 50);
  });

  it('answer the same for single values and for arrays of them', () => {
    const values = fc.array(fc.oneof(scalar, expression), { minLength: 1, maxLength: 2 });
    fc.assert(
      fc.property(values, fc.oneof(scalar, fc.array(scalar, { maxLength: 3 })), (wanted, value) => {
        expect(compilePattern({ a: wanted })({ a: value })).toBe(oracleMatches({ a: wanted }, { a: value }));
      }),
      { numRuns: 10_000 },
    );
  });

  it('answer the same for wildcards', () => {
    const longer = fc.string({ unit: fc.constantFrom('x', 'y', '*', '\\'), maxLength: 8 });
    fc.assert(
      fc.property(glob, longer, (wildcard, value) => {
        const wanted = { a: [{ wildcard }] };
        expect(compilePattern(wanted)({ a: value })).toBe(oracleMatches(wanted, { a: value }));
      }),
      { numRuns: 10_000 },
    );
  });

  it('answer the same for numbers at the edges of ranges', () => {
    fc.assert(
      fc.property(range, number, (numeric, value) => {
        const wanted = { a: [{ numeric: [...numeric] }] };
        expect(compilePattern(wanted)({ a: value })).toBe(oracleMatches(wanted, { a: value }));
      }),
      { numRuns: 3_000 },
    );
  });

  it('answer the same for an array that mixes scalars and objects', () => {
    const item = fc.oneof(fc.constantFrom(0, 1), fc.record({ b: fc.constantFrom(0, 1) }));
    fc.assert(
      fc.property(fc.array(item, { maxLength: 3 }), (a) => {
        const wanted = { a: [1], 'a.b': [1] };
        expect(compilePattern(wanted)({ a })).toBe(oracleMatches(wanted, { a }));
      }),
    );
  });

  it('agree on arrays of objects, where elements must be the same', () => {
    const flag = fc.constantFrom(0, 1);
    const element = fc.record({ a: flag, b: flag, c: flag }, { requiredKeys: [] });
    const values = fc.oneof(
      flag.map((value) => [value]),
      fc.constant([{ exists: false }]),
      flag.map((value) => [value, { exists: false }]),
    );
    const fields = fc.record({ a: values, b: values, c: values }, { requiredKeys: ['a'] });
    const events = fc.record({
      p: fc.array(fc.oneof(element, fc.array(element, { maxLength: 2 })), { maxLength: 3 }),
      q: fc.array(element, { maxLength: 2 }),
    });
    fc.assert(
      fc.property(fc.record({ p: fields, q: fields }, { requiredKeys: ['p'] }), events, (somePattern, someEvent) => {
        const json = JSON.parse(JSON.stringify([somePattern, someEvent]));
        expect(compilePattern(json[0])(json[1])).toBe(oracleMatches(json[0], json[1]));
      }),
      { numRuns: 3_000 },
    );
  });
});
