import type { Serverless } from '../serverless.ts';
import type { Locate } from './location.ts';
import { relevantSchema } from './relevant-schema.ts';

type Validated = Pick<Serverless, 'configSchemaHandler' | 'service'>;

/** `at 'functions.api.events.0': …`, and the name of what is not known there. */
const PLACE = /at '([^']+)'(: unrecognized property '([^']+)')?/g;
const ROOT = /at root: unrecognized property '([^']+)'/g;
const ADVICE = /\n\nLearn more about[^]*$/;

/**
 * Checks a service's configuration by the framework's own schema, as each command of the framework does.
 * @throws Error with the framework's words, and the places that they are about
 */
export async function validateConfiguration(serverless: Validated, locate: Locate): Promise<void> {
  const { service, configSchemaHandler } = serverless;
  const { initialServerlessConfig: initial, functions, resources } = service;
  // The framework relaxes the schema of another provider, which is refused later, and reads all of it for that.
  if (isForAws(configSchemaHandler.schema)) {
    configSchemaHandler.schema = relevantSchema(configSchemaHandler.schema, [initial, functions, resources]);
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
      .replace(ROOT, (words, name: string) => `${words} (${locate([name])})`);
    throw new Error(placed, { cause: error });
  }
}

const isForAws = ({ properties }: { readonly properties?: unknown }): boolean =>
  (properties as { provider: { properties: { name?: unknown } } }).provider.properties.name !== undefined;
