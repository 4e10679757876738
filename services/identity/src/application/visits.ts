import { randomUUID } from 'node:crypto';
import type { Call } from '@dure/contracts/binding/call';
import type { Account } from '../domain/account.ts';
import type { Origin } from '../domain/origin.ts';
import { refreshTokenOf, textOf } from '../domain/refresh-token.ts';
import { isLive, type Session } from '../domain/session.ts';
import { tokenDigest } from './digest.ts';
import { newSecret } from './new-secret.ts';
import type { SessionStore } from './sessions.ts';

/** What the pages of the account are called where an application would be. No client has this name, so none gets tokens by it. */
export const ACCOUNT_PAGES = 'account';

/** Somebody who leaves a browser to others leaves them the account for no longer than this. */
export const VISIT_SECONDS = 900;

/**
 * Begins a visit of the pages of the account: a short session, which is in the list and ends like any other. Resolves to what
 * the browser keeps.
 */
export async function beginVisit(
  sessions: SessionStore,
  call: Call,
  { id: subject, roles, epoch }: Account,
  origin: Origin,
): Promise<string> {
  const [id, secret] = [randomUUID(), newSecret()];
  const session: Session = {
    ...{ id, origin, startedAt: call.time, current: tokenDigest(secret), repeats: 0, spent: [], version: 1 },
    grant: { subject, clientId: ACCOUNT_PAGES, roles, epoch, scopes: [], session: id },
    until: new Date(Date.parse(call.time) + VISIT_SECONDS * 1_000).toISOString(),
  };
  await sessions.begin(call, session);
  return textOf({ session: id, secret });
}

/** The visit that a browser is on; undefined when there is none, or no more. */
export async function visitOf(sessions: SessionStore, call: Call, kept: string): Promise<Session | undefined> {
  const given = refreshTokenOf(kept);
  const session = given && (await sessions.load(given.session));
  if (given === undefined || session === undefined || session.grant.clientId !== ACCOUNT_PAGES) return undefined;
  return isLive(session, Date.parse(call.time)) && session.current === tokenDigest(given.secret) ? session : undefined;
}
