import { scheduledCall, type Call } from './call.ts';
import { lambda, logged } from './lambda.ts';
import type { Fields } from './log.ts';

/**
 * Makes the handler of a scheduled job. Its result is logged, and each number in it is a metric. An error fails the
 * invocation; the next run tries again.
 *
 * @example
 * ```ts
 * import { scheduled } from '@dure/contracts/binding/scheduled';
 *
 * export const handler = scheduled('sweep', async (call) => {
 *   call.log.debug('looking for overdue reservations');
 *   return { overdue: await Promise.resolve(0) };
 * });
 * ```
 */
export const scheduled = (job: string, run: (call: Call) => Promise<Fields>) =>
  lambda(() => {
    const call = scheduledCall(job);
    return logged(
      call,
      'job',
      job,
      () => run(call),
      (result) => result,
    );
  });
