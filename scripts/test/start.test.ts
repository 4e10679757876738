import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { copyRepository } from '../../packages/create-service/test/workspace-copy.ts';

/** Makes Node.js believe that the machine is another. */
const ANOTHER = 'data:text/javascript,Object.defineProperty(process,"arch",{value:"riscv64"})';
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'dure start-'));
  copyRepository(root);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

it('npm start says that there is no DynamoDB for this machine before it installs anything', () => {
  const asked = join(root, 'npm-was-asked');
  writeFileSync(join(root, 'npm'), `#!/bin/sh\ntouch "${asked}"\nexit 1\n`);
  chmodSync(join(root, 'npm'), 0o755);
  const environment = { ...process.env, PATH: `${root}:${process.env['PATH']}`, npm_execpath: undefined };
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', ANOTHER, join(root, 'scripts', 'start.mjs')],
    { encoding: 'utf8', env: { ...environment, DURE_DYNAMODB_ENDPOINT: undefined } },
  );
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toMatch(/^Dynoxide, the DynamoDB emulator, is not published for \w+-riscv64\. .+\n$/);
  expect(stderr).toContain('DURE_DYNAMODB_ENDPOINT=http://localhost:8000 npm start');
  expect(existsSync(asked)).toBe(false);
  expect(existsSync(join(root, 'node_modules'))).toBe(false);
});
