import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';

const root = mkdtempSync(join(tmpdir(), 'dure-install-'));
const log = join(root, 'log');
const npm = join(root, 'npm-cli.js');
const busy = join(root, '.local', 'installing');

/** What npm does, without the network: removes node_modules and notes at the end what is there. */
const NPM = `
const { appendFileSync, mkdirSync, rmSync, writeFileSync } = require('node:fs');
appendFileSync(${JSON.stringify(log)}, 'begins ');
rmSync('node_modules', { recursive: true, force: true });
setTimeout(() => {
  mkdirSync('node_modules');
  writeFileSync('node_modules/.package-lock.json', '{"packages":{}}');
  appendFileSync(${JSON.stringify(log)}, 'ends ');
}, 300);
`;

cpSync(join(import.meta.dirname, '..', 'lib'), join(root, 'scripts', 'lib'), { recursive: true });
writeFileSync(join(root, 'package.json'), '{}');
writeFileSync(join(root, 'package-lock.json'), '{"packages":{}}');
writeFileSync(npm, NPM);
afterAll(() => rmSync(root, { recursive: true, force: true }));

async function install(): Promise<number | null> {
  const url = new URL(`file://${join(root, 'scripts', 'lib', 'install.mjs')}`).href;
  const code = `const { installIfNeeded } = await import(${JSON.stringify(url)}); await installIfNeeded();`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    cwd: root,
    env: { ...process.env, npm_execpath: npm, NODE_OPTIONS: '' },
    stdio: 'ignore',
  });
  const [status] = (await once(child, 'exit')) as [number | null];
  return status;
}

it('installs once when several commands start at the same time, also after one was killed', async () => {
  mkdirSync(join(root, '.local'), { recursive: true });
  // A process that does not run: its number is above what Linux and macOS give.
  writeFileSync(busy, '99999999');
  expect(await Promise.all([install(), install(), install(), install()])).toEqual([0, 0, 0, 0]);
  expect(readFileSync(log, 'utf8')).toBe('begins ends ');
  expect(await install()).toBe(0);
  expect(readFileSync(log, 'utf8')).toBe('begins ends ');
});
