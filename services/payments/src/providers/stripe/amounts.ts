import type { Money } from '@dure/contracts/values';

/*
 * Amounts here are minor units of ISO 4217. Stripe's are the same but for these.
 * Sources: https://docs.stripe.com/currencies#zero-decimal, #three-decimal, #special-cases
 * https://www.six-group.com/en/products-services/financial-information/data-standards.html (ISO 4217, list one)
 */

/** No minor unit in ISO 4217; Stripe takes hundredths, of which the last two digits must be 0. */
const HUNDREDTHS: readonly string[] = ['ISK', 'UGX'];

/** Two digits in ISO 4217; Stripe takes whole units. */
const WHOLE: readonly string[] = ['MGA'];

/** Three digits in both; Stripe's partners take no last digit but 0. */
const TENS: readonly string[] = ['BHD', 'JOD', 'KWD', 'OMR', 'TND'];

/** Three digits in ISO 4217; Stripe does not say how many it takes. */
const UNKNOWN: readonly string[] = ['IQD', 'LYD'];

export type StripeAmount = { readonly amount: number; readonly currency: string } | { readonly inexpressible: string };

/** An amount as Stripe takes it, or why it cannot be said to Stripe: it is never rounded. */
export function toStripe({ amount, currency }: Money): StripeAmount {
  const code = currency.toLowerCase();
  if (UNKNOWN.includes(currency)) return { inexpressible: `Stripe takes no ${currency}` };
  if (HUNDREDTHS.includes(currency)) return { amount: amount * 100, currency: code };
  const step = WHOLE.includes(currency) ? 100 : TENS.includes(currency) ? 10 : 1;
  if (amount % step !== 0) {
    return { inexpressible: `Stripe takes ${currency} in steps of ${step} minor units, and ${amount} is none` };
  }
  return { amount: WHOLE.includes(currency) ? amount / 100 : amount, currency: code };
}

/** What Stripe says, in minor units of ISO 4217. @throws Error when they cannot say it */
export function fromStripe(amount: number, code: string): Money {
  const currency = code.toUpperCase();
  if (HUNDREDTHS.includes(currency)) {
    if (amount % 100 !== 0) throw new Error(`Stripe says ${amount} ${currency}, which is no whole number of units.`);
    return { amount: amount / 100, currency } as Money;
  }
  return { amount: WHOLE.includes(currency) ? amount * 100 : amount, currency } as Money;
}
