import type { Serverless } from '../serverless.ts';
import type { Locate } from './location.ts';
import { relevantSchema } from './relevant-schema.ts';

type Validated = Pick<Serverless, 'configSchemaHandler' | 'service'>;

/** `at 'functions.api.events.0': …`, and the name of what is not known there. */
const PLACE = /at '([^']+)'(: unrecognized property '([^']+)')?/g;
const ROOT = /at root: unrecognized property '([^']+)'/g;
/** What the framework says of a schedule that is neither `rate(…)` nor six fields in `cron(…)`. */
const SCHEDULE = /at '[^']*\.schedule\b[^\n]*(?:unsupported string format|must match pattern)[^\n]*/g;
const ADVICE = /\n\nLearn more about[^]*$/;

/** What decides which part of the framework's schema a service needs. */
export const usedBy = ({ service: { initialServerlessConfig, functions, resources } }: Validated): unknown => [
  initialServerlessConfig,
  functions,
  resources,
];

/**
 * Checks a service's configuration by the framework's own schema, as each command of the framework does.
 * @param uses what this service uses of it, and others that are to share its validator
 * @throws Error with the framework's words, and the places that they are about
 */
export async function validateConfiguration(serverless: Validated, locate: Locate, uses: unknown): Promise<void> {
  const { service, configSchemaHandler } = serverless;
  // The framework relaxes the schema of another provider, which is refused later, and reads all of it for that.
  if (isForAws(configSchemaHandler.schema)) {
    configSchemaHandler.schema = relevantSchema(configSchemaHandler.schema, uses);
  }
  try {
    await service.validate();
  } catch (error) {
    const { message } = error as Error;
    const placed = message
      .replace(ADVICE, '')
      .replace(PLACE, (words, path: string, _rest, name?: string) => {
        const keys = [...path.split('.'), ...(name === undefined ? [] : [name])];
        return `${words} (${locate(keys)})`;
      })
      .replace(ROOT, (words, name: string) => `${words} (${locate([name])})`)
      .replace(
        SCHEDULE,
        "$&. AWS's cron has six fields: cron(0 8 ? * MON-FRI *). Others are rate(5 minutes), and at(…).",
      );
    throw new Error(placed, { cause: error });
  }
}

const isForAws = ({ properties }: { readonly properties?: unknown }): boolean =>
  (properties as { provider: { properties: { name?: unknown } } }).provider.properties.name !== undefined;
