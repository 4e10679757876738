import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { client } from '@dure/contracts/binding/client';
import { required } from '@dure/contracts/binding/environment';
import { GetStage } from '@dure/contracts/registry';
import { expect, it } from '@jest/globals';
import { openMesh } from '../src/mesh.ts';

const readme = readFileSync(join(import.meta.dirname, '..', 'README.md'), 'utf8');

it('the example makes a client of a contract', () => {
  Object.assign(process.env, { URL_OF_THINGS: 'http://127.0.0.1:9' });
  const [, code = ''] = /^```ts\n(?:import .*\n)+([^]*?)^```/m.exec(readme)!;
  const names = ['client', 'required', 'GetThing', 'openMesh'];
  const run = new Function(...names, `${code.replace("['size']", "['deployments']")} return getThing;`) as (
    ...modules: unknown[]
  ) => unknown;
  expect(run(client, required, GetStage, openMesh)).toBeInstanceOf(Function);
});
