import type { Language } from './account-mail.ts';

/** Somebody who signs in. */
export interface Account {
  /** The `sub` of its tokens: a customer's id, or `u-…` of staff. */
  readonly id: string;
  /** As the person has written it. */
  readonly email: string;
  /** The argon2id digest; none before the person has followed the link in the first mail. */
  readonly password?: string | undefined;
  readonly roles: readonly string[];
  /** When the person has shown that the mails reach them. Until then the account is kept for a day. */
  readonly verifiedAt?: string | undefined;
  readonly disabled?: boolean | undefined;
  /** When an operator made it: it then waits for its person as long as it takes. */
  readonly invitedAt?: string | undefined;
  /** Of mails, as of the page on which the person chose a password. */
  readonly language?: Language | undefined;
  /** Counts what ends every session and link from before: another password, other roles, a disabled account. */
  readonly epoch: number;
  /** Counts changes, each of which is an event. */
  readonly version: number;
}

/** How long a registration waits for its link to be followed. */
export const UNVERIFIED_SECONDS = 86_400;

/** A new account, which nobody can sign in to yet. */
export const registered = (id: string, email: string, roles: readonly string[]): Account => ({
  ...{ id, email: email.trim(), roles, epoch: 0, version: 1 },
});

/** The account with another password, which ends what was begun with the one before. */
export const withPassword = (account: Account, password: string): Account => ({
  ...account,
  password,
  epoch: account.epoch + 1,
  version: account.version + 1,
});

/** The account after its person has come back by the link in a mail, which shows that the address is theirs. */
export const verified = (account: Account, at: string, language: Language): Account => ({
  ...account,
  language,
  verifiedAt: account.verifiedAt ?? at,
});

/** What an operator decides about an account. */
export interface Decision {
  readonly roles?: readonly string[] | undefined;
  readonly disabled?: boolean | undefined;
}

/** The account after an operator's decision, which ends its sessions; the same one when that changes nothing. */
export function decided(
  account: Account,
  { roles = account.roles, disabled = account.disabled === true }: Decision,
): Account {
  const same = roles.toSorted().join() === account.roles.toSorted().join() && disabled === (account.disabled === true);
  return same ? account : { ...account, roles, disabled, epoch: account.epoch + 1, version: account.version + 1 };
}

/** Whether it is of somebody who works here. */
export const isStaff = ({ roles }: Account): boolean => roles.some((role) => role !== 'customer');

/** Whether somebody may sign in to it. */
export const isOpen = (account: Account | undefined): account is Account =>
  account?.verifiedAt !== undefined && account.disabled !== true;
