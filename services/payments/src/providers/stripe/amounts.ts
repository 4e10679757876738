import type { Money } from '@dure/contracts/values';

/*
 * Amounts here are minor units of ISO 4217. Stripe uses the same, with these exceptions.
 * Sources: https://docs.stripe.com/currencies#zero-decimal, #three-decimal, #special-cases
 * https://www.six-group.com/en/products-services/financial-information/data-standards.html (ISO 4217, list one)
 */

/** No minor unit in ISO 4217; Stripe expects hundredths whose last two digits are 0. */
const HUNDREDTHS: readonly string[] = ['ISK', 'UGX'];

/** Two digits in ISO 4217; Stripe expects whole units. */
const WHOLE: readonly string[] = ['MGA'];

/** Three digits in both; Stripe's partners only accept 0 as the last digit. */
const TENS: readonly string[] = ['BHD', 'JOD', 'KWD', 'OMR', 'TND'];

/** Three digits in ISO 4217; Stripe does not document how many it accepts. */
const UNKNOWN: readonly string[] = ['IQD', 'LYD'];

export type StripeAmount = { readonly amount: number; readonly currency: string } | { readonly inexpressible: string };

/** Converts an amount to Stripe's, or explains why that is impossible: it is never rounded. */
export function toStripe({ amount, currency }: Money): StripeAmount {
  const code = currency.toLowerCase();
  if (UNKNOWN.includes(currency)) return { inexpressible: `Stripe does not support ${currency}` };
  if (HUNDREDTHS.includes(currency)) return { amount: amount * 100, currency: code };
  const step = WHOLE.includes(currency) ? 100 : TENS.includes(currency) ? 10 : 1;
  if (amount % step !== 0) {
    return { inexpressible: `Stripe accepts ${currency} in steps of ${step} minor units, not ${amount}` };
  }
  return { amount: WHOLE.includes(currency) ? amount / 100 : amount, currency: code };
}

/** Converts Stripe's amount to minor units of ISO 4217. @throws Error when it is not a whole number of them */
export function fromStripe(amount: number, code: string): Money {
  const currency = code.toUpperCase();
  if (HUNDREDTHS.includes(currency)) {
    if (amount % 100 !== 0)
      throw new Error(`Stripe reports ${amount} ${currency}, which is not a whole number of units.`);
    return { amount: amount / 100, currency } as Money;
  }
  return { amount: WHOLE.includes(currency) ? amount * 100 : amount, currency } as Money;
}
