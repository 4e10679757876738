import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decideStock, evolveStock, initialStock, MAX_ON_HAND } from '../../src/domain/stock.ts';

const stock = { ...initialStock('MUG'), onHand: 10, reserved: 4, version: 3, sequence: 2 };
const time = '2026-01-05T09:30:00.000Z';

describe('a count', () => {
  it('replaces what is on hand', () => {
    expect(decideStock({ type: 'count', onHand: 7 }, stock)).toEqual({
      sku: 'MUG',
      onHand: 7,
      previousOnHand: 10,
      cause: 'count',
    });
  });

  it('may be all that is reserved, but not less', () => {
    expect(decideStock({ type: 'count', onHand: 4 }, stock)).toMatchObject({ onHand: 4 });
    expect(decideStock({ type: 'count', onHand: 3 }, stock)).toBe('less-than-reserved');
  });
});

describe('a receipt', () => {
  it('adds to what is on hand', () => {
    expect(decideStock({ type: 'receive', quantity: 5 }, stock)).toMatchObject({ onHand: 15, cause: 'receipt' });
  });

  it('is rejected beyond the maximum', () => {
    const full = { ...stock, onHand: MAX_ON_HAND };
    expect(decideStock({ type: 'receive', quantity: 1 }, full)).toBe('too-much-stock');
  });
});

it('never leaves reserved goods uncovered, and numbers changes and events one by one', () => {
  const command = fc.oneof(
    fc.record({ type: fc.constant('count' as const), onHand: fc.nat(50) }),
    fc.record({ type: fc.constant('receive' as const), quantity: fc.integer({ min: 1, max: 50 }) }),
  );
  fc.assert(
    fc.property(fc.array(command), fc.nat(20), (commands, reserved) => {
      let now = { ...initialStock('MUG'), onHand: reserved, reserved };
      for (const next of commands) {
        const decided = decideStock(next, now);
        if (typeof decided === 'string') continue;
        const after = evolveStock(now, decided, time);
        expect(after.onHand).toBeGreaterThanOrEqual(after.reserved);
        expect([after.version, after.sequence]).toEqual([now.version + 1, now.sequence + 1]);
        now = after;
      }
    }),
  );
});
