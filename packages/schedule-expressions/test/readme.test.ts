import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { parseSchedule } from '../src/index.ts';

const readme = readFileSync(join(import.meta.dirname, '..', 'README.md'), 'utf8');

it('the example does what its comment says', () => {
  const [, body = ''] = /^```ts\nimport \{ parseSchedule \} from '@dure\/schedule-expressions';\n([^]*?)^```$/m.exec(
    readme,
  )!;
  const code = body.replace(/^(.+); \/\/ (.+)$/m, 'return [$1, $2];');
  const run = new Function('parseSchedule', code) as (parse: typeof parseSchedule) => [actual: unknown, said: unknown];
  const [actual, said] = run(parseSchedule);
  expect(said).toEqual(expect.any(String));
  expect(actual).toBe(said);
});
