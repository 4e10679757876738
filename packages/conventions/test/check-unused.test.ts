import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { checkUnused } from '../src/check-unused.mjs';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** `services/shop` depends on `padder`; the other files say whether it uses it. */
function repository(files: Readonly<Record<string, string>>, dependency = 'padder'): string {
  const root = mkdtempSync(join(tmpdir(), 'dure-unused-'));
  folders.push(root);
  execFileSync('git', ['init', '--quiet'], { cwd: root });
  const all: Record<string, string> = {
    '.gitignore': 'node_modules\n',
    'package.json': '{}',
    'services/till/package.json': '{ "name": "@dure/till" }',
    'services/shop/package.json': JSON.stringify({ name: '@dure/shop', dependencies: { [dependency]: '1.0.0' } }),
    ...files,
  };
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

test.each([
  { how: 'an import', file: 'src/a.ts', text: "import padder from 'padder';\n" },
  { how: 'an import of a part', file: 'src/a.ts', text: "import { left } from 'padder/left';\n" },
  { how: 'a path to its manifest', file: 'src/a.mjs', text: "require.resolve('padder/package.json');\n" },
  { how: 'a plugin', file: 'serverless.yml', text: 'plugins:\n  - padder\n' },
  { how: 'an import of what it types', file: 'src/a.ts', text: "import 'padder';\n", dependency: '@types/padder' },
  {
    how: 'a path into its folder',
    file: 'src/a.ts',
    text: "import '../../till/src/open.ts';\n",
    dependency: '@dure/till',
  },
])('takes $how for a use', ({ file, text, dependency }) => {
  const root = repository({ [`services/shop/${file}`]: text }, dependency);
  expect(checkUnused(root)).toEqual({ dependencies: 1, unused: [] });
});

test.each<{ what: string; files: Record<string, string> }>([
  { what: 'nothing names', files: {} },
  { what: 'another workspace uses', files: { 'services/till/src/a.ts': "import 'padder';\n" } },
  { what: 'a document names', files: { 'services/shop/README.md': 'It uses `padder`.\n' } },
  {
    what: 'shares the beginning of its name with one in use',
    files: { 'services/shop/a.ts': "import 'padder-left';\n" },
  },
])('finds a dependency that $what', ({ files }) => {
  expect(checkUnused(repository(files)).unused).toEqual([
    { manifest: 'services/shop/package.json', dependency: 'padder' },
  ]);
});

test('lets any workspace use what the root declares, and a peer of a dependency stand', () => {
  const root = repository({
    'package.json': JSON.stringify({ devDependencies: { runner: '1.0.0', engine: '1.0.0', idle: '1.0.0' } }),
    'node_modules/runner/package.json': JSON.stringify({ name: 'runner', peerDependencies: { engine: '1' } }),
    'services/shop/a.ts': "import 'padder';\nimport 'runner';\n",
  });
  expect(checkUnused(root).unused).toEqual([{ manifest: 'package.json', dependency: 'idle' }]);
});
