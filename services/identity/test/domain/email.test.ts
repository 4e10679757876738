import { Email } from '@dure/contracts/values';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { folded, isEmail } from '../../src/domain/email.ts';

const someText = fc.oneof(
  fc.emailAddress(),
  fc.string({ unit: 'binary' }),
  fc.tuple(fc.string({ unit: 'grapheme' }), fc.domain()).map(([name, domain]) => `${name}@${domain}`),
);

describe('an e-mail address', () => {
  it('is what the contract shows, and nothing else', () => {
    fc.assert(fc.property(someText, (text) => isEmail(text) === Email.safeParse(text).success));
  });

  it('is the same in capitals and with spaces around it', () => {
    fc.assert(
      fc.property(fc.emailAddress(), (email) => {
        expect(folded(` ${email.toUpperCase()} `)).toBe(folded(email));
      }),
    );
  });

  it('is not another one’s because a letter of another alphabet looks like it', () => {
    expect(folded('\u212Aim@example.com')).not.toBe(folded('kim@example.com'));
  });
});
