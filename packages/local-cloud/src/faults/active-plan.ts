import { setTimeout as delay } from 'node:timers/promises';
import type { FaultPlan } from './plan.ts';
import { type Draw, createDraws } from './seeded-random.ts';

/** The plan that holds at the moment, with what it has drawn and done so far. */
export interface ActivePlan {
  readonly plan: FaultPlan;
  /** A sequence of random numbers of its own for each name. */
  draw(name: string): Draw;
  /** True with this probability. */
  chance(name: string, probability: number): boolean;
  /** Counts a fault that was injected. */
  count(fault: string): void;
  counts(): Readonly<Record<string, number>>;
  /** Waits, in milliseconds, or until the plan is withdrawn. */
  pause(milliseconds: number): Promise<void>;
  withdraw(): void;
}

export function activate(plan: FaultPlan): ActivePlan {
  const draws = createDraws(plan.seed);
  const counts = new Map<string, number>();
  const withdrawn = new AbortController();
  return {
    plan,
    draw: draws,
    chance: (name, probability) => draws(name)() < probability,
    count: (fault) => void counts.set(fault, (counts.get(fault) ?? 0) + 1),
    counts: () => Object.fromEntries([...counts].sort()),
    async pause(milliseconds) {
      if (milliseconds === 0) return;
      await delay(milliseconds, undefined, { signal: withdrawn.signal }).catch(() => undefined);
    },
    withdraw: () => withdrawn.abort(),
  };
}
