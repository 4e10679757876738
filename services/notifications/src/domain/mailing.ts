import type { MailKind } from './mail/wording.ts';
import type { Language } from './preferences.ts';

export type MailStatus = 'sending' | 'sent' | 'suppressed' | 'failed' | 'uncertain';

/** The record of one mail: one event, one customer. It is written before and after the mail service is called. */
export interface MailRecord {
  /** The id of the event. */
  readonly id: string;
  readonly orderId: string;
  readonly customerId: string;
  readonly milestone: MailKind;
  readonly language: Language;
  readonly status: MailStatus;
  readonly reason?: string;
  readonly subject?: string;
  readonly attempts: number;
  /** How many attempts were interrupted: the mail may have been sent. */
  readonly brokenOff: number;
  /** While `sending`: until when no other invocation takes over, in milliseconds since 1970; 0 when it was given up. */
  readonly until: number;
  readonly at: string;
  readonly updatedAt: string;
  readonly version: number;
}

/** Longer than the function lives, so that two invocations never send the same mail. */
export const LEASE_MS = 60_000;

/**
 * The number of attempts of a mail that is interrupted. The mail service has no idempotency key, so a retry may send a
 * duplicate; without a retry, the mail may be missing.
 */
const MAX_BROKEN_OFF = 2;

/** Older events are history, such as those of a replay: no customer is notified of them. */
export const MAX_AGE_MS = 3 * 86_400_000;

/** Two invocations read their clocks at different moments, and clocks of healthy machines differ a little. */
const CLOCK_TOLERANCE_MS = 60_000;

/**
 * A lease that ends much later than one begun now comes from a clock that is ahead, and would hold the mail back for
 * days.
 */
const isLeased = (until: number, now: number): boolean => until > now && until - now <= LEASE_MS + CLOCK_TOLERANCE_MS;

/**
 * Decides whether to send now: `claim` with the record to save; `busy` while another invocation sends it; `done` when
 * nothing is left to do; `give-up` after the last attempt was interrupted too.
 */
export function claim(
  record: MailRecord,
  now: number,
): { readonly claim: MailRecord } | { readonly giveUp: MailRecord } | 'busy' | 'done' {
  if (record.status !== 'sending') return 'done';
  if (isLeased(record.until, now)) return 'busy';
  const brokenOff = record.brokenOff + (record.attempts > 0 && record.until > 0 ? 1 : 0);
  const next = { ...record, brokenOff, updatedAt: new Date(now).toISOString(), version: record.version + 1 };
  if (brokenOff >= MAX_BROKEN_OFF) return { giveUp: { ...next, status: 'uncertain', until: 0 } };
  return { claim: { ...next, attempts: record.attempts + 1, until: now + LEASE_MS } };
}
