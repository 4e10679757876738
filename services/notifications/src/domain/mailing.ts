import type { MailKind } from './mail/wording.ts';
import type { Language } from './preferences.ts';

export type MailStatus = 'sending' | 'sent' | 'suppressed' | 'failed' | 'uncertain';

/** The record of one mail: one event, one customer. It is written before and after the mail service is called. */
export interface MailRecord {
  /** Of the event that it tells. */
  readonly id: string;
  readonly orderId: string;
  readonly customerId: string;
  readonly milestone: MailKind;
  readonly language: Language;
  readonly status: MailStatus;
  readonly reason?: string;
  readonly subject?: string;
  readonly attempts: number;
  /** How many attempts ended without a word: the mail may have gone out. */
  readonly brokenOff: number;
  /** While `sending`: until when nobody else takes it up, in milliseconds since 1970; 0 when it was given back. */
  readonly until: number;
  readonly at: string;
  readonly updatedAt: string;
  readonly version: number;
}

/** Longer than the function lives, so that a mail is never in two hands. */
export const LEASE_MS = 60_000;

/**
 * How often a mail whose attempt was broken off is tried again. Once: the mail service knows no idempotency key, so each
 * may be a mail more; without it, each may be a mail less.
 */
const MAX_BROKEN_OFF = 2;

/** News older than this are history, such as what a replay brings: it is told to nobody. */
export const MAX_AGE_MS = 3 * 86_400_000;

/** A lease that ends later than any begun now was made by a clock that is ahead, and would keep the mail back for days. */
const isLeased = (until: number, now: number): boolean => until > now && until - now <= LEASE_MS;

/**
 * Whether to send now: `claim` with the record that says so; `busy` while another does; `done` where nothing is left to
 * do; `give-up` after the last attempt was broken off as well.
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
