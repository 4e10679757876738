import type { Call } from '@dure/contracts/binding/call';
import { Conflict } from '@dure/contracts/binding/commit';
import { type Account, verified, withPassword } from '../domain/account.ts';
import type { Language } from '../domain/account-mail.ts';
import { type WeakPassword, weaknessOf } from '../domain/new-password.ts';
import { afterwards } from './afterwards.ts';
import { tokenDigest } from './digest.ts';
import { digestOf } from './password.ts';
import type { Links } from './send-account-mail.ts';

export type PasswordReason = 'first' | 'reset' | 'changed';

export interface PasswordParts {
  readonly accounts: {
    byId(id: string): Promise<Account | undefined>;
    /**
     * Saves it with its new password, tells the person unless it is the first, and uses up the link if there was one.
     * @throws Conflict when the account was changed meanwhile, or the link was used
     */
    setPassword(call: Call, account: Account, reason: PasswordReason, linkDigest?: string): Promise<void>;
  };
  readonly attempts: { forgetAll(email: string): Promise<void> };
  readonly links: Links;
}

export interface Choice {
  /** From the link in the mail. */
  readonly token: string;
  readonly password: string;
  /** Of the mail that tells that it was changed. */
  readonly language: Language;
}

/** The account that a link is for; undefined when the link is not good, or no more. */
export async function accountOfLink({ accounts, links }: PasswordParts, call: Call, token: string) {
  const link = await links.load(tokenDigest(token));
  if (link === undefined || Date.parse(call.time) >= Date.parse(link.until)) return undefined;
  const account = await accounts.byId(link.accountId);
  return account === undefined || account.disabled === true || account.epoch !== link.epoch ? undefined : account;
}

/**
 * Sets the password of the account that a link is for. All its sessions end, as do other links, and whoever failed to sign in
 * may try again. Resolves to the account as it is then.
 */
export async function choosePassword(
  parts: PasswordParts,
  call: Call,
  { token, password, language }: Choice,
): Promise<Account | 'gone' | WeakPassword> {
  const account = await accountOfLink(parts, call, token);
  if (account === undefined) return 'gone';
  const weakness = weaknessOf(password, account.email);
  if (weakness !== undefined) return weakness;
  const changed = withPassword(verified(account, call.time, language), await digestOf(password));
  try {
    const reason = account.verifiedAt === undefined ? 'first' : 'reset';
    await parts.accounts.setPassword(call, changed, reason, tokenDigest(token));
  } catch (error) {
    if (error instanceof Conflict) return 'gone';
    throw error;
  }
  await afterwards(call, 'forgetting failed sign-ins', () => parts.attempts.forgetAll(account.email));
  return changed;
}
