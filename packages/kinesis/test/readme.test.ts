import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from '@jest/globals';
import { createKinesis } from '../src/index.ts';

const readme = readFileSync(join(import.meta.dirname, '..', 'README.md'), 'utf8');

it('the example does what its comment says', async () => {
  const [, code = '', shown = '', said = ''] = /^```ts\n(?:import .*\n)+([^]*?)^(.*); \/\/ (.*)\n```/m.exec(readme)!;
  const run = new Function('DatabaseSync', 'createKinesis', `return (async () => { ${code} return ${shown}; })()`) as (
    ...modules: unknown[]
  ) => Promise<unknown>;
  expect(await run(DatabaseSync, createKinesis)).toBe(Number(said));
});
