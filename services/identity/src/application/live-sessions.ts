import { type Account, isOpen } from '../domain/account.ts';
import type { Grant } from '../domain/claims.ts';
import type { SessionStore } from './sessions.ts';

/**
 * Sessions and codes as they count now: those of an account that has another password or other roles since, or is disabled,
 * have ended. So all of them end at once, however many there are.
 */
export function liveSessions(
  store: SessionStore,
  accounts: { byId(id: string): Promise<Account | undefined> },
): SessionStore {
  async function holds({ subject, epoch }: Grant): Promise<boolean> {
    const account = await accounts.byId(subject);
    return isOpen(account) && account.epoch === epoch;
  }
  return {
    ...store,
    async ofSubject(subject) {
      const sessions = await store.ofSubject(subject);
      const account = sessions.length === 0 ? undefined : await accounts.byId(subject);
      return isOpen(account) ? sessions.filter(({ grant }) => grant.epoch === account.epoch) : [];
    },
    async load(id) {
      const session = await store.load(id);
      return session === undefined || session.ended === true || (await holds(session.grant))
        ? session
        : { ...session, ended: true };
    },
    async loadCode(digest) {
      const code = await store.loadCode(digest);
      return code !== undefined && (await holds(code.grant)) ? code : undefined;
    },
  };
}
