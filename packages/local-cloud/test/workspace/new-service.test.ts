import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import { type ReloadOptions, reloadOnSave } from '../../src/workspace/reload.ts';
import { eventually } from './harness.ts';

const root = mkdtempSync(join(tmpdir(), 'dure-services-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

it('says that a service was made which does not run yet, once', async () => {
  const folder = join(root, 'alpha');
  mkdirSync(folder);
  const told: string[] = [];
  const reloading = reloadOnSave({
    services: [{ name: 'alpha', folder, filename: 'serverless.yml', inputs: [] }],
    folders: { root, outdir: join(root, '.build') },
    tell: (message: string) => told.push(message),
    log: () => {},
  } as unknown as ReloadOptions);
  mkdirSync(join(root, 'notes'));
  const added = join(root, 'beta');
  mkdirSync(added);
  writeFileSync(join(added, 'serverless.yml'), 'service: beta\n');
  await eventually(
    () => Promise.resolve(told.length),
    (count) => count === 1,
  );
  rmSync(added, { recursive: true });
  mkdirSync(added);
  writeFileSync(join(added, 'serverless.yml'), 'service: beta\n');
  mkdirSync(join(root, 'gamma'));
  writeFileSync(join(root, 'gamma', 'serverless.ts'), '');
  await eventually(
    () => Promise.resolve(told.length),
    (count) => count === 2,
  );
  await reloading.stop();
  expect(told).toEqual(['beta is new: start again to run it', 'gamma is new: start again to run it']);
});
