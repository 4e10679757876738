import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { issueToken, readToken } from '../src/application/progress-token.ts';

const now = Date.parse('2026-01-05T09:30:00.000Z');

it('is for one order until it expires', () => {
  const token = issueToken('secret', { orderId: 'an-order' }, now + 1);
  expect(readToken('secret', token, now)).toEqual({ orderId: 'an-order' });
  const held = { orderId: 'an-order', customerId: 'c-1001' };
  expect(readToken('secret', issueToken('secret', held, now + 1), now)).toEqual(held);
  expect(readToken('secret', token, now + 1)).toBeUndefined();
  expect(readToken('another', token, now)).toBeUndefined();
});

it('is nothing once a character of it is another, or it is made up', () => {
  const token = issueToken('secret', { orderId: 'an-order' }, now + 1);
  // A signature's last character has bits that mean nothing.
  const places = fc.integer({ min: 0, max: token.length - 2 });
  fc.assert(
    fc.property(places, fc.constantFrom('A', 'z', '-', '.'), (place, character) => {
      fc.pre(token[place] !== character);
      expect(readToken('secret', token.slice(0, place) + character + token.slice(place + 1), now)).toBeUndefined();
    }),
  );
  fc.assert(fc.property(fc.string(), (made) => expect(readToken('secret', made, now)).toBeUndefined()));
});
