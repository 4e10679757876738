import fc from 'fast-check';
import { describe, expect, it } from '@jest/globals';
import { MAX_PASSWORD, MIN_PASSWORD, weaknessOf } from '../../src/domain/new-password.ts';

const email = 'mina.park@example.com';

describe('a new password', () => {
  it('is judged by its characters, not by how many bytes or code units they take', () => {
    expect(weaknessOf('🐎🔋🧷🐎🔋🧷🦊🐢🐙🐝🐌', email)).toBe('short');
    expect(weaknessOf('🐎🔋🧷🐎🔋🧷🦊🐢🐙🐝🐌🐞', email)).toBeUndefined();
    expect(weaknessOf('말이건전지를물고달린다정말로', email)).toBeUndefined();
  });

  it('of usual characters may be anything between the least and the most', () => {
    const words = fc.array(fc.constantFrom('horse', 'battery', 'staple', '말', 'Zug!'), {
      minLength: 4,
      maxLength: 12,
    });
    fc.assert(
      fc.property(words, (some) => {
        const password = `${some.join(' ')} tangerine 42`;
        expect(weaknessOf(password, email)).toBeUndefined();
      }),
    );
  });

  it('is never too short and taken, or too long and taken', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200, unit: 'grapheme' }), (password) => {
        const { length } = [...password.normalize('NFKC')];
        if (length < MIN_PASSWORD) expect(weaknessOf(password, email)).toBe('short');
        if (length > MAX_PASSWORD) expect(weaknessOf(password, email)).toBe('long');
      }),
    );
  });

  it.each([
    'abcdefghijkl',
    'zyxwvutsrqponm',
    '0987654321098',
    'asdfghjklzxcv',
    'mina.parkmina.park',
    'MINA.PARK12'.padEnd(12, '1'),
  ])('is not one that is soon guessed: %s', (password) => {
    expect(weaknessOf(password, email)).toBe('guessable');
  });
});
