import type { Grant } from './claims.ts';
import type { Origin } from './origin.ts';

/** A sign-in that goes on by refresh tokens. Of the tokens it has digests alone. */
export interface Session {
  readonly id: string;
  readonly grant: Grant;
  readonly startedAt: string;
  /** Until when it goes on at most, if that is not as long as a sign-in. */
  readonly until?: string | undefined;
  readonly origin?: Origin | undefined;
  /** The token that is good now. */
  readonly current: string;
  /** Its predecessor, which is good for a moment longer, and when it was replaced. */
  readonly previous?: string | undefined;
  readonly replacedAt?: string | undefined;
  /** What makes the successor of a token, the same for each that asks with it. */
  readonly salt?: string | undefined;
  readonly repeats: number;
  /** The tokens before those: whoever has one has stolen it, or it was stolen from them. */
  readonly spent: readonly string[];
  /** Counts changes. */
  readonly version: number;
  readonly ended?: boolean | undefined;
}

/** A page in several tabs, or an answer that was lost: the same refresh again is no theft. */
const GRACE_MS = 30_000;
const MAX_REPEATS = 10;
const MAX_SPENT = 50;

/** A sign-in ends after this long, however often it is refreshed. */
export const SESSION_SECONDS = 30 * 86_400;

/** When it ends by itself, in milliseconds since 1970. */
export const endOf = ({ startedAt, until }: Session): number =>
  until === undefined ? Date.parse(startedAt) + SESSION_SECONDS * 1_000 : Date.parse(until);

/** Whether it goes on. */
export const isLive = (session: Session, now: number): boolean => session.ended !== true && now < endOf(session);

export type Refresh = 'replace' | 'repeat' | 'theft' | 'unknown';

/** What the digest of a presented token means. */
export function refreshOf(session: Session, digest: string, now: number): Refresh {
  if (!isLive(session, now)) return 'unknown';
  if (digest === session.current) return 'replace';
  if (digest === session.previous) {
    const late = now - Date.parse(session.replacedAt ?? session.startedAt) > GRACE_MS;
    return late || session.repeats >= MAX_REPEATS ? 'theft' : 'repeat';
  }
  return session.spent.includes(digest) ? 'theft' : 'unknown';
}

/** The session after its token was replaced. */
export function replaced(session: Session, next: { digest: string; salt: string }, at: string): Session {
  const { current, previous, spent, version } = session;
  const before = previous === undefined ? spent : [...spent, previous].slice(-MAX_SPENT);
  return {
    ...session,
    ...{ current: next.digest, previous: current, salt: next.salt, replacedAt: at, repeats: 0, spent: before },
    version: version + 1,
  };
}

export const repeated = (session: Session): Session => ({
  ...session,
  repeats: session.repeats + 1,
  version: session.version + 1,
});
