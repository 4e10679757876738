import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { assign, query, type Json } from '../src/json-path.ts';

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
