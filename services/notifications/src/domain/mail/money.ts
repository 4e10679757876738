import type { Money } from '@dure/contracts/values';
import type { Language } from '../preferences.ts';

/** `€25.80`, `₩1,999`: the minor units of ISO 4217 are those of Intl. */
export function formatMoney({ amount, currency }: Money, language: Language): string {
  const format = new Intl.NumberFormat(language, { style: 'currency', currency });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  return format.format(amount / 10 ** digits);
}
