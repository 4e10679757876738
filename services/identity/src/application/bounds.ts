import type { Call } from '@dure/contracts/binding/call';

/** How often something may happen. It is counted anew every hour or minute (UTC). */
export interface Bound {
  readonly what: string;
  readonly most: number;
  readonly per: 'hour' | 'minute';
}

/** Counts what may not happen too often. */
export interface Bounds {
  /** Whether it may happen once more. @param whose with the bound names the counter */
  take(call: Call, bound: Bound, whose: string): Promise<boolean>;
  /** Takes back what `take` has counted in the same call, as it is not what the bound is against. */
  giveBack(call: Call, bound: Bound, whose: string): Promise<void>;
}

const SECONDS = { hour: 3_600, minute: 60 } as const;

/** How long until the bound is counted anew, in whole seconds. */
export function secondsLeft({ time }: Pick<Call, 'time'>, { per }: Bound): number {
  const length = SECONDS[per] * 1_000;
  return Math.ceil((length - (Date.parse(time) % length)) / 1_000);
}
