import { isShed, type Priority } from '../domain/priority.ts';
import { momentOf, remaining, type Tally } from '../domain/rate-limit.ts';
import type { Counter, Counting } from './count-requests.ts';

export interface Admission {
  /**
   * Counts a request, of a client if it is known.
   * @param priority of a client whose plan says none
   */
  admit(client: string | undefined, priority: Priority): Counting | Promise<Counting>;
}

/** All clients together are counted by the same means as one. */
export const EVERYBODY = 'everybody';

const UNCOUNTED: Counting = { headers: {} };

/**
 * Counts each request against its client's plan, and against what all clients together may ask for. Near that limit the lowest
 * class is refused first. What is refused for it takes nothing of a client's plan, as soon as the environment knows.
 */
export function createAdmission(clients: Counter, all: Counter, clock: () => number = Date.now): Admission {
  const shed = (): Counting => {
    const { windowEnds } = momentOf(clock());
    return { headers: {}, refused: { code: 'too-many-requests', retryAfter: windowEnds } };
  };

  return {
    admit(client, priority) {
      const known = client === undefined ? undefined : clients.known(client);
      const everybody = all.known(EVERYBODY);
      if (isOver(everybody, 1, known?.plan.priority ?? priority)) return shed();
      const counting = client === undefined ? UNCOUNTED : clients.count(client);
      if (!(counting instanceof Promise) && counting.refused !== undefined) return counting;
      const together = all.count(EVERYBODY);
      const conclude = (own: Counting, { refused, tally }: Counting): Counting => {
        if (own.refused !== undefined) return own;
        const isLate = refused !== undefined || isOver(tally, 0, own.tally?.plan.priority ?? priority);
        return isLate ? shed() : own;
      };
      if (counting instanceof Promise || together instanceof Promise) {
        return Promise.all([counting, together]).then((counted) => conclude(...counted));
      }
      return conclude(counting, together);
    },
  };
}

function isOver(tally: Tally | undefined, more: number, priority: Priority): boolean {
  if (tally === undefined) return false;
  const { perMinute } = tally.plan;
  return isShed(priority, perMinute - remaining(tally).perMinute + more, perMinute);
}
