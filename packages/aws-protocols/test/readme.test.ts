import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openServer } from '@dure/local-http/server';
import { expect, it } from '@jest/globals';
import { AwsError } from '../src/aws-error.ts';
import { createAwsJsonClient } from '../src/aws-json-client.ts';
import { awsJsonServerOptions } from '../src/aws-json.ts';

const readme = readFileSync(join(import.meta.dirname, '..', 'README.md'), 'utf8');

it('the example does what its comment says', async () => {
  const [, code = '', call = '', said = ''] = /^```ts\n(?:import .*\n)+([^]*?)^(await .*); \/\/ (.*)\n/m.exec(readme)!;
  const run = new Function(
    '{ AwsError, awsJsonServerOptions, createAwsJsonClient, openServer }',
    `return (async () => {
      ${code}
      const shown = ${call};
      client.close();
      await server.close();
      return shown;
    })();`,
  ) as (modules: object) => Promise<unknown>;
  const shown = await run({ AwsError, awsJsonServerOptions, createAwsJsonClient, openServer });
  expect(shown).toEqual(new Function(`return (${said});`)());
});
