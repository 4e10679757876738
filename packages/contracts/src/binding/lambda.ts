import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import type { Call } from './call.ts';
import { type Fields, loaded, metric } from './log.ts';

/**
 * Makes a Lambda handler. It answers the event of the usual warm-up plugins at once, and sets no timer: Lambda's
 * time-out is the deadline.
 *
 * @example
 * ```ts
 * import { lambda } from '@dure/contracts/binding/lambda';
 *
 * export const handler = lambda((event: { readonly name: string }) => Promise.resolve(`Hello ${event.name}`));
 * ```
 */
export function lambda<Event, Result>(handle: (event: Event, context: Context) => Promise<Result>) {
  loaded();
  return middy<Event, Result>({ timeoutEarlyInMillis: 0 })
    .before(({ event }) => (isWarmUp(event) ? 'warm' : undefined))
    .handler(handle);
}

const isWarmUp = (event: unknown): boolean =>
  (event as { readonly source?: unknown } | null)?.source === 'serverless-plugin-warmup';

/** Runs a job or step and logs how it ended, with its metrics. What it throws is logged and thrown again. */
export async function logged<Result>(
  { log }: Call,
  kind: 'job' | 'step',
  name: string,
  run: () => Promise<Result>,
  fieldsOf: (result: Result) => Fields = () => ({}),
): Promise<Result> {
  const started = performance.now();
  try {
    const result = await run();
    const fields = fieldsOf(result);
    log.info(`${kind} done`, { ...metric(name, 'ok', performance.now() - started, numbersOf(fields)), ...fields });
    return result;
  } catch (error) {
    log.error(`${kind} failed`, { ...metric(name, 'error', performance.now() - started), error });
    throw error;
  }
}

const numbersOf = (fields: Fields): Record<string, number> =>
  Object.fromEntries(Object.entries(fields).filter((entry): entry is [string, number] => typeof entry[1] === 'number'));
