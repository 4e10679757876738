import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { copyRepository } from '../../packages/create-service/test/workspace-copy.ts';

/** Makes Node.js believe that the machine is another. */
const ANOTHER = 'data:text/javascript,Object.defineProperty(process,"arch",{value:"riscv64"})';
/** Of commands that were refused or failed, nothing stays in it but the traces. */
const root = mkdtempSync(join(tmpdir(), 'dure start-'));

beforeAll(() => copyRepository(root));
afterAll(() => rmSync(root, { recursive: true, force: true }));
beforeEach(() => {
  for (const trace of ['npm-was-asked', 'node_modules']) rmSync(join(root, trace), { recursive: true, force: true });
});

/** Runs `scripts/run.mjs` where nothing is installed, and with an npm that leaves a trace. */
function run(args: readonly string[], nodeOptions: readonly string[] = []) {
  const asked = join(root, 'npm-was-asked');
  writeFileSync(join(root, 'npm'), `#!/bin/sh\ntouch "${asked}"\nexit 1\n`);
  chmodSync(join(root, 'npm'), 0o755);
  const environment = { ...process.env, PATH: `${root}:${process.env['PATH']}`, npm_execpath: undefined };
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [...nodeOptions, join(root, 'scripts', 'run.mjs'), ...args],
    { encoding: 'utf8', env: { ...environment, DURE_DYNAMODB_ENDPOINT: undefined } },
  );
  const installs = existsSync(asked) || existsSync(join(root, 'node_modules'));
  return { status, stdout, stderr, installs };
}

it('npm start says that there is no DynamoDB for this machine before it installs anything', () => {
  const { status, stdout, stderr, installs } = run(['start'], ['--import', ANOTHER]);
  expect({ status, stdout, installs }).toEqual({ status: 1, stdout: '', installs: false });
  expect(stderr).toMatch(/^Dynoxide, the DynamoDB emulator, is not published for \w+-riscv64\. .+\n$/);
  expect(stderr).toContain('DURE_DYNAMODB_ENDPOINT=http://localhost:8000 npm start');
});

it.each(['start', 'account', 'new-service', 'bench'])('npm run %s checks its options before it installs', (name) => {
  const { stdout: help, ...helped } = run([name, '--help']);
  expect(helped).toEqual({ status: 0, stderr: '', installs: false });
  expect(help).toMatch(new RegExp(`^Usage: npm (run )?${name} `));

  const { stderr, ...refused } = run([name, '--no-such-option']);
  expect(refused).toEqual({ status: 1, stdout: '', installs: false });
  expect(stderr).toContain("'--no-such-option'");
});

it('a command that needs packages installs them first', () => {
  const { status, stderr, installs } = run(['demo']);
  expect({ status, installs }).toEqual({ status: 1, installs: true });
  expect(stderr).toContain('npm ci failed');
});

it('a command that does not exist is refused, and those that do are named', () => {
  expect(run(['strat'])).toMatchObject({
    status: 1,
    installs: false,
    stderr: expect.stringMatching(/There are start, /),
  });
});
