import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { build, type BuildOptions, type Metafile } from 'esbuild';
import { parse } from 'yaml';
import { ROOT } from '../support/machine.ts';
import { sum } from '../support/statistics.ts';
import type { ServiceFunction } from './functions.ts';

/** The compression of serverless-esbuild. */
const ARCHIVE = { level: 1 };

/** A source to bundle: a function of a service, or one for comparison. */
export interface Entry {
  readonly name: string;
  /** Absolute path of the handler's file. */
  readonly source: string;
}

/** A function's bundle; sizes in bytes. */
export interface Bundle {
  readonly name: string;
  readonly file: string;
  readonly size: number;
  /** Compressed, without and with its source map. */
  readonly zipped: number;
  readonly zippedWithMap: number;
  /** Bytes by package, the largest first: `@smithy/core`, `zod`, `services/orders`. */
  readonly packages: readonly (readonly [name: string, bytes: number])[];
  /** Paths of the bundled files, from the repository's root, with slashes. */
  readonly modules: readonly string[];
}

export const entryOf = ({ name, serviceDir, file }: ServiceFunction): Entry => ({
  name,
  source: join(serviceDir, file.handler.replace(/\.\w+$/, '.ts')),
});

/** esbuild's options as serverless-esbuild gets them; its `exclude` names what the runtime provides. */
export function shippedOptions(): BuildOptions {
  const path = join(ROOT, 'packages', 'serverless-plugin', 'esbuild.yml');
  const {
    exclude,
    outputFileExtension: extension,
    ...options
  } = parse(readFileSync(path, 'utf8')) as BuildOptions & { exclude: string[]; outputFileExtension: string };
  return { ...options, external: exclude, outExtension: { '.js': extension } };
}

/** Bundles into `folder`, in one build: bundles do not affect each other. */
export async function bundleAll(
  entries: readonly Entry[],
  folder: string,
  options: BuildOptions = shippedOptions(),
): Promise<Bundle[]> {
  const { outputFiles, metafile } = await build({
    ...options,
    entryPoints: entries.map(({ name, source }) => ({ in: source, out: name })),
    outdir: folder,
    absWorkingDir: ROOT,
    write: false,
    metafile: true,
    logLevel: 'silent',
  });
  for (const { path, contents } of outputFiles) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, contents);
  }
  const zippedSize = (path: string) =>
    sum(
      outputFiles.filter((file) => file.path === path).map(({ contents }) => deflateRawSync(contents, ARCHIVE).length),
    );
  return entries.map(({ name }) => {
    const file = join(folder, ...name.split('/')) + (options.outExtension?.['.js'] ?? '.js');
    const zipped = zippedSize(file);
    return {
      name,
      file,
      size: outputFiles.find(({ path }) => path === file)!.contents.length,
      zipped,
      zippedWithMap: zipped + zippedSize(`${file}.map`),
      packages: packagesOf(file, metafile),
      modules: inputsOf(file, metafile).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? path : [])),
    };
  });
}

/** Excluded packages are resolved from the workspace. */
export function linkModules(folder: string): void {
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'junction');
}

const inputsOf = (file: string, { outputs }: Metafile) =>
  Object.entries(Object.entries(outputs).find(([path]) => join(ROOT, path) === file)?.[1].inputs ?? {});

function packagesOf(file: string, metafile: Metafile): Bundle['packages'] {
  const sizes = new Map<string, number>();
  for (const [path, { bytesInOutput }] of inputsOf(file, metafile)) {
    const name = packageOf(path);
    sizes.set(name, (sizes.get(name) ?? 0) + bytesInOutput);
  }
  return [...sizes].sort(([, a], [, b]) => b - a);
}

/** `node_modules/@smithy/core/dist-es/index.js` → `@smithy/core`; `services/orders/src/relay.ts` → `services/orders` */
function packageOf(path: string): string {
  const parts = path.split(/[/\\]/);
  const start = parts.lastIndexOf('node_modules') + 1;
  return parts.slice(start, start + (start > 0 && !parts[start]?.startsWith('@') ? 1 : 2)).join('/');
}
