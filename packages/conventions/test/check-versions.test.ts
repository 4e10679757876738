import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { checkVersions } from '../src/check-versions.mjs';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function repository(versions: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'dure-versions-'));
  folders.push(root);
  writeFileSync(
    join(root, 'package.json'),
    JSON.stringify({ name: 'root', private: true, workspaces: ['packages/*'] }),
  );
  for (const [name, zod] of Object.entries(versions)) {
    mkdirSync(join(root, 'packages', name), { recursive: true });
    writeFileSync(join(root, 'packages', name, 'package.json'), JSON.stringify({ name, dependencies: { zod } }));
  }
  return root;
}

test('accepts one version of a package', () => {
  expect(checkVersions(repository({ orders: '4.6.7', payments: '4.6.7' })).consistent).toBe(true);
});

test('finds two versions of a package, and names it', () => {
  const { consistent, output } = checkVersions(repository({ orders: '4.6.7', payments: '4.6.6' }));
  expect(consistent).toBe(false);
  expect(output).toContain('zod');
});
