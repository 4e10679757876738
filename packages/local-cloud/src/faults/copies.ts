import type { ActivePlan } from './active-plan.ts';
import type { CopiesFault } from './plan.ts';

/** How often the sandbox's next webhook is sent: 0, 1 or 2. */
export const drawWebhookCopies = (active: ActivePlan | undefined, sandbox: string): number =>
  drawCopies(active, active?.plan.sandboxes?.[sandbox]?.webhooks, `webhooks of ${sandbox}`, [
    `webhook of ${sandbox} lost`,
    `webhook of ${sandbox} sent twice`,
  ]);

/** How often the next run by a schedule is made: 0, 1 or 2. */
export const drawScheduledCopies = (active: ActivePlan | undefined): number =>
  drawCopies(active, active?.plan.schedules, 'schedules', ['scheduled run left out', 'scheduled run made twice']);

function drawCopies(
  active: ActivePlan | undefined,
  fault: CopiesFault | undefined,
  name: string,
  [never, twice]: readonly [string, string],
): number {
  if (active === undefined || fault === undefined) return 1;
  const drawn = active.draw(name)();
  if (drawn >= fault.lose + fault.repeat) return 1;
  active.count(drawn < fault.lose ? never : twice);
  return drawn < fault.lose ? 0 : 2;
}
