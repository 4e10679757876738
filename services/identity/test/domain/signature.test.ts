import { generateKeyPairSync, sign, verify } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fromDer } from '../../src/domain/signature.ts';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

describe('a signature of KMS', () => {
  it('is valid as JWS has it, whatever was signed', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1 }), (message) => {
        const signature = fromDer(sign('sha256', message, privateKey));
        expect(signature.length).toBe(64);
        expect(verify('sha256', message, { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('is read where an integer is short', () => {
    const der = Buffer.from([0x30, 6, 2, 1, 5, 2, 1, 7]);
    expect([...fromDer(der)]).toEqual([...new Array<number>(31).fill(0), 5, ...new Array<number>(31).fill(0), 7]);
  });

  it.each([
    ['nothing', []],
    ['no sequence', [2, 1, 5]],
    ['one integer', [0x30, 3, 2, 1, 5]],
    ['more than two', [0x30, 9, 2, 1, 5, 2, 1, 7, 2, 1, 9]],
    ['something behind', [0x30, 6, 2, 1, 5, 2, 1, 7, 0]],
    ['an integer of another curve', [0x30, 38, 2, 33, ...new Array<number>(33).fill(1), 2, 1, 7]],
  ])('is refused: %s', (_what, bytes) => {
    expect(() => fromDer(Buffer.from(bytes))).toThrow(TypeError);
  });
});
