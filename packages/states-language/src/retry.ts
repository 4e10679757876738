import type { Retrier } from './definition.ts';
import { matchesError, type StateError } from './state-error.ts';

/**
 * The seconds to wait before the failed state is tried again, or undefined when it is not. Only the first retrier that
 * covers the error counts; `used` holds how often each was used in this visit of the state.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html#error-handling-retrying-after-an-error
 */
export function retryDelay(
  retriers: readonly Retrier[],
  used: Map<number, number>,
  failure: StateError,
): number | undefined {
  const index = retriers.findIndex((retrier) => matchesError(retrier.ErrorEquals, failure));
  const retrier = retriers[index];
  if (retrier === undefined) return undefined;
  const attempts = used.get(index) ?? 0;
  if (attempts >= (retrier.MaxAttempts ?? 3)) return undefined;
  used.set(index, attempts + 1);
  const delay = (retrier.IntervalSeconds ?? 1) * (retrier.BackoffRate ?? 2) ** attempts;
  const limited = Math.min(delay, retrier.MaxDelaySeconds ?? Infinity);
  return retrier.JitterStrategy === 'FULL' ? Math.random() * limited : limited;
}
