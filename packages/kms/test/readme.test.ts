import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from '@jest/globals';
import { createKms } from '../src/index.ts';

const readme = readFileSync(join(import.meta.dirname, '..', 'README.md'), 'utf8');

it('the example does what its comment says', () => {
  const [, code = '', shown = '', said = ''] = /^```ts\n(?:import .*\n)+([^]*?)^(.*); \/\/ '(.*)'\n```/m.exec(readme)!;
  const run = new Function('DatabaseSync', 'createKms', `${code} return ${shown};`) as (
    ...modules: unknown[]
  ) => unknown;
  expect(run(DatabaseSync, createKms)).toBe(said);
});
