import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';

const ROOT = join(import.meta.dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'dure-quiet-'));
afterAll(() => rmSync(folder, { recursive: true }));

const TESTS = `
test('passes', () => { process.stdout.write('log of what passes\\n'); });
test('fails', () => { process.stdout.write('log of what fails\\n'); throw new Error('planted'); });
`;

it('shows the logs of a test that fails, and no others', () => {
  writeFileSync(join(folder, 'logs.test.js'), TESTS);
  writeFileSync(join(folder, 'package.json'), '{}');
  const testEnvironment = join(ROOT, 'scripts', 'lib', 'quiet-environment.mjs');
  const config = JSON.stringify({ rootDir: folder, testEnvironment });
  const { NODE_OPTIONS: _, JEST_WORKER_ID: __, ...env } = process.env;
  const jest = join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js');
  const { status, stdout } = spawnSync(process.execPath, [jest, '--config', config], { env, encoding: 'utf8' });
  expect({ status, stdout }).toEqual({ status: 1, stdout: expect.stringContaining('log of what fails') });
  expect(stdout).toContain('Written by "fails"');
  expect(stdout).not.toContain('log of what passes');
});
