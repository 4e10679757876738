import { Currency, type Money } from '@dure/contracts/values';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fromStripe, toStripe } from '../../src/providers/stripe/amounts.ts';

const money = (amount: number, currency: string) => ({ amount, currency }) as Money;

describe('Stripe’s amounts', () => {
  it.each([
    ['two digits', 'USD', 1999, 1999],
    ['two digits', 'HUF', 1045, 1045],
    ['two digits', 'TWD', 80_045, 80_045],
    ['none', 'JPY', 500, 500],
    ['none', 'KRW', 1999, 1999],
    ['none, and Stripe two', 'ISK', 5, 500],
    ['none, and Stripe two', 'UGX', 5, 500],
    ['two, and Stripe none', 'MGA', 500, 5],
    ['three', 'KWD', 5120, 5120],
    ['three', 'TND', 10, 10],
  ])('%s: %s %i is %i', (_, currency, amount, said) => {
    expect(toStripe(money(amount, currency))).toEqual({ amount: said, currency: currency.toLowerCase() });
    expect(fromStripe(said, currency.toLowerCase())).toEqual(money(amount, currency));
  });

  it.each([
    ['KWD', 5124, 'in steps of 10 minor units'],
    ['BHD', 1, 'in steps of 10 minor units'],
    ['MGA', 250, 'in steps of 100 minor units'],
    ['IQD', 1000, 'does not support IQD'],
    ['LYD', 1000, 'does not support LYD'],
  ])('rejects %s %i instead of rounding it', (currency, amount, why) => {
    expect(toStripe(money(amount, currency))).toEqual({ inexpressible: expect.stringContaining(why) });
  });

  it('rejects amounts that Stripe cannot mean', () => {
    expect(() => fromStripe(550, 'isk')).toThrow('not a whole number');
  });

  it('survive a round trip, in every currency', () => {
    const currency = fc.constantFrom(...(Currency.def.entries ? Object.values(Currency.def.entries) : []));
    fc.assert(
      fc.property(currency, fc.nat({ max: 1_000_000_000 }), (code, amount) => {
        const said = toStripe(money(amount, code));
        if ('inexpressible' in said) return said.inexpressible.length <= 200;
        expect(fromStripe(said.amount, said.currency)).toEqual(money(amount, code));
        return Number.isSafeInteger(said.amount);
      }),
    );
  });
});
