import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Json, JsonObject } from '../src/json.ts';
import { assign, query, queryOrFail } from '../src/json-path.ts';

const NOTHING = { context: {}, variables: {} };

describe('paths', () => {
  const anyKey = fc.oneof(fc.string({ minLength: 1 }), fc.constantFrom('__proto__', 'constructor', 'a'));

  it('finds what was put at any reference path', () => {
    fc.assert(
      fc.property(fc.array(anyKey, { minLength: 1, maxLength: 4 }), fc.integer(), (keys, value) => {
        const path = `$${keys.map((key) => `['${key.replace(/[\\']/g, '\\$&')}']`).join('')}`;
        expect(query(path, assign(path, {}, value), NOTHING)).toBe(value);
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

  const items: JsonObject[] = [{ a: { b: 1 } }, { a: 1, x: null }, { a: { b: '1' } }, { n: 5, s: 'one two', l: [] }];
  it.each<[string, Json]>([
    ['$[?(@.a.b == 1)]', [items[0]!, items[2]!]],
    ['$[?(@.a.b === 1)]', [items[0]!]],
    ['$[?(@.x == null)]', [items[1]!]],
    ['$[?(@.x)]', [items[1]!]],
    ['$[?(!@.a)].n', [5]],
    ['$[?(@.n in [4, 5])].n', [5]],
    ["$[?(@.s nin ['one two'])]", items.slice(0, 3)],
    ['$[?(@.n == $[3].n)].s', ['one two']],
    ['$[?(@.n > 4 && (@.n <= 5 || @.a))].s', ['one two']],
    ['$[?(@.n > 5 || @.s == "one two")].n', [5]],
    ['$[?(@.s =~ /ONE .*/i)].n', [5]],
    ['$[?(@.s =~ /one/)].n', []],
    ['$[?(@.l empty true)].n', [5]],
    ['$[?(@.s size 7)].n', [5]],
    ["$[?(@.s contains 'two')].n", [5]],
    ['$[?(@.n < "6")].n', []],
    ['$.[?(@.n)].n', [5]],
    ['$[3]["n","s"]', { n: 5, s: 'one two' }],
    ['$[-1,0].n', [5]],
    ['$[-2:].n', [5]],
    ['$..b', [1, '1']],
    ['$..[?(@.b)].b', [1, '1']],
    ['$[0][*][*]', [1]],
    ['$[3].*', [5, 'one two', []]],
    ['$.none[*]', []],
    ['$[3][?(@.n == 5)].n', [5]],
  ])('%s', (path, expected) => {
    expect(query(path, items, NOTHING)).toEqual(expected);
  });

  it('takes quotation marks and backslashes in names as they are', () => {
    expect(query(`$['Test\\""Name"']`, { 'Test\\""Name"': 1 }, NOTHING)).toBe(1);
    expect(query(`$['it\\'s']`, { "it's": 1 }, NOTHING)).toBe(1);
  });

  it('says where a path ends that leads nowhere', () => {
    const input = { a: { b: 1 } };
    expect(() => queryOrFail('$.a.c', input, NOTHING)).toThrow(
      "Invalid path '$.a.c' : No results for path: $['a']['c']",
    );
    expect(() => queryOrFail('$.a.c.d.e', input, NOTHING)).toThrow("Missing property in path $['a']['c']");
    expect(() => queryOrFail('$none', input, NOTHING)).toThrow('No results for path: $none');
  });

  it('reads variables and the context object', () => {
    const scope = { context: { Execution: { Name: 'e' } }, variables: { list: [{ n: 1 }], $: 2 } };
    expect(query('$list[0].n', {}, scope)).toBe(1);
    expect(query('$list[?(@.n == 1)].n', {}, scope)).toEqual([1]);
    expect(query('$$.Execution.Name', {}, scope)).toBe('e');
    expect(query('$other', {}, scope)).toBeUndefined();
    expect(query('$other[*]', {}, scope)).toEqual([]);
  });

  it('tells nothing found from an empty list', () => {
    const input = { items: [{ n: 1 }], none: null };
    expect(query('$.missing', input, NOTHING)).toBeUndefined();
    expect(query('$.none', input, NOTHING)).toBeNull();
    expect(query('$.none.deeper', input, NOTHING)).toBeUndefined();
    expect(query('$.items[?(@.n == 2)]', input, NOTHING)).toEqual([]);
    expect(query('$..n', input, NOTHING)).toEqual([1]);
    expect(query('$.items[-1].n', input, NOTHING)).toBe(1);
    expect(query('$.items[0:1]', input, NOTHING)).toEqual([{ n: 1 }]);
  });
});
