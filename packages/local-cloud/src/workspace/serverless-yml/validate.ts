import type { Locate } from './location.ts';

interface Validated {
  readonly service: { validate(): Promise<unknown> };
}

/** `at 'functions.api.events.0': …`, and the name of what is not known there. */
const PLACE = /at '([^']+)'(: unrecognized property '([^']+)')?/g;
const ROOT = /at root: unrecognized property '([^']+)'/g;
const ADVICE = /\n\nLearn more about[^]*$/;

/**
 * Checks a service's configuration by the framework's own schema, as each command of the framework does.
 * @throws Error with the framework's words, and the places that they are about
 */
export async function validateConfiguration({ service }: Validated, locate: Locate): Promise<void> {
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
