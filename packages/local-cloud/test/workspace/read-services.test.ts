import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from '@jest/globals';
import { collectFailures } from '../../src/workspace/failures.ts';
import { type Kept, readServices } from '../../src/workspace/read-services.ts';
import { findServices } from '../../src/workspace/service.ts';

const MODULES = join(import.meta.dirname, '..', '..', '..', '..', 'node_modules');
const folders: string[] = [];

afterEach(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true, force: true, maxRetries: 5 })));

const kept = {
  ssm: { find: (name: string) => (name === '/kept' ? { type: 'String', value: 'kept' } : undefined) },
  store: {
    find: (name: string) => (name === 'kept' ? { outputs: [{ OutputKey: 'Out', OutputValue: 'x' }] } : undefined),
  },
} as unknown as Kept;

/** What the environment of the service `asks` is read as, beside one that makes a parameter and an output. */
async function read(environment: Readonly<Record<string, string>>): Promise<unknown> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'dure-read-')));
  folders.push(root);
  symlinkSync(MODULES, join(root, 'node_modules'), 'junction');
  const service = (name: string, more: object): void => {
    const configuration = { service: name, provider: { name: 'aws', runtime: 'nodejs24.x' }, ...more };
    mkdirSync(join(root, 'services', name), { recursive: true });
    writeFileSync(join(root, 'services', name, 'serverless.json'), JSON.stringify(configuration));
  };
  service('asks', { functions: { f: { handler: 'h.handler', environment } } });
  service('makes', {
    functions: { f: { handler: 'h.handler' } },
    resources: {
      Resources: { P: { Type: 'AWS::SSM::Parameter', Properties: { Name: '/made', Type: 'String', Value: 'v' } } },
      Outputs: { Out: { Value: 'o' } },
    },
  });
  const services = findServices(root, 'local');
  await readServices(
    services,
    kept,
    collectFailures(() => {}),
  );
  expect(services.map(({ reason }) => reason)).toEqual([undefined, undefined]);
  return services[0]!.serverless!.service.functions['f']!.environment;
}

it.each([
  ['that a service makes', "${ssm:/made, 'instead'}", '{{resolve:serverless-ssm:/made}}'],
  ['that an earlier start made', "${ssm:/kept, 'instead'}", '{{resolve:serverless-ssm:/kept}}'],
  ['that nothing makes', "${ssm:/none, 'instead'}", 'instead'],
  ['that nothing makes, and another', '${ssm:/none, ssm:/made}', '{{resolve:serverless-ssm:/made}}'],
  ['that nothing makes, nor the others', "${ssm:/none, ssm:/no, cf:no.Out, 'instead'}", 'instead'],
])('takes a parameter %s', async (_, variable, value) => {
  expect(await read({ IT: variable })).toEqual({ IT: value });
});

it.each([
  ['that a service makes', "${cf:makes-local.Out, 'instead'}", '{{resolve:serverless-cf:makes-local.Out}}'],
  [
    'that the framework adds',
    "${cf:makes-local.ServiceEndpoint, 'instead'}",
    '{{resolve:serverless-cf:makes-local.ServiceEndpoint}}',
  ],
  ['that an earlier start made', "${cf:kept.Out, 'instead'}", '{{resolve:serverless-cf:kept.Out}}'],
  ['of a stack that there is not', "${cf:none.Out, 'instead'}", 'instead'],
  ['that its stack does not have', "${cf:makes-local.None, cf:kept.None, 'instead'}", 'instead'],
])('takes an output %s', async (_, variable, value) => {
  expect(await read({ IT: variable })).toEqual({ IT: value });
});

it('leaves what has nothing instead to whoever needs it', async () => {
  const environment = { ONE: '${ssm:/none}', TWO: '${cf:none.Out}' };
  const references = { ONE: '{{resolve:serverless-ssm:/none}}', TWO: '{{resolve:serverless-cf:none.Out}}' };
  expect(await read(environment)).toEqual(references);
});
