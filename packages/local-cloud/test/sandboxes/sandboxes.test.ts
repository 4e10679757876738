import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import { NOBODY_ELSE } from '@dure/local-http/access-rules';
import { createFaults } from '../../src/faults/faults.ts';
import { parsePlan } from '../../src/faults/plan.ts';
import { readDeclaration } from '../../src/sandboxes/declaration.ts';
import { createSandboxes } from '../../src/sandboxes/sandboxes.ts';
import { prepareSurroundings } from '../../src/sandboxes/surroundings.ts';

const ALPHA = join(import.meta.dirname, '..', 'fixtures', 'workspace', 'services', 'alpha');
const dataDir = mkdtempSync(join(tmpdir(), 'dure-sandboxes-'));
const faults = createFaults();
const stops: (() => Promise<void>)[] = [];

afterAll(async () => {
  for (const stop of stops) await stop();
  rmSync(dataDir, { recursive: true });
});

function place() {
  const sandboxes = createSandboxes({ dataDir, callers: NOBODY_ELSE, log: () => undefined, faults });
  stops.push(sandboxes.stop);
  const parameters = new Map<string, string>();
  const ssm = {
    get: (name: string) => parameters.get(name),
    put: (name: string, value: string) => void parameters.set(name, value),
  };
  return { sandboxes, parameters, ssm, stage: 'local', serviceUrl: 'http://localhost:1/alpha/local' };
}

it('starts what a service declares, and says where its webhooks go', async () => {
  const { parameters, ...rest } = place();
  parameters.set('/dure/local/alpha/account', 'mine');
  await prepareSurroundings(readDeclaration('alpha', ALPHA), { ...rest });
  const url = rest.sandboxes.urls()['bank'] ?? '';
  const secret = parameters.get('/dure/local/alpha/bank-secret');
  expect(Object.fromEntries(parameters)).toEqual({
    '/dure/local/alpha/account': 'mine',
    '/dure/local/alpha/bank-secret': expect.stringMatching(/^whsec_.{44}$/),
    '/dure/local/alpha/bank-url': url,
  });
  const response = await fetch(`${url}/v1/transfers`);
  expect(await response.json()).toEqual({
    path: '/v1/transfers',
    webhook: { url: 'http://localhost:1/alpha/local/v1/echo/bank', secret },
    dataDir: join(dataDir, 'sandbox-bank'),
  });
});

it('passes faults on to it by its name', async () => {
  const { sandboxes } = place();
  await sandboxes.start(readDeclaration('alpha', ALPHA));
  const status = async () => (await fetch(`${sandboxes.urls()['bank']}/`)).status;
  await faults.follow(parsePlan({ sandboxes: { bank: { down: 1 } } }), {});
  expect([await status(), faults.describe().injected]).toEqual([503, { 'bank was down': 1 }]);
  faults.end();
  expect(await status()).toBe(200);
});

it.each([
  ['a module that is not there', './none.ts', "Cannot find module './none.ts'"],
  ['a module that starts nothing', './other.mjs', 'The sandbox bank: ./other.mjs does not export startSandbox.'],
])('refuses %s', async (_, module, reason) => {
  writeFileSync(join(dataDir, 'other.mjs'), 'export const start = 1;\n');
  const sandbox = { name: 'bank', module, urlParameter: 'bank-url' };
  const declaration = { service: 'beta', folder: dataDir, sandboxes: [sandbox], parameters: {} };
  await expect(place().sandboxes.start(declaration)).rejects.toThrow(reason);
});

it('refuses a name that another service has', async () => {
  const { sandboxes } = place();
  const declaration = readDeclaration('alpha', ALPHA);
  await sandboxes.start(declaration);
  await expect(sandboxes.start({ ...declaration, service: 'beta' })).rejects.toThrow(
    'The sandbox bank is declared by alpha already.',
  );
});

it.each([
  [
    'start',
    'export const startSandbox = () => new Promise(() => {});',
    'The sandbox bank did not start within 0.05 seconds.',
  ],
  [
    'accept its webhook',
    `import { createServer } from 'node:http';
export const startSandbox = async () => {
  const server = createServer(() => {});
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const stop = async () => void (server.closeAllConnections(), server.close());
  return { endpoint: 'http://127.0.0.1:' + server.address().port, stop };
};`,
    'The sandbox bank does not accept its webhook: The operation was aborted due to timeout',
  ],
])('does not wait for ever for one that does not %s', async (_, source, reason) => {
  const folder = mkdtempSync(join(dataDir, 'slow-'));
  writeFileSync(join(folder, 'slow.mjs'), source);
  const sandboxes = createSandboxes({
    ...{ dataDir: folder, callers: NOBODY_ELSE, faults, log: () => undefined },
    startWithinMs: 50,
  });
  stops.push(sandboxes.stop);
  const webhook = { path: '/v1/bank', secretParameter: 'bank-secret', registerAt: '/webhook' };
  const sandbox = { name: 'bank', module: './slow.mjs', urlParameter: 'bank-url', webhook };
  const declaration = { service: 'beta', folder, sandboxes: [sandbox], parameters: { 'bank-secret': 'one' } };
  await expect(prepareSurroundings(declaration, { ...place(), sandboxes, registerWithinMs: 50 })).rejects.toThrow(
    reason,
  );
});
