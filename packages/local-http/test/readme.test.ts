import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import * as accessRules from '../src/access-rules.ts';
import * as respond from '../src/respond.ts';
import * as server from '../src/server.ts';

const readme = readFileSync(join(import.meta.dirname, '..', 'README.md'), 'utf8');

it('the example does what its comment says', async () => {
  const [, code = '', said = ''] = /^```ts\n(?:import .*\n)+([^]*?)await answer\.json\(\); \/\/ (.*)\n/m.exec(readme)!;
  const run = new Function(
    '{ ownHost, sendJson, openServer }',
    `return (async () => { ${code} const shown = await answer.json(); await server.close(); return shown; })();`,
  ) as (modules: object) => Promise<unknown>;
  expect(await run({ ...accessRules, ...respond, ...server })).toEqual(new Function(`return (${said});`)());
});
