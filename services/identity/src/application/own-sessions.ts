import type { Call } from '@dure/contracts/binding/call';
import { isLive, type Session } from '../domain/session.ts';
import { endSession, type SessionStore } from './sessions.ts';

/** Where a person is signed in. */
export async function sessionsOf(sessions: SessionStore, call: Call, subject: string): Promise<readonly Session[]> {
  const now = Date.parse(call.time);
  return (await sessions.ofSubject(subject)).filter((session) => isLive(session, now));
}

/** Ends one of their own. False when they have no such session. */
export async function endOwn(sessions: SessionStore, call: Call, subject: string, id: string): Promise<boolean> {
  const session = await sessions.load(id);
  if (session === undefined || session.grant.subject !== subject || !isLive(session, Date.parse(call.time)))
    return false;
  await endSession(sessions, call, id, 'revoked');
  return true;
}

/** Each is a transaction: more at once would keep one another waiting. */
const AT_ONCE = 10;

/** Ends all of them, but for one that may stay. */
export async function endOthers(
  sessions: SessionStore,
  call: Call,
  subject: string,
  except: string | undefined,
): Promise<void> {
  // The list has a hundred: what is left shows in the next.
  for (;;) {
    const others = (await sessionsOf(sessions, call, subject)).filter(({ id }) => id !== except);
    if (others.length === 0) return;
    for (let from = 0; from < others.length; from += AT_ONCE) {
      const some = others.slice(from, from + AT_ONCE);
      await Promise.all(some.map(({ id }) => endSession(sessions, call, id, 'revoked')));
    }
  }
}
