import middy from '@middy/core';
import { type Call, scheduledCall } from './call.ts';
import { type Fields, metric } from './log.ts';
import { settings, warmUp } from './middleware.ts';

/**
 * Makes the handler of a scheduled job. What it answers is logged, and each number of it is a metric; what it throws
 * fails the invocation, and the next run tries again.
 */
export function scheduled(job: string, run: (call: Call) => Promise<Fields>) {
  return middy(settings)
    .use(warmUp())
    .handler(async () => {
      const started = performance.now();
      const call = scheduledCall(job);
      try {
        const told = await run(call);
        call.log.info('job done', { ...metric(job, 'ok', performance.now() - started, numbersOf(told)), ...told });
        return told;
      } catch (error) {
        call.log.error('job failed', { ...metric(job, 'error', performance.now() - started), error });
        throw error;
      }
    });
}

const numbersOf = (told: Fields) =>
  Object.fromEntries(Object.entries(told).filter((entry): entry is [string, number] => typeof entry[1] === 'number'));
