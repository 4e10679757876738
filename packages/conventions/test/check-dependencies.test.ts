import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { checkDependencies } from '../src/check-dependencies.mjs';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A small repository: `@dure/shop` may use `@dure/tools`, and both may use `leftpad` of the root. */
function repository(files: Readonly<Record<string, string>> = {}): string {
  const root = mkdtempSync(join(tmpdir(), 'dure-conventions-'));
  folders.push(root);
  const all: Record<string, string> = {
    'package.json': JSON.stringify({ workspaces: ['packages/*', 'services/*'], devDependencies: { padder: '1.0.0' } }),
    'scripts/start.mjs': 'export {};\n',
    'packages/tools/package.json': JSON.stringify({ name: '@dure/tools', exports: { './*': './src/*.ts' } }),
    'packages/tools/src/time.ts': 'export const second = 1000;\n',
    'services/shop/package.json': JSON.stringify({ name: '@dure/shop', dependencies: { '@dure/tools': '0.1.0' } }),
    'services/shop/src/open.ts': "import { second } from '@dure/tools/time';\nexport const minute = 60 * second;\n",
    'node_modules/padder/package.json': JSON.stringify({ name: 'padder', version: '1.0.0', main: 'index.js' }),
    'node_modules/padder/index.js': 'module.exports = 1;\n',
    'node_modules/stranger/package.json': JSON.stringify({ name: 'stranger', version: '1.0.0', main: 'index.js' }),
    'node_modules/stranger/index.js': 'module.exports = 1;\n',
    ...files,
  };
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  mkdirSync(join(root, 'node_modules/@dure'), { recursive: true });
  symlinkSync(join(root, 'packages/tools'), join(root, 'node_modules/@dure/tools'));
  symlinkSync(join(root, 'services/shop'), join(root, 'node_modules/@dure/shop'));
  return root;
}

describe('checkDependencies', () => {
  test('accepts what is declared', async () => {
    const root = repository({ 'services/shop/src/pad.ts': "import padder from 'padder';\nexport const p = padder;\n" });
    expect(await checkDependencies(root)).toEqual({ modules: expect.any(Number), violations: [] });
  });

  test.each<{ rule: string; files: Record<string, string> }>([
    {
      rule: 'no-cycles',
      files: {
        'services/shop/src/a.ts': "import { b } from './b.ts';\nexport const a = () => b;\n",
        'services/shop/src/b.ts': "import { a } from './a.ts';\nexport const b = () => a;\n",
      },
    },
    {
      rule: 'declared-packages',
      files: { 'services/shop/src/a.ts': "import stranger from 'stranger';\nexport const a = stranger;\n" },
    },
    {
      rule: 'declared-packages',
      files: { 'services/shop/src/a.ts': "import type { T } from 'stranger';\nexport type A = T;\n" },
    },
    {
      rule: 'declared-workspaces',
      files: {
        'packages/tools/src/a.ts': "import { minute } from '../../../services/shop/src/open.ts';\nexport { minute };\n",
      },
    },
    {
      rule: 'resolvable',
      files: { 'services/shop/src/a.ts': "import { gone } from './gone.ts';\nexport const a = gone;\n" },
    },
  ])('finds a violation of $rule: %#', async ({ rule, files }) => {
    const { violations } = await checkDependencies(repository(files));
    expect(violations.map((violation) => violation.rule)).toContain(rule);
    expect(violations.every(({ remedy }) => remedy !== '')).toBe(true);
  });

  test('takes types that refer to each other for no cycle', async () => {
    const root = repository({
      'services/shop/src/a.ts': "import type { B } from './b.ts';\nexport interface A { b: B }\n",
      'services/shop/src/b.ts': "import type { A } from './a.ts';\nexport interface B { a: A }\n",
    });
    expect((await checkDependencies(root)).violations).toEqual([]);
  });
});
