import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';

const ROOT = join(import.meta.dirname, '..', '..');
const lint = (...paths: string[]) =>
  spawnSync(process.execPath, [join(ROOT, 'scripts', 'lint.mjs'), ...paths], { cwd: ROOT, encoding: 'utf8' });

it('lints a part alone, and says what is run', () => {
  const { status, stdout } = lint('scripts/lib/npm.mjs');
  expect(stdout).toMatch(/^… eslint, prettier, conventions\n/);
  expect({ status, stdout }).toMatchObject({ status: 0 });
}, 300_000);

it('ends with what failed and what to do, whichever it was', () => {
  const { status, stdout } = lint('scripts/nowhere.mjs');
  expect(status).toBe(1);
  expect(stdout).toMatch(
    /\nFailed: eslint, prettier\.\nNext:\n {2}npx prettier --write scripts\/nowhere\.mjs\n {2}mend what eslint named above\n {2}npm run lint -- scripts\/nowhere\.mjs\n$/,
  );
}, 300_000);
