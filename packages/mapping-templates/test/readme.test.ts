import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { compileTemplate } from '../src/index.ts';

const readme = readFileSync(join(import.meta.dirname, '..', 'README.md'), 'utf8');

it('the example does what its comment says', () => {
  const [, body = ''] = /^```ts\nimport \{ compileTemplate \} from '@dure\/mapping-templates';\n([^]*?)^```$/m.exec(
    readme,
  )!;
  const code = body.replace(/^(.+); \/\/ (.+)$/m, 'return [$1, $2];');
  const run = new Function('compileTemplate', code) as (compile: typeof compileTemplate) => [unknown, unknown];
  const [actual, said] = run(compileTemplate);
  expect(said).toEqual(expect.any(String));
  expect(actual).toBe(said);
});
