import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { sealFor } from '../src/seal.ts';

const [KEY, NEW_KEY] = [randomBytes(32).toString('hex'), randomBytes(32).toString('hex')];
const USE = ['orders', 'ListOrders.v1', 'c-1001'];
const { seal, open } = sealFor(KEY, USE);

describe('a sealed text', () => {
  it('opens as what it was, in characters that a URL takes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (text) => {
        const sealed = seal(text);
        expect(sealed).toMatch(/^[A-Za-z0-9_-]+$/);
        expect(open(sealed)).toBe(text);
      }),
    );
  });

  it('shows nothing of what it is, and is the same for the same', () => {
    const text = '{"pk":"CUSTOMER#c-1001","sk":"2026-11-30"}';
    const bytes = Buffer.from(seal(text), 'base64url');
    expect(bytes.includes('c-1001')).toBe(false);
    expect(bytes.length).toBe(text.length + 28);
    expect(seal(text)).toBe(seal(text));
    expect(seal(`${text} `).slice(0, 16)).not.toBe(seal(text).slice(0, 16));
  });

  it('opens for the same list and caller only', () => {
    const sealed = seal('here');
    const others = [
      ['orders', 'ListOrders.v2', 'c-1001'],
      ['orders', 'ListOrders.v1', 'c-1002'],
      ['orders', 'ListOrders.v1', ''],
      ['shipping', 'ListOrders.v1', 'c-1001'],
      ['orders', 'ListOrders.v1c-1001', ''],
      ['orders","ListOrders.v1', 'c-1001'],
    ];
    expect(others.map((use) => sealFor(KEY, use).open(sealed))).toEqual(others.map(() => undefined));
  });

  it('does not open with any change: a bit, a character less or more, another spelling', () => {
    const bytes = Buffer.from(seal('{"after":"x"}'), 'base64url');
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      expect(open(changed.toString('base64url'))).toBeUndefined();
    }
    const sealed = bytes.toString('base64url');
    for (let length = 0; length < sealed.length; length += 1) expect(open(sealed.slice(0, length))).toBeUndefined();
    expect([`${sealed}A`, `${sealed}=`, `${sealed}\n`, ` ${sealed}`].map(open)).toEqual(Array(4).fill(undefined));
  });

  it('is nothing that a stranger invents', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => open(text) === undefined));
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (some) => {
        return open(Buffer.from(some).toString('base64url')) === undefined;
      }),
    );
  });
});

describe('a change of the key', () => {
  it('lets both keys open, and the first one seal', () => {
    const both = sealFor(`${NEW_KEY} ${KEY}`, USE);
    expect(both.open(seal('old'))).toBe('old');
    expect(sealFor(NEW_KEY, USE).open(both.seal('new'))).toBe('new');
    expect(open(both.seal('new'))).toBeUndefined();
  });

  it('closes what an old key sealed when that is gone', () => {
    expect(sealFor(NEW_KEY, USE).open(seal('old'))).toBeUndefined();
  });

  it.each(['', 'short', `${KEY} short`])('refuses the keys "%s"', (keys) => {
    expect(() => sealFor(keys, USE)).toThrow('A key of cursors has 32 characters at least.');
  });
});
