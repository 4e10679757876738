import { usualPriority } from '../domain/priority.ts';
import { momentOf, nextMonth, type Plan } from '../domain/rate-limit.ts';
import type { UsageStore } from '../store/usage.ts';

/** What each of these clients has asked for in the month of `now` (epoch in milliseconds). */
export async function usageOf(
  store: Pick<UsageStore, 'usageOf'>,
  usual: Plan,
  clients: readonly string[],
  now: number,
) {
  const { month } = momentOf(now);
  const resetsAt = new Date(nextMonth(now)).toISOString();
  return Promise.all(
    clients.map(async (client) => {
      const { plan = usual, used, days } = await store.usageOf(client, month);
      const remaining = Math.max(0, plan.perMonth - used);
      return {
        client,
        plan: { ...plan, priority: plan.priority ?? usualPriority(client) },
        month: { used, remaining, resetsAt, days: [...days] },
      };
    }),
  );
}
