import type { Call } from '@dure/contracts/binding/call';
import type { Loaded } from '../store/event-store.ts';
import {
  type Backlog,
  type BacklogLimits,
  emptyBacklog,
  isFull,
  lookedAt,
  taking,
  toLookAt,
} from '../domain/backlog.ts';

interface Orders {
  load(orderId: string): Promise<Pick<Loaded, 'order'>>;
}

export interface Admission {
  /**
   * Takes an order in by `place`, or refuses it (undefined) while those before it are decided too late: what is taken in and
   * cannot be decided in time would be rejected half a minute later.
   */
  admit<Placed extends object>(
    call: Pick<Call, 'log'>,
    whose: string,
    place: () => Promise<Placed & { readonly orderId?: string }>,
  ): Promise<Placed | undefined>;
}

/**
 * Looks at most once a second, beside a request, whether the orders that this environment took in lately are decided. Two
 * reads a second for an environment that takes in more than one order a second; none for others.
 */
export function createAdmission(orders: Orders, limits: BacklogLimits, clock: () => number = Date.now): Admission {
  let backlog: Backlog = emptyBacklog;

  async function look({ log }: Pick<Call, 'log'>): Promise<void> {
    const now = clock();
    const looked = toLookAt(backlog, now, limits);
    if (looked.length === 0) return;
    // Nobody else looks meanwhile.
    backlog = { ...backlog, lookedAt: now };
    try {
      const states = await Promise.all(looked.map((orderId) => orders.load(orderId)));
      const decided = looked.filter((_, index) => states[index]!.order.status !== 'placed');
      backlog = lookedAt(backlog, looked, decided, now);
    } catch (error) {
      log.warn('nobody knows whether orders are decided', { error });
    }
  }

  return {
    async admit(call, whose, place) {
      const looking = look(call);
      if (isFull(backlog)) {
        await looking;
        if (isFull(backlog)) return undefined;
      }
      const placed = await place();
      const { orderId } = placed;
      if (orderId !== undefined) backlog = taking(backlog, { orderId, whose, at: clock() });
      // An environment freezes after its answer, with all that is under way.
      await looking;
      return placed;
    },
  };
}
