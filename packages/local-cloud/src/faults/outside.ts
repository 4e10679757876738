import type { ActivePlan } from './active-plan.ts';

/** What becomes of a request to a sandbox; without a `fault` all goes well. */
export interface Outside {
  readonly fault?: 'down' | 'lie';
  /** The answer comes late by so many milliseconds. */
  readonly afterMs: number;
}

/** What a sandbox asks before it answers; all goes well until there is a plan. */
export interface SandboxFaults {
  request(): Outside;
  /** How often the next webhook is sent: 0, 1 or 2. */
  webhookCopies(): number;
}

const FINE: Outside = { afterMs: 0 };

export function drawOutside(active: ActivePlan | undefined, sandbox: string): Outside {
  const plan = active?.plan.sandboxes?.[sandbox];
  if (active === undefined || plan === undefined) return FINE;
  const drawn = active.draw(sandbox)();
  if (drawn < plan.down + plan.lie) {
    const fault = drawn < plan.down ? 'down' : 'lie';
    active.count(`${sandbox} ${fault === 'down' ? 'was down' : 'denied what it did'}`);
    return { fault, afterMs: 0 };
  }
  if (drawn >= plan.down + plan.lie + plan.slow) return FINE;
  active.count(`${sandbox} was slow`);
  return { afterMs: Math.ceil(active.draw(`${sandbox} is slow`)() * plan.slowMs) };
}
