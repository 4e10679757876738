import { Later } from '@dure/contracts/binding/queue';
import { Conflict } from '@dure/contracts/binding/commit';
import { mailOf } from '../domain/mail/mail.ts';
import type { Mail } from '../domain/mail/layout.ts';
import type { MailKind } from '../domain/mail/wording.ts';
import { claim, LEASE_MS, MAX_AGE_MS, type MailRecord } from '../domain/mailing.ts';
import type { Order } from '../domain/order.ts';
import { languageOf, wantsMail } from '../domain/preferences.ts';
import type { OrderMilestone } from '../messages.ts';
import type { Mails } from '../store/mails.ts';
import type { Orders } from '../store/orders.ts';
import type { PreferencesStore } from '../store/preferences.ts';

/**
 * How an attempt ended. `refused` never succeeds. `unavailable` was not accepted and may succeed later. `unanswered` may
 * or may not have been accepted.
 */
export type Attempt =
  { readonly outcome: 'sent' } | { readonly outcome: 'refused' | 'unavailable' | 'unanswered'; readonly error: Error };

/** Hands a mail to the mail service. Never rejects once the mail may have been accepted. */
export type SendMail = (to: string, mail: Mail, id: string) => Promise<Attempt>;

export interface MailDependencies {
  readonly orders: Orders;
  readonly mails: Mails;
  readonly preferences: PreferencesStore;
  readonly send: SendMail;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export type MailOutcome = 'sent' | 'suppressed' | 'failed' | 'uncertain' | 'repeated';

/** The mail cannot be sent yet: the service is down, or the order's customer is not known. */
export class NotYetSendable extends Error {
  override readonly name = 'NotYetSendable';
}

type MailMilestone = OrderMilestone & { readonly milestone: MailKind };

/** Mails the customer about a milestone, once per event; see the README for interrupted attempts. */
export async function sendOrderMail(
  mailing: MailDependencies,
  id: string,
  milestone: MailMilestone,
): Promise<MailOutcome> {
  const { orders, mails } = mailing;
  const [order, existing] = await Promise.all([orders.load(milestone.orderId), mails.load(milestone.orderId, id)]);
  const { email } = order;
  const found = existing ?? (await newRecord(mailing, order, id, milestone));
  const next = claim(found, mailing.now());
  if (next === 'done') return existing === undefined ? saved(mails, found) : 'repeated';
  if (next === 'busy') throw new Later(`The mail of ${id} is being sent.`, (found.until - mailing.now()) / 1000 + 1);
  if ('giveUp' in next) return saved(mails, next.giveUp);
  if (email === undefined) throw new NotYetSendable(`The customer of order ${milestone.orderId} is not known yet.`);
  const { orderSequence } = milestone;
  if (orderSequence !== undefined && !(await mails.begin(milestone.orderId, orderSequence, next.claim.updatedAt))) {
    return saved(mails, {
      ...next.claim,
      attempts: found.attempts,
      status: 'suppressed',
      reason: 'outdated',
      until: 0,
    });
  }
  const mail = mailOf(milestone.milestone, { order, details: milestone.details, language: next.claim.language });
  const claimed = { ...next.claim, subject: mail.subject };
  await mails.save(claimed).catch((error: unknown) => {
    throw error instanceof Conflict ? new NotYetSendable(`The mail of ${id} is being sent.`, { cause: error }) : error;
  });
  return settle(mailing, claimed, await mailing.send(email, mail, id));
}

async function newRecord(
  { preferences, now }: MailDependencies,
  { orderId, customerId, country }: Order,
  id: string,
  { milestone, at }: MailMilestone,
): Promise<MailRecord> {
  if (customerId === undefined) throw new NotYetSendable(`The customer of order ${orderId} is not known yet.`);
  const wanted = await preferences.load(customerId);
  const tooLate = now() - Date.parse(at) > MAX_AGE_MS;
  const reason = tooLate ? 'too-late' : wantsMail(wanted, milestone) ? undefined : 'opted-out';
  return {
    ...{ id, orderId, customerId, milestone, at, attempts: 0, brokenOff: 0, until: 0 },
    language: languageOf(wanted, country),
    status: reason === undefined ? 'sending' : 'suppressed',
    ...(reason !== undefined && { reason }),
    updatedAt: new Date(now()).toISOString(),
    version: reason === undefined ? 0 : 1,
  };
}

async function settle({ mails, now }: MailDependencies, claimed: MailRecord, attempt: Attempt): Promise<MailOutcome> {
  const { outcome } = attempt;
  // The claim stands until it ends: the next attempt counts it as interrupted.
  if (outcome === 'unanswered') {
    throw new Later('The mail service did not answer.', LEASE_MS / 1000 + 1, { cause: attempt.error });
  }
  const next = { ...claimed, until: 0, updatedAt: new Date(now()).toISOString(), version: claimed.version + 1 };
  if (outcome === 'sent') return saved(mails, { ...next, status: 'sent' });
  const reason = attempt.error.message.slice(0, 500);
  if (outcome === 'refused') return saved(mails, { ...next, status: 'failed', reason });
  await mails.save({ ...next, reason });
  throw new NotYetSendable(`The mail service did not accept the mail: ${reason}`, { cause: attempt.error });
}

async function saved(mails: Mails, record: MailRecord): Promise<MailOutcome> {
  await mails.save(record);
  return record.status === 'sending' ? 'repeated' : record.status;
}
