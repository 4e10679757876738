import { Later } from '@dure/contracts/binding/queue';
import { Conflict } from '@dure/contracts/binding/commit';
import { mailOf } from '../domain/mail/mail.ts';
import type { Mail } from '../domain/mail/layout.ts';
import type { MailKind } from '../domain/mail/wording.ts';
import { claim, LEASE_MS, MAX_AGE_MS, type MailRecord } from '../domain/mailing.ts';
import type { Order } from '../domain/order.ts';
import { languageOf, type Preferences, wantsMail } from '../domain/preferences.ts';
import type { OrderMilestone } from '../messages.ts';
import type { Mails } from '../store/mails.ts';
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
  const { mails } = mailing;
  const { orderId, customerId } = milestone;
  const { order, mail: existing, preferences } = await mails.load(orderId, id, customerId);
  const known = order.customerId === customerId ? preferences : undefined;
  const found = existing ?? (await newRecord(mailing, order, known, id, milestone));
  if (existing !== undefined) return attemptAgain(mailing, order, found, milestone);
  if (found.status !== 'sending') return saved(mails, found);
  return attemptFirst(mailing, order, found, milestone);
}

/** The first attempt is claimed with the order's mails, and its record is written only when it has ended. */
async function attemptFirst(
  mailing: MailDependencies,
  order: Order,
  found: MailRecord,
  milestone: MailMilestone,
): Promise<MailOutcome> {
  const { mails } = mailing;
  const next = claim(found, mailing.now());
  if (typeof next === 'string' || !('claim' in next)) throw new Error('A new mail can be claimed.');
  const email = addressOf(order);
  const { until, updatedAt } = next.claim;
  const begun = await mails.beginFirst(order.orderId, { id: found.id, until, now: updatedAt }, milestone.orderSequence);
  if (begun === 'outdated') return saved(mails, outdated(next.claim));
  // Another invocation claimed it, and is at it, or died.
  if (begun !== 'begun') return attemptAgain(mailing, order, { ...found, attempts: 1, until: begun.until }, milestone);
  return attempt(mailing, email, order, { ...next.claim, version: found.version }, milestone);
}

async function attemptAgain(
  mailing: MailDependencies,
  order: Order,
  found: MailRecord,
  milestone: MailMilestone,
): Promise<MailOutcome> {
  const { mails } = mailing;
  const { orderId, id } = found;
  const next = claim(found, mailing.now());
  if (next === 'done') return 'repeated';
  if (next === 'busy') throw new Later(`The mail of ${id} is being sent.`, (found.until - mailing.now()) / 1000 + 1);
  if ('giveUp' in next) return saved(mails, next.giveUp);
  const email = addressOf(order);
  const { orderSequence } = milestone;
  if (orderSequence !== undefined && !(await mails.begin(orderId, orderSequence, next.claim.updatedAt))) {
    return saved(mails, { ...outdated(next.claim), attempts: found.attempts });
  }
  await mails.save(next.claim).catch((error: unknown) => {
    throw error instanceof Conflict ? new NotYetSendable(`The mail of ${id} is being sent.`, { cause: error }) : error;
  });
  return attempt(mailing, email, order, next.claim, milestone);
}

/** Hands a claimed mail to the mail service, and records how that ended. */
async function attempt(
  mailing: MailDependencies,
  email: string,
  order: Order,
  claimed: MailRecord,
  { milestone, details }: MailMilestone,
): Promise<MailOutcome> {
  const mail = mailOf(milestone, { order, details, language: claimed.language });
  return settle(mailing, { ...claimed, subject: mail.subject }, await mailing.send(email, mail, claimed.id));
}

function addressOf({ orderId, email }: Order): string {
  if (email === undefined) throw new NotYetSendable(`The customer of order ${orderId} is not known yet.`);
  return email;
}

const outdated = (claimed: MailRecord): MailRecord => ({
  ...{ ...claimed, attempts: 0, until: 0 },
  ...{ status: 'suppressed', reason: 'outdated' },
});

async function newRecord(
  { preferences, now }: MailDependencies,
  { orderId, customerId, country }: Order,
  known: Preferences | undefined,
  id: string,
  { milestone, at }: MailMilestone,
): Promise<MailRecord> {
  if (customerId === undefined) throw new NotYetSendable(`The customer of order ${orderId} is not known yet.`);
  const wanted = known ?? (await preferences.load(customerId));
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
