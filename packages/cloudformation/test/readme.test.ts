import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { resolveValue } from '../src/resolver.ts';
import { createScope } from '../src/scope.ts';

const readme = readFileSync(join(import.meta.dirname, '..', 'README.md'), 'utf8');

it('the example does what its comment says', () => {
  const [, code = '', shown = '', said = ''] = /^```ts\n(?:import .*\n)+([^]*?)^(.*); \/\/ '(.*)'\n/m.exec(readme)!;
  const run = new Function('resolveValue', 'createScope', `${code} return ${shown};`) as (...all: unknown[]) => unknown;
  expect(run(resolveValue, createScope)).toBe(said);
});
