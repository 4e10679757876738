import { decodeCursor, encodeCursor } from '@dure/contracts/binding/cursor';
import * as z from 'zod/mini';
import type { MailRecord } from '../domain/mailing.ts';
import type { Mails } from '../store/mails.ts';

export interface MailQuery {
  readonly customerId?: string;
  readonly orderId?: string;
  readonly cursor?: string;
  readonly limit: number;
}

/** Where a page ends, and which list it belongs to. */
const Place = z.strictObject({ before: z.string().check(z.minLength(1), z.maxLength(100)), list: z.string() });

/** Lists the mails of an order or of a customer, newest first; with both, those of an order that is the customer's. */
export async function listMails(
  mails: Mails,
  { customerId, orderId, cursor, limit }: MailQuery,
): Promise<{ mails: readonly MailRecord[]; next?: string } | { rejected: 'invalid-cursor' }> {
  const list = orderId === undefined ? `customer ${customerId}` : `order ${orderId}`;
  const place = cursor === undefined ? undefined : decodeCursor(Place, cursor);
  if (cursor !== undefined && place?.list !== list) return { rejected: 'invalid-cursor' };
  const range = { before: place?.before, limit };
  const { mails: found, end } = await (orderId === undefined
    ? mails.ofCustomer(customerId ?? '', range)
    : mails.ofOrder(orderId, range));
  const theirs = found.filter((mail) => customerId === undefined || mail.customerId === customerId);
  return { mails: theirs, next: end === undefined ? undefined : encodeCursor({ before: end, list }) };
}
