import { randomUUID } from 'node:crypto';
import type { Call } from '@dure/contracts/binding/call';
import { retryOnConflict } from '@dure/contracts/binding/commit';
import { type Account, registered } from '../domain/account.ts';
import { type Mail, type MailKind, mailOf } from '../domain/account-mail.ts';
import { afterwards } from './afterwards.ts';
import { tokenDigest } from './digest.ts';
import type { MailRequest, MailRequests } from './mail-requests.ts';
import { newSecret } from './new-secret.ts';

/** What the link in a mail allows: to choose the password of an account, once. */
export interface Link {
  readonly accountId: string;
  /** The account's, when the link was made: a change since then makes it worthless. */
  readonly epoch: number;
  readonly until: string;
}

export interface Links {
  put(digest: string, link: Link): Promise<void>;
  load(digest: string): Promise<Link | undefined>;
}

/** How it ended, and why: `refused` is for good, `unavailable` may end. Neither has an address in it. */
type Handed = 'sent' | { readonly refused: string } | { readonly unavailable: string };

/** Hands a mail to the mail service. @throws Error when it cannot be asked */
export type SendMail = (to: string, mail: Mail) => Promise<Handed>;

export interface MailParts {
  readonly accounts: {
    byEmail(call: Call, email: string): Promise<Account | undefined>;
    /** @throws Conflict when the address has an account */
    register(call: Call, account: Account, by: 'person' | 'operator'): Promise<void>;
  };
  readonly links: Links;
  readonly requests: MailRequests;
  readonly issuer: string;
  readonly send: SendMail;
}

const HOURS = { register: 24, invite: 24, reset: 1 } as const;

/**
 * Sends the mail that was asked for, and makes the link in it, so that the link is nowhere else. Somebody who asks for a new
 * password without an account gets none.
 */
export async function sendAccountMail(
  parts: MailParts,
  call: Call,
  requestId: string,
): Promise<{ readonly kind: MailKind | 'none'; readonly outcome: 'sent' | 'none' | 'refused' }> {
  const request = await parts.requests.load(requestId);
  if (request === undefined) return { kind: 'none', outcome: 'none' };
  const account = await accountFor(parts, call, request);
  const kind = account === undefined ? 'none' : kindOf(request, account);
  const sent = account !== undefined && kind !== 'none' ? await sendTo(parts, call, account, kind, request) : 'none';
  if (typeof sent === 'object' && 'unavailable' in sent)
    throw new Error(`The mail was not taken: ${sent.unavailable}.`);
  if (typeof sent === 'object') call.log.warn('a mail is refused for good', { kind, reason: sent.refused });
  await afterwards(call, 'removing the request of a mail', () => parts.requests.remove(requestId));
  return { kind, outcome: typeof sent === 'object' ? 'refused' : sent };
}

/** To the account's own address: what somebody has typed could be found as the same and reach somebody else. */
const sendTo = async (parts: MailParts, call: Call, account: Account, kind: MailKind, { language }: MailRequest) =>
  parts.send(account.email, mailOf(kind, language, await linkFor(parts, call, kind, account)));

/** Who registers gets an account that is closed until they come back by the link. */
const accountFor = ({ accounts }: MailParts, call: Call, { kind, email }: MailRequest): Promise<Account | undefined> =>
  retryOnConflict(async () => {
    const known = await accounts.byEmail(call, email);
    if (known !== undefined || kind !== 'register') return known;
    const account = registered(`c-${randomUUID()}`, email, ['customer']);
    await accounts.register(call, account, 'person');
    return account;
  });

function kindOf({ kind }: MailRequest, { disabled, verifiedAt }: Account): MailKind | 'none' {
  if (disabled === true) return 'none';
  if (kind === 'register') return verifiedAt === undefined ? 'register' : 'known';
  return kind;
}

async function linkFor({ links, issuer }: MailParts, call: Call, kind: MailKind, { id: accountId, epoch }: Account) {
  if (kind === 'known' || kind === 'changed') return { link: `${issuer}/account/forgot`, hours: 0 };
  const hours = HOURS[kind];
  const token = newSecret();
  const until = new Date(Date.parse(call.time) + hours * 3_600_000).toISOString();
  await links.put(tokenDigest(token), { accountId, epoch, until });
  return { link: `${issuer}/account/password?token=${token}`, hours };
}
