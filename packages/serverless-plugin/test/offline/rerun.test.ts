import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, it } from '@jest/globals';

const folder = mkdtempSync(join(tmpdir(), 'dure-rerun-'));
const rerun = pathToFileURL(join(import.meta.dirname, '..', '..', 'src', 'rerun.mjs')).href;
const script = join(folder, 'command.mjs');
/** Restarts on any Node.js. The second run prints its arguments. */
writeFileSync(
  script,
  `import { rerun } from '${rerun}';
   const second = process.env.DURE_SECOND_RUN !== undefined && process.argv[2] !== 'again';
   if (!second) await rerun();
   console.log(JSON.stringify({ args: process.argv.slice(2), cwd: process.cwd() }));
   process.exit(7);`,
);

afterAll(() => rmSync(folder, { recursive: true }));

const run = (...args: string[]) => {
  const { NODE_OPTIONS: _, ...env } = process.env;
  return spawnSync(process.execPath, [script, ...args], { cwd: folder, env, encoding: 'utf8' });
};

it('runs the same command in the same folder, and ends as it does', () => {
  const { status, stdout } = run('offline', '--httpPort', '3010');
  expect(status).toBe(7);
  expect(JSON.parse(stdout)).toMatchObject({ args: ['offline', '--httpPort', '3010'] });
});

it('stops with one sentence if there is no newer Node.js', () => {
  const { status, stderr } = run('again');
  expect(status).toBe(1);
  expect(stderr).toBe(`This is Node.js ${process.version}, but the functions need 24: install it and try again.\n`);
});
