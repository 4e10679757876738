import type { Money } from '@dure/contracts/values';
import type { Line, Order, Parcel } from '../order.ts';
import type { Language } from '../preferences.ts';
import { english } from './english.ts';
import { korean } from './korean.ts';
import { type Block, type Mail, toMail } from './layout.ts';
import { formatMoney } from './money.ts';
import type { MailKind, Wording } from './wording.ts';

const WORDINGS: Readonly<Record<Language, Wording>> = { en: english, ko: korean };

interface Details {
  readonly reason?: string;
  readonly refunded?: Money;
  readonly amount?: Money;
  readonly parcels?: readonly Parcel[];
}

/**
 * The mail for a milestone. Each mail is complete, with the goods and their prices, since the customer may not have received
 * an earlier one.
 */
export function mailOf(
  kind: MailKind,
  { order, details, language }: { readonly order: Order; readonly details: Details; readonly language: Language },
): Mail {
  const wording = WORDINGS[language];
  const money = (amount: Money | undefined) => amount && formatMoney(amount, language);
  const { subject, text } = wording.mails[kind](shortNumber(order.orderId), {
    ...(details.reason !== undefined && { reason: details.reason }),
    refunded: money(details.refunded),
    amount: money(details.amount),
  });
  const { parcels = [] } = details;
  const blocks: Block[] = [
    ...text,
    ...(parcels.length > 0 ? [{ title: wording.parcels, items: parcels.map(wording.parcel) }] : []),
    ...(order.lines ? [{ title: wording.goods, items: order.lines.map((line) => goods(line, language)) }] : []),
    ...(order.total ? [wording.total(formatMoney(order.total, language))] : []),
    ...(kind === 'shipped' || kind === 'completed' ? [wording.optional] : []),
  ];
  return toMail({ subject, language, blocks });
}

const shortNumber = (orderId: string): string => orderId.slice(-12).toUpperCase();

function goods({ sku, title, quantity, unitPrice }: Line, language: Language): string {
  const price = unitPrice && formatMoney({ ...unitPrice, amount: unitPrice.amount * quantity }, language);
  return `${quantity} × ${title ?? sku}${price === undefined ? '' : `, ${price}`}`;
}
