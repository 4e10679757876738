import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { type Metafile, type OutputFile, build, formatMessages, stop } from 'esbuild';
import type { BundleInput } from './bundle-input.ts';
import { withoutExtension } from './without-extension.ts';
import { type Built, builtBefore, createStamps, writeManifest } from './bundle-manifest.ts';

export interface BundleFolders {
  /** The folder of the whole workspace. */
  readonly root: string;
  readonly outdir: string;
}

/** Bundles that were begun before the services' plugins were loaded. */
export interface EarlyBundles {
  readonly inputs: readonly BundleInput[];
  readonly results: Promise<Map<string, BundleResult>>;
}

export type BundleResult =
  | { readonly ok: true; readonly inputs: readonly string[]; readonly changedEntries: readonly string[] }
  | { readonly ok: false; readonly error: string };

/**
 * Bundles the services' functions into `outdir/<service>/`, with the options that serverless-esbuild has for them.
 * One build for all: a build per function, as that plugin makes it, parses the SDK again for each, which took 6.7 s
 * and 1.6 GB for twenty functions where this takes 1.6 s and 0.6 GB, given back at the end. What did not change since
 * the last run is not built again, and of a service to which its plugins added functions only those are built. A service
 * that does not compile leaves the others alone.
 * @param early what was begun before all was known of the services
 */
export async function bundleServices(
  inputs: readonly BundleInput[],
  folders: BundleFolders,
  early?: EarlyBundles,
): Promise<Map<string, BundleResult>> {
  if (early === undefined) return bundleAll(inputs, folders);
  const begun = await early.results;
  const isSame = (input: BundleInput): boolean => early.inputs.some((before) => isDeepStrictEqual(before, input));
  const known = inputs.filter(isSame).map(({ service }) => [service, begun.get(service)!] as const);
  const others = inputs.filter((input) => !isSame(input));
  return new Map([...known, ...(others.length === 0 ? [] : await bundleAll(others, folders))]);
}

/** Begins to bundle what the services' plugins may still change. */
export function bundleBeforehand(inputs: readonly BundleInput[], folders: BundleFolders): EarlyBundles {
  return { inputs: [...inputs], results: bundleAll(inputs, folders) };
}

async function bundleAll(
  inputs: readonly BundleInput[],
  { root, outdir }: BundleFolders,
): Promise<Map<string, BundleResult>> {
  const results = new Map<string, BundleResult>();
  const groups = new Map<string, Unbuilt[]>();
  const stampOf = createStamps();
  linkModules({ root, outdir });
  for (const input of inputs) {
    const built = builtBefore(outdir, input, stampOf);
    const entries = input.entries.filter((entry) => !built.entries.includes(entry));
    if (entries.length === 0) results.set(input.service, { ok: true, inputs: built.paths, changedEntries: [] });
    else {
      const key = JSON.stringify(input.options);
      groups.set(key, [...(groups.get(key) ?? []), { ...input, entries, built }]);
    }
  }
  await Promise.all([...groups.values()].map((group) => bundleGroup(group, { root, outdir }, results)));
  await stop();
  return results;
}

/** What is to be built of a service, beside what is built of it. */
interface Unbuilt extends BundleInput {
  readonly built: Built;
}

/** What a bundle leaves out, as Lambda's runtime has it, is found where the workspace has it. */
function linkModules({ root, outdir }: BundleFolders): void {
  mkdirSync(outdir, { recursive: true });
  const link = join(outdir, 'node_modules');
  rmSync(link, { force: true, recursive: true });
  symlinkSync(nearestModules(root), link, 'junction');
}

function nearestModules(folder: string): string {
  const path = join(folder, 'node_modules');
  return existsSync(path) || dirname(folder) === folder ? path : nearestModules(dirname(folder));
}

async function bundleGroup(
  group: readonly Unbuilt[],
  folders: BundleFolders,
  results: Map<string, BundleResult>,
): Promise<void> {
  try {
    const startedAt = Date.now();
    const isFirst = !group.some(({ service }) => existsSync(join(folders.outdir, service)));
    const { outputFiles = [], metafile } = await bundleTogether(group, folders, isFirst);
    const stampOf = createStamps();
    for (const input of group) {
      const changed = keep(input, folders.outdir, outputFiles);
      const changedEntries = isFirst ? input.entries : changed;
      const entries = [...input.built.entries, ...input.entries];
      const inputs = [...new Set([...input.built.paths, ...inputsOf(input, folders.root, metafile)])];
      writeManifest(folders.outdir, input, { entries, paths: inputs }, { startedAt, stampOf });
      results.set(input.service, { ok: true, inputs, changedEntries });
    }
  } catch (error) {
    if (group.length > 1) for (const input of group) await bundleGroup([input], folders, results);
    else results.set(group[0]!.service, { ok: false, error: await describe(error) });
  }
}

/** @param write whether esbuild writes them: where there are none yet, to save the way through this process */
async function bundleTogether(
  group: readonly BundleInput[],
  { root, outdir }: BundleFolders,
  write: boolean,
): Promise<{ outputFiles?: OutputFile[]; metafile: Metafile }> {
  return collectingLittle(() =>
    build({
      ...group[0]!.options,
      entryPoints: group.flatMap(({ service, serviceDir, entries }) =>
        entries.map((entry) => ({ in: join(serviceDir, entry), out: join(service, withoutExtension(entry)) })),
      ),
      absWorkingDir: root,
      outdir,
      metafile: true,
      write,
      logLevel: 'silent',
    }),
  );
}

/**
 * esbuild's process ends after the build, and collecting its garbage takes a quarter of its time while it saves a tenth
 * of its memory: it begins at a quarter of the machine's. Go reads this from the environment when the process starts.
 * Source: https://pkg.go.dev/runtime#hdr-Environment_Variables
 */
function collectingLittle<T>(start: () => T): T {
  const { GOGC, GOMEMLIMIT } = process.env;
  if (GOGC !== undefined || GOMEMLIMIT !== undefined) return start();
  Object.assign(process.env, { GOGC: 'off', GOMEMLIMIT: String(Math.floor(totalmem() / 4)) });
  try {
    return start();
  } finally {
    delete process.env['GOGC'];
    delete process.env['GOMEMLIMIT'];
  }
}

/** Writes what changed, and says which entries did. */
function keep(input: BundleInput, outdir: string, outputs: readonly OutputFile[]): string[] {
  const folder = join(outdir, input.service) + sep;
  mkdirSync(folder, { recursive: true });
  const type = input.options.format === 'esm' ? 'module' : 'commonjs';
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type }));
  const changed = outputs.filter((file) => file.path.startsWith(folder)).filter(writeIfChanged);
  const changedModules = new Set(changed.map((file) => withoutExtension(file.path)));
  return input.entries.filter((entry) => changedModules.has(join(folder, withoutExtension(entry))));
}

function writeIfChanged(file: OutputFile): boolean {
  try {
    if (readFileSync(file.path).equals(file.contents)) return false;
  } catch {
    mkdirSync(dirname(file.path), { recursive: true });
  }
  writeFileSync(file.path, file.contents);
  return true;
}

/** Every file that the service's entries reach, as absolute paths. esbuild's are relative to `root`, with slashes. */
function inputsOf(input: BundleInput, root: string, { inputs }: Metafile): string[] {
  const reached = new Set<string>();
  const open = input.entries.map((entry) => relative(root, resolve(input.serviceDir, entry)).replaceAll(sep, '/'));
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    const file = inputs[path];
    if (reached.has(path) || file === undefined) continue;
    reached.add(path);
    for (const imported of file.imports) if (!imported.external) open.push(imported.path);
  }
  return [...reached].map((path) => resolve(root, path));
}

async function describe(error: unknown): Promise<string> {
  const { errors } = error as { errors?: Parameters<typeof formatMessages>[0] };
  if (errors === undefined) return String(error);
  return (await formatMessages(errors, { kind: 'error' })).join('').trim();
}
