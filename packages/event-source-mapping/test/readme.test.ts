import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from '@jest/globals';
import { createEventSourceMappings, type EventSourceMappings } from '../src/index.ts';

const readme = readFileSync(join(import.meta.dirname, '..', 'README.md'), 'utf8');

it('the example does what its comment says', async () => {
  const [, code = '', name, body] = /^```ts\n(?:import .*\n)+([^]*?) \/\/ invokes (\w+) with the body: (\w+)\n/m.exec(
    readme,
  )!;
  const run = new Function(
    ...['DatabaseSync', 'createEventSourceMappings', 'invoked'],
    `return (async () => { ${code} return mappings; })();`,
  ) as (...all: unknown[]) => Promise<EventSourceMappings>;
  const { promise, resolve } = Promise.withResolvers<string[]>();
  const mappings = await run(DatabaseSync, createEventSourceMappings, (...call: string[]) => resolve(call));
  expect(await promise).toEqual([name, body]);
  await mappings.stop();
});
