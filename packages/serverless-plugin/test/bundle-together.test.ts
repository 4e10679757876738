import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import { build } from 'esbuild';
import { bundleTogether, type EsbuildPlugin } from '../src/bundle-together.ts';

const folder = mkdtempSync(join(tmpdir(), 'dure-bundle-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SOURCES = {
  'src/shared.ts': `export class Shared { readonly name = 'shared'; }\nexport const unused = 1;\n`,
  'src/http/index.ts': `import { Shared } from '../shared.ts';\nexport const handler = () => new Shared();\n`,
  'src/relay.ts': `import { Shared } from './shared.ts';\nexport const handler = (value: number) => [new Shared(), value];\n`,
  '.dure/authorizer.ts': `export const handler = (secret: string) => secret.length;\n`,
};
const ENTRIES = ['src/http/index.ts', 'src/relay.ts', '.dure/authorizer.ts'];
for (const [path, text] of Object.entries(SOURCES)) {
  mkdirSync(join(folder, dirname(path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}
const OF_ESBUILD = { bundle: true, minify: true, sourcemap: true, sourcesContent: false, platform: 'node' } as const;
const OPTIONS = {
  ...{ ...OF_ESBUILD, outputFileExtension: '.cjs', external: ['a'], exclude: ['@aws-sdk/client-s3'] },
  ...{ concurrency: Infinity, packager: 'npm', keepOutputDirectory: false },
};

class EsbuildServerlessPlugin implements EsbuildPlugin {
  readonly serviceDirPath = folder;
  readonly functionEntries = [...ENTRIES, 'src/relay.ts', '../elsewhere.ts'].map((entry) => ({ entry }));
  readonly plugins = [];
  buildCache: EsbuildPlugin['buildCache'] = {};
  readonly buildDirPath: string;
  readonly buildOptions: Readonly<Record<string, unknown>>;

  constructor(buildDirPath: string, buildOptions: Readonly<Record<string, unknown>> = OPTIONS) {
    this.buildDirPath = buildDirPath;
    this.buildOptions = buildOptions;
  }
}

/** Content by path below a folder; of a map without the names, where that of an entry's exports is another. */
function contentOf(root: string): Record<string, unknown> {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8', withFileTypes: true }).filter((it) =>
    it.isFile(),
  );
  return Object.fromEntries(
    files.map(({ parentPath, name }) => {
      const path = join(parentPath, name);
      const text = readFileSync(path, 'utf8');
      return [path.slice(root.length), name.endsWith('.map') ? { ...(JSON.parse(text) as object), names: [] } : text];
    }),
  );
}

it('makes the bundles that a build for each entry makes, at once', async () => {
  const plugin = new EsbuildServerlessPlugin(join(folder, 'together'));
  bundleTogether([{}, plugin]);
  expect(Object.keys(plugin.buildCache)).toEqual(ENTRIES);
  const builds = Object.values(plugin.buildCache).map(({ result }) => result.rebuild());
  expect(new Set(builds).size).toBe(1);
  await Promise.all(builds);
  const apart = join(folder, 'by-itself');
  for (const entry of ENTRIES) {
    const outdir = join(apart, dirname(entry));
    const where = { absWorkingDir: folder, entryPoints: [entry], outdir, outExtension: { '.js': '.cjs' } };
    await build({ ...OF_ESBUILD, ...where });
  }
  const made = contentOf(plugin.buildDirPath);
  expect(Object.keys(made)).toHaveLength(2 * ENTRIES.length);
  expect(made).toEqual(contentOf(apart));
});

it('changes the bundle of a function only when what it is made of changes', async () => {
  const made = async (name: string) => {
    const plugin = new EsbuildServerlessPlugin(join(folder, name));
    bundleTogether([plugin]);
    await plugin.buildCache['src/relay.ts']?.result.rebuild();
    return contentOf(plugin.buildDirPath);
  };
  const before = await made('before');
  writeFileSync(join(folder, 'src/relay.ts'), `${SOURCES['src/relay.ts']}globalThis.name = 'changed';\n`);
  const after = await made('after');
  expect(Object.keys(after).filter((path) => JSON.stringify(after[path]) !== JSON.stringify(before[path]))).toEqual([
    '/src/relay.cjs',
    '/src/relay.cjs.map',
  ]);
});

it('leaves a service to serverless-esbuild that wants a metafile of each function', () => {
  const plugin = new EsbuildServerlessPlugin(folder, { metafile: true });
  bundleTogether([plugin]);
  expect(plugin.buildCache).toEqual({});
});
