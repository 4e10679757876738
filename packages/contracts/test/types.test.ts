import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';

const ROOT = join(import.meta.dirname, '..', '..', '..');

/** Runs TSTyche in a folder, by the configuration there. */
function typeTests(cwd: string): Promise<{ code: unknown; output: string }> {
  const program = join(ROOT, 'node_modules', 'tstyche', 'dist', 'bin.js');
  const options = { cwd, env: { ...process.env, NO_COLOR: '1' } };
  return new Promise((resolve) => {
    execFile(process.execPath, [program], options, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, output: stdout + stderr }),
    );
  });
}

it('the type tests pass', async () => {
  const { code, output } = await typeTests(ROOT);
  expect(output).toMatch(/Assertions: +\d{2,} passed/);
  expect(code).toBe(0);
});

it('a planted violation fails them', async () => {
  const { code, output } = await typeTests(join(import.meta.dirname, 'types', 'planted'));
  expect(output).toContain("'201'");
  expect(output).toMatch(/Assertions: +1 failed, 1 total/);
  expect(code).toBe(1);
});
