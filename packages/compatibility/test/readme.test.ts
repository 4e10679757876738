import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import * as compatibility from '../src/index.ts';

const readme = readFileSync(join(import.meta.dirname, '..', 'README.md'), 'utf8');

it('the example does what its comments say', () => {
  const [, imported = '', body = ''] = /^```ts\nimport \{(.*)\} from '@dure\/compatibility';\n([^]*?)^```$/m.exec(
    readme,
  )!;
  const checked = body.replace(/^(.+); \/\/ (.+)$/gm, 'shown.push([$1, $2]);');
  const run = new Function(`{${imported}}`, `const shown = [];\n${checked}\nreturn shown;`) as (
    exported: typeof compatibility,
  ) => [actual: unknown, said: unknown][];
  const shown = run(compatibility);
  expect(shown).toHaveLength(5);
  for (const [actual, said] of shown) expect(actual).toEqual(said);
});
