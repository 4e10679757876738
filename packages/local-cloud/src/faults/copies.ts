import type { ActivePlan } from './active-plan.ts';

const COUNTED = {
  webhooks: ['webhook lost', 'webhook sent twice'],
  schedules: ['scheduled run left out', 'scheduled run made twice'],
} as const;

/** How often the next webhook is sent, or the next run by a schedule is made: 0, 1 or 2. */
export function drawCopies(active: ActivePlan | undefined, of: keyof typeof COUNTED): number {
  const plan = active?.plan[of];
  if (active === undefined || plan === undefined) return 1;
  const drawn = active.draw(of)();
  if (drawn >= plan.lose + plan.repeat) return 1;
  const [never, twice] = COUNTED[of];
  active.count(drawn < plan.lose ? never : twice);
  return drawn < plan.lose ? 0 : 2;
}
