import type { Policy } from './policy.ts';

type Settings = Policy['retry'];

/** What one environment may retry: calls fill it, retries take from it. */
export interface RetryBudget {
  tokens: number;
  at: number;
}

/** More would be saved up in quiet times and spent at once in bad ones. */
const MOST = 10;

/**
 * Begins with less than one retry, by chance: otherwise each environment that is started under load would bring one.
 */
export const openBudget = (random: () => number, now: number): RetryBudget => ({ tokens: random(), at: now });

/** A call earns its share, and the time that passed the environment's share of what the fleet may always retry. */
export function earn(budget: RetryBudget, { ratio, fleetMinPerSecond }: Settings, now: number, fleet: number): void {
  const seconds = Math.max(0, now - budget.at) / 1_000;
  budget.tokens = Math.min(MOST, budget.tokens + ratio + (seconds * fleetMinPerSecond) / fleet);
  budget.at = now;
}

/** @returns whether there was a retry left */
export function spend(budget: RetryBudget): boolean {
  if (budget.tokens < 1) return false;
  budget.tokens -= 1;
  return true;
}
