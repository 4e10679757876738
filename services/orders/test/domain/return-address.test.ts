import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readAddress } from '../../src/domain/return-address.ts';

const token = 'AQCEAAAAKgAAAAMAAAAA/+==';

it('reads what the order decides, in whose name, and the token', () => {
  const trace = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
  expect(readAddress(`settle 01890a5d ${trace} customer:Mina Kim ${token}`)).toEqual({
    token,
    decision: {
      type: 'settle',
      context: { correlationId: '01890a5d', traceparent: trace, actor: 'customer:Mina Kim' },
    },
  });
});

it('reads a token alone as an address without a decision', () => {
  expect(readAddress(token)).toEqual({ token });
});

it('keeps token and actor whole, whatever the actor is called', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), (actor) => {
      expect(readAddress(`ship c t ${actor} ${token}`)).toMatchObject({ token, decision: { context: { actor } } });
    }),
  );
});

it('fits the envelope’s limit with the longest token and actor', () => {
  const traceparent = '0'.repeat(55);
  const address = ['confirm', '0'.repeat(36), traceparent, 'a'.repeat(256), 't'.repeat(1024)].join(' ');
  expect(address.length).toBeLessThanOrEqual(2048);
});
