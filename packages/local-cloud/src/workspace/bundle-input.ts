import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';
import type { BuildOptions } from 'esbuild';
import { isPython } from '@dure/lambda-runtime';
import { runtimeOf } from './runtime-of.ts';
import type { Serverless } from './serverless.ts';
import { splitHandler } from './split-handler.ts';

/** A service's functions as serverless-esbuild is configured to bundle them. */
export interface BundleInput {
  readonly service: string;
  readonly serviceDir: string;
  /** Entry files relative to the service's folder: `src/http/commands.ts`. */
  readonly entries: readonly string[];
  readonly options: BuildOptions;
}

/** Options of serverless-esbuild that only concern packages, or how that plugin runs esbuild. */
const ABOUT_PACKAGING = [
  'concurrency',
  'disposeContext',
  'installExtraArgs',
  'keepOutputDirectory',
  'nativeZip',
  'outputBuildFolder',
  'outputFileExtension',
  'outputWorkFolder',
  'packagePath',
  'packager',
  'packagerOptions',
  'skipRebuild',
  'watch',
  'zipConcurrency',
];
const REFUSED = [
  'config',
  'nodeExternals',
  'plugins',
  'skipBuild',
  'skipBuildExcludeFns',
  'stripEntryResolveExtensions',
];
const EXTENSIONS = ['.ts', '.js', '.jsx', '.tsx', '.mts', '.mjs', '.cjs'];

/**
 * On a laptop a stack is to be read: names are kept, and mapped to the sources unless the service turns source maps off.
 * White space, which all threads would keep in memory, a tenth of what they take, is left out where there is a map. A
 * debugger steps through every statement as it is written.
 */
const mapped = (sourcemap: boolean, inspected: boolean): object => ({
  sourcemap,
  sourcesContent: false,
  ...{ minifyWhitespace: sourcemap && !inspected, minifySyntax: sourcemap && !inspected },
});
const MINIFYING = ['minify', 'minifyIdentifiers', 'minifySyntax', 'minifyWhitespace'];

/**
 * What serverless-esbuild would bundle, by `custom.esbuild`, with that plugin's defaults, with its names kept.
 * @throws Error for an option that is not carried out here, and for a handler without a file
 * Source: https://www.npmjs.com/package/serverless-esbuild
 */
export function bundleInputOf(
  { service, serviceDir }: Pick<Serverless, 'service' | 'serviceDir'>,
  inspected = false,
): BundleInput {
  const given = { ...service.custom?.['esbuild'] };
  const refused = REFUSED.find((name) => given[name] !== undefined);
  if (refused !== undefined) throw new Error(`custom.esbuild.${refused} is not supported locally.`);
  const {
    exclude = ['aws-sdk'],
    external = [],
    ...rest
  } = given as { exclude?: string | string[]; external?: string[]; sourcemap?: unknown };
  const runtime = /^nodejs(\d+)\.x$/.exec(service.provider.runtime ?? '');
  const options: Record<string, unknown> = {
    bundle: true,
    platform: 'node',
    ...(runtime !== null && { target: `node${runtime[1]}` }),
    ...rest,
    external: [...external, ...[exclude].flat().filter((name) => name !== '*')],
  };
  for (const name of [...ABOUT_PACKAGING, ...MINIFYING]) delete options[name];
  Object.assign(options, mapped(inspected || options['sourcemap'] !== false, inspected));
  const handlers = Object.values(service.functions).flatMap((definition) =>
    isPython(runtimeOf(definition, service.provider)) ? [] : [definition.handler],
  );
  const entries = [...new Set(handlers.map((handler) => entryOf(serviceDir, handler)))];
  return { service: service.service, serviceDir, entries, options: options as BuildOptions };
}

/** `src/http/index.handler` → `src/http/index.ts` */
function entryOf(serviceDir: string, handler: string): string {
  const { module } = splitHandler(handler);
  const candidates = [module, posix.join(module, 'index')].flatMap((path) => EXTENSIONS.map((end) => path + end));
  const entry = candidates.find((candidate) => existsSync(join(serviceDir, candidate)));
  if (entry === undefined) throw new Error(`The handler ${handler} has no file ${module}.ts or .js.`);
  return entry;
}
