import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, jest } from '@jest/globals';
import * as lambdaRuntime from '../src/index.ts';

const readme = readFileSync(join(import.meta.dirname, '..', 'README.md'), 'utf8');
const taskRoot = mkdtempSync(join(tmpdir(), 'dure-readme-'));
const log = jest.spyOn(console, 'log').mockImplementation(() => {});

afterAll(() => {
  log.mockRestore();
  rmSync(taskRoot, { recursive: true });
});

it('the example does what its comment says', async () => {
  writeFileSync(
    join(taskRoot, 'index.js'),
    'exports.handler = async ({ name }) => (console.log("greeting"), { text: `Hello ${name}` });',
  );
  const [, imported = '', body = '', said = ''] =
    /^```ts\nimport \{(.*)\} from '@dure\/lambda-runtime';\n([^]*?); \/\/ (\{.*\})\n/m.exec(readme)!;
  const code = body.replace('/srv/greetings', taskRoot);
  const run = new Function(
    `{${imported}}`,
    `return (async () => { ${code}; await lambda.stop(); return result; })();`,
  ) as (exported: typeof lambdaRuntime) => Promise<unknown>;
  expect(await run(lambdaRuntime)).toEqual(new Function(`return (${said});`)());
  expect(log).toHaveBeenCalledWith('greet', expect.stringContaining('greeting'));
});
