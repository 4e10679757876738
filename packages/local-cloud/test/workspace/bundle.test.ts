import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { bundleBeforehand, type BundleResult, bundleServices, type EarlyBundles } from '../../src/workspace/bundle.ts';
import type { BundleInput } from '../../src/workspace/bundle-input.ts';

const roots: string[] = [];

afterEach(() => {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true, force: true });
});

/** A workspace whose services all use `shared/value.ts`. Sources are dated back, as if saved before. */
function workspace(services: Record<string, Record<string, string>>) {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'dure-bundle-')));
  roots.push(root);
  const save = (path: string, text: string, minutesAgo = 5): void => {
    const file = join(root, path);
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, text);
    const then = Date.now() / 1000 - minutesAgo * 60;
    utimesSync(file, then, then);
  };
  save('shared/value.ts', "export const value: string = 'one';");
  for (const [service, files] of Object.entries(services)) {
    for (const [name, text] of Object.entries(files)) save(`services/${service}/src/${name}`, text);
  }
  const inputs = Object.entries(services).map(([service, files]): BundleInput => ({
    service,
    serviceDir: join(root, 'services', service),
    entries: Object.keys(files).map((name) => `src/${name}`),
    options: { bundle: true, platform: 'node', format: 'cjs' },
  }));
  const outdir = join(root, 'build');
  return {
    inputs,
    save,
    bundle: () => bundleServices(inputs, { root, outdir }),
    bundleEarly: () => bundleBeforehand(inputs, { root, outdir }),
    bundleAfter: (early: EarlyBundles, known: readonly BundleInput[]) => bundleServices(known, { root, outdir }, early),
    run: (module: string): string =>
      execFileSync(process.execPath, ['-p', `require(${JSON.stringify(join(outdir, module))}).answer`], {
        encoding: 'utf8',
      }).trim(),
  };
}

const USES_SHARED = "import { value } from '../../../shared/value.ts'; export const answer = value;";
const ALONE = "export const answer = 'alone';";

describe('bundling', () => {
  it('builds of what was begun early only the functions that were added', async () => {
    const { inputs, save, bundle, bundleEarly, bundleAfter, run } = workspace({ a: { 'x.ts': USES_SHARED } });
    const early = bundleEarly();
    await early.results;
    save('services/a/src/added.ts', ALONE);
    const known = inputs.map((input) => ({ ...input, entries: [...input.entries, 'src/added.ts'] }));
    const results = await bundleAfter(early, known);
    expect(results.get('a')).toMatchObject({ ok: true, changedEntries: ['src/added.ts'] });
    expect([run('a/src/x.js'), run('a/src/added.js')]).toEqual(['one', 'alone']);
    // The next start: both are built, and a saved file that only the first is made of counts.
    expect((await bundle()).get('a')).toMatchObject({ ok: true, changedEntries: [] });
    save('shared/value.ts', "export const value: string = 'two';", 4);
    expect((await bundleAfter(bundleEarly(), known)).get('a')).toMatchObject({ ok: true });
    expect([run('a/src/x.js'), run('a/src/added.js')]).toEqual(['two', 'alone']);
  });

  it('makes a module of each entry, and knows what it was made of', async () => {
    const { bundle, run } = workspace({ a: { 'x.ts': USES_SHARED, 'y.ts': ALONE }, b: { 'z.ts': USES_SHARED } });
    const results = await bundle();
    expect(results.get('a')).toMatchObject({ ok: true, changedEntries: ['src/x.ts', 'src/y.ts'] });
    expect([run('a/src/x.js'), run('a/src/y.js'), run('b/src/z.js')]).toEqual(['one', 'alone', 'one']);
    const { inputs } = results.get('b') as Extract<BundleResult, { ok: true }>;
    expect(inputs.map((path) => path.replaceAll('\\', '/')).sort()).toEqual([
      expect.stringMatching(/\/services\/b\/src\/z\.ts$/),
      expect.stringMatching(/\/shared\/value\.ts$/),
    ]);
  });

  it('does nothing when nothing changed, and then only what did', async () => {
    const { bundle, save, run } = workspace({ a: { 'x.ts': USES_SHARED, 'y.ts': ALONE }, b: { 'z.ts': ALONE } });
    await bundle();
    expect((await bundle()).get('a')).toMatchObject({ ok: true, changedEntries: [] });
    save('shared/value.ts', "export const value: string = 'two';", 1);
    const results = await bundle();
    expect(results.get('a')).toMatchObject({ changedEntries: ['src/x.ts'] });
    expect(results.get('b')).toMatchObject({ changedEntries: [] });
    expect(run('a/src/x.js')).toBe('two');
  });

  it('takes over what was begun early, but for what a plugin changed since', async () => {
    const { bundleEarly, bundleAfter, inputs, run, save } = workspace({ a: { 'x.ts': ALONE }, b: { 'z.ts': ALONE } });
    const early = bundleEarly();
    save('services/b/src/added.ts', "export const answer = 'of a plugin';");
    const [a, b] = inputs as [BundleInput, BundleInput];
    const results = await bundleAfter(early, [a, { ...b, entries: [...b.entries, 'src/added.ts'] }]);
    expect(results.get('a')).toMatchObject({ ok: true, changedEntries: ['src/x.ts'] });
    expect(results.get('b')).toMatchObject({ ok: true, changedEntries: ['src/added.ts'] });
    expect([run('a/src/x.js'), run('b/src/added.js')]).toEqual(['alone', 'of a plugin']);
  });

  it('leaves out the early bundles of a service that turned out to be wrong', async () => {
    const { bundleEarly, bundleAfter, inputs } = workspace({ a: { 'x.ts': ALONE }, b: { 'z.ts': 'not a program' } });
    const early = bundleEarly();
    expect([...(await bundleAfter(early, inputs.slice(0, 1))).keys()]).toEqual(['a']);
  });

  it('builds again when an option changes', async () => {
    const { bundle, inputs } = workspace({ a: { 'x.ts': ALONE } });
    await bundle();
    Object.assign(inputs[0]!.options, { banner: { js: '/* new */' } });
    expect((await bundle()).get('a')).toMatchObject({ changedEntries: ['src/x.ts'] });
  });

  it('of a service that does not compile says where, and leaves the others alone', async () => {
    const { bundle, run } = workspace({ a: { 'x.ts': 'export const answer = ;' }, b: { 'z.ts': ALONE } });
    const results = await bundle();
    expect(results.get('a')).toMatchObject({ ok: false, error: expect.stringContaining('services/a/src/x.ts:1:22') });
    expect(results.get('b')).toMatchObject({ ok: true });
    expect(run('b/src/z.js')).toBe('alone');
  });
});
