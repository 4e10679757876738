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

/** Files of the local cloud, each of which imports the others that are named, which are there too. */
function localCloud(imports: Readonly<Record<string, readonly string[]>>): Record<string, string> {
  const source = (path: string): string => `packages/local-cloud/src/${path}`;
  const empty = Object.values(imports).flatMap((paths) => paths.map((path) => [source(path), 'export {};\n']));
  const importing = Object.entries(imports).map(([from, paths]) => [
    source(from),
    paths.map((path) => `import '${'../'.repeat(from.split('/').length - 1) || './'}${path}';\n`).join(''),
  ]);
  return {
    'packages/local-cloud/package.json': JSON.stringify({ name: '@dure/local-cloud' }),
    ...(Object.fromEntries([...empty, ...importing]) as Record<string, string>),
  };
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
      rule: 'no-folder-cycles',
      files: {
        'services/shop/src/left/a.ts': "import type { B } from '../right/b.ts';\nexport interface A { b: B }\n",
        'services/shop/src/left/c.ts': 'export interface C { c: string }\n',
        'services/shop/src/right/b.ts': "import type { C } from '../left/c.ts';\nexport interface B { c: C }\n",
      },
    },
    {
      rule: 'no-package-cycles',
      files: {
        'packages/tools/package.json': JSON.stringify({ name: '@dure/tools', dependencies: { '@dure/shop': '0.1.0' } }),
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
      rule: 'declared-workspaces',
      files: {
        'services/shop/package.json': JSON.stringify({
          name: '@dure/shop',
          devDependencies: { '@dure/tools': '0.1.0' },
        }),
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

  const LAYERS = ['cli', 'account', 'workspace', 'sandboxes', 'faults', 'services/sqs', 'shared'];
  const BESIDE = ['account', 'workspace'] as const;
  const upward = LAYERS.flatMap((above, index) => LAYERS.slice(index + 1).map((below) => [below, above] as const));

  test.each<readonly [string, string]>([...upward, BESIDE])(
    '%s of the local cloud does not import %s',
    async (from, to) => {
      const root = repository(localCloud({ [`${from}/a.ts`]: [`${to}/b.ts`] }));
      expect((await checkDependencies(root)).violations).toMatchObject([{ rule: 'layers' }]);
    },
  );

  test.each([
    ['services/sns/a.ts', 'services/sqs/store.ts'],
    ['services/sns/topics/a.ts', 'services/sqs/store.ts'],
    ['services/lambda/api/a.ts', 'services/lambda/pool/store.ts'],
    ['services/sqs/a.ts', 'services/lambda/pool/store.ts'],
    ['services/emulators.ts', 'services/sqs/store.ts'],
    ['faults/a.ts', 'services/sqs/store.ts'],
    ['services/sns/a.ts', 'services/sqs/protocols/index.ts'],
  ])('%s of the local cloud does not reach into %s', async (from, to) => {
    const root = repository(localCloud({ [from]: [to] }));
    expect((await checkDependencies(root)).violations).toMatchObject([{ rule: 'service-index' }]);
  });

  test('accepts layers of the local cloud that import what is below them', async () => {
    const root = repository(
      localCloud({
        'cli/a.ts': ['account/b.ts', 'workspace/b.ts', 'shared/http/b.ts'],
        'workspace/a.ts': ['sandboxes/b.ts', 'faults/b.ts', 'services/sqs/store.ts'],
        'sandboxes/a.ts': ['faults/b.ts'],
        'faults/a.ts': ['services/sqs/index.ts', 'shared/b.ts'],
        'services/sns/a.ts': ['services/sqs/index.ts', 'services/sns/store/b.ts', 'services/lambda/pool/index.ts'],
        'services/sns/store/a.ts': ['services/sns/c.ts'],
        'services/emulators.ts': ['services/sqs/index.ts', 'services/others.ts'],
      }),
    );
    expect((await checkDependencies(root)).violations).toEqual([]);
  });

  test('does not count types that refer to each other as a cycle', async () => {
    const root = repository({
      'services/shop/src/a.ts': "import type { B } from './b.ts';\nexport interface A { b: B }\n",
      'services/shop/src/b.ts': "import type { A } from './a.ts';\nexport interface B { a: A }\n",
    });
    expect((await checkDependencies(root)).violations).toEqual([]);
  });
});
