import type { Reason } from '@dure/compatibility';
import { daysAfter } from './live-set.ts';

/** Excuses what would block, for a time. */
export interface Override {
  readonly id: string;
  readonly stage: string;
  readonly contract: string;
  readonly consumer?: string | undefined;
  readonly provider?: string | undefined;
  readonly who: string;
  readonly why: string;
  readonly until: string;
  readonly actor: string;
  readonly recordedAt: string;
}

export const MAX_OVERRIDE_DAYS = 30;

/** What is wrong with the end of an override; undefined when nothing is. */
export function untilFault(until: string, now: string): string | undefined {
  const latest = daysAfter(now, MAX_OVERRIDE_DAYS);
  const end = Date.parse(until);
  if (end <= Date.parse(now)) return 'must be in the future';
  return end > Date.parse(latest) ? `must be within ${MAX_OVERRIDE_DAYS} days, by ${latest}` : undefined;
}

export const inForce = ({ until }: Override, now: string): boolean => Date.parse(until) > Date.parse(now);

/** Whether an override excuses a reason. */
export const excuses = ({ contract, consumer, provider }: Override, reason: Reason): boolean =>
  reason.contract === contract &&
  (consumer === undefined || reason.consumer?.service === consumer) &&
  (provider === undefined || reason.provider?.service === provider);
