import type { ActivePlan } from './active-plan.ts';

export type Company = 'provider' | 'carrier';

/** What becomes of a request to a company outside; without a `fault` all goes well. */
export interface Outside {
  readonly fault?: 'down' | 'lie';
  /** The answer comes late by so many milliseconds. */
  readonly afterMs: number;
}

const FINE: Outside = { afterMs: 0 };

export function drawOutside(active: ActivePlan | undefined, company: Company): Outside {
  const plan = active?.plan[company];
  if (active === undefined || plan === undefined) return FINE;
  const drawn = active.draw(company)();
  if (drawn < plan.down + plan.lie) {
    const fault = drawn < plan.down ? 'down' : 'lie';
    active.count(`${company} ${fault === 'down' ? 'was down' : 'denied what it did'}`);
    return { fault, afterMs: 0 };
  }
  if (drawn >= plan.down + plan.lie + plan.slow) return FINE;
  active.count(`${company} was slow`);
  return { afterMs: Math.ceil(active.draw(`${company} is slow`)() * plan.slowMs) };
}
