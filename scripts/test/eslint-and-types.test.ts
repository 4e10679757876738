import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it } from '@jest/globals';

const ROOT = join(import.meta.dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'dure-types-'));
const write = (name: string, text: string) => writeFileSync(join(folder, name), text);

beforeAll(() => {
  write('tsconfig.json', JSON.stringify({ compilerOptions: { strict: true, noEmit: true }, include: ['*.ts'] }));
  const rules = pathToFileURL(join(ROOT, 'node_modules', 'typescript-eslint', 'dist', 'index.js')).href;
  write(
    'eslint.config.mjs',
    `import tseslint from '${rules}';
export default tseslint.config({
  files: ['**/*.ts'],
  extends: [tseslint.configs.base],
  languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
  rules: { '@typescript-eslint/no-floating-promises': 'error' },
});
`,
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function check() {
  const script = join(ROOT, 'scripts', 'lib', 'eslint-and-types.mjs');
  const { status, stdout, stderr } = spawnSync(process.execPath, [script], { cwd: folder, encoding: 'utf8' });
  return { status, stdout, stderr };
}

it('says nothing of what is good', () => {
  write('good.ts', 'export const size: number = 1;\n');
  expect(check()).toEqual({ status: 0, stdout: '', stderr: '' });
});

it('says what the compiler and ESLint found, and fails on what only one of them did', () => {
  write('bad.ts', "export const size: number = 'one';\nasync function wait(): Promise<void> {}\nwait();\n");
  const both = check();
  expect(both.status).toBe(1);
  expect(both.stdout).toContain("bad.ts(1,14): error TS2322: Type 'string' is not assignable to type 'number'.\n");
  expect(both.stdout).toMatch(/bad\.ts\n +3:1 +error .+no-floating-promises/);
  write('bad.ts', "export const size: number = 'one';\n");
  expect(check()).toMatchObject({ status: 1, stdout: expect.stringMatching(/^bad\.ts\(1,14\): error TS2322: .+\n$/) });
  write('bad.ts', 'async function wait(): Promise<void> {}\nwait();\n');
  expect(check()).toMatchObject({ status: 1, stdout: expect.not.stringContaining('TS') });
});
