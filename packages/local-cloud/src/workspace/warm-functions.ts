import type { Lambda } from '@dure/lambda-runtime';
import type { Service } from './service.ts';

/**
 * The functions that are not loaded ahead, by name: nobody waits for one that a schedule alone invokes, and for an authorizer
 * only the first request with a token, for some hundredths of a second.
 */
export function rarelyAwaited(services: readonly Service[]): ReadonlySet<string> {
  const names = services.flatMap(({ serverless }) => {
    const functions = serverless?.service.functions ?? {};
    const definitions = Object.values(functions);
    const scheduled = definitions.filter(
      ({ events = [] }) => events.length > 0 && events.every((event) => 'schedule' in event),
    );
    const authorizers = definitions.flatMap(({ events = [] }) => events.map(authorizerOf));
    return [...scheduled.map(({ name }) => name), ...authorizers.map((key) => functions[key ?? '']?.name)];
  });
  return new Set(names.filter((name) => name !== undefined));
}

/** The key of the function that lets the callers of an endpoint in. */
const authorizerOf = (event: object): string | undefined =>
  (event as { readonly http?: { readonly authorizer?: { readonly name?: string } } }).http?.authorizer?.name;

/** Loads each function once, one after the other, so that the first request does not wait for many cold starts. */
export function warmFunctions(
  lambda: Lambda,
  rarely: ReadonlySet<string>,
  onStop: (cleanUp: () => void) => void,
): Promise<void> {
  let stopped = false;
  onStop(() => void (stopped = true));
  const warmAll = async (): Promise<void> => {
    for (const { name } of lambda.describe()) if (!stopped && !rarely.has(name)) await lambda.warm(name);
  };
  return warmAll();
}
