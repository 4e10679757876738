import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from '@jest/globals';
import { createSqs } from '@dure/sqs';
import { createSns } from '../src/index.ts';

const readme = readFileSync(join(import.meta.dirname, '..', 'README.md'), 'utf8');

it('the example does what its comment says', () => {
  const [, code = '', shown = '', said = ''] = /^```ts\n(?:import .*\n)+([^]*?)^(.*); \/\/ (.*)\nsqs\.stop/m.exec(
    readme,
  )!;
  const program = `${code} const shown = ${shown}; sqs.stop(); return shown;`;
  const run = new Function('DatabaseSync', 'createSns', 'createSqs', program) as (...modules: unknown[]) => unknown;
  expect(run(DatabaseSync, createSns, createSqs)).toBe(Number(said));
});
