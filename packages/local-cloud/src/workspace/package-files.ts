import { cpSync, existsSync, linkSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { globSync } from 'tinyglobby';
import type { FunctionDefinition, Packaging, Serverless } from './serverless.ts';
import { splitHandler } from './split-handler.ts';

/** By the functions' folder. */
type Packages = Map<string, { readonly patterns: readonly string[]; readonly definition?: FunctionDefinition }>;

/**
 * The folder that is /var/task for a function: its service's, or its own where it is packaged individually with
 * patterns of its own.
 */
export function taskRootOf(outdir: string, { service }: Serverless, key: string): string {
  const own = service.package?.individually === true && patternsOf(service.functions[key]?.package).length > 0;
  return join(outdir, own ? `${service.service}@${key}` : service.service);
}

/**
 * Puts the files that `package.patterns` name into the functions' folders, as serverless-esbuild packs them, and answers
 * their paths in the service's folder. Where functions are not packaged individually, each has the files of all.
 */
export function packageFiles(serverless: Serverless, outdir: string): string[] {
  const { serviceDir } = serverless;
  const packed: string[] = [];
  linkModules(serviceDir, join(outdir, serverless.service.service));
  for (const [taskRoot, { patterns, definition }] of packagesOf(serverless, outdir)) {
    if (definition === undefined) removePacked(taskRoot);
    else beginOwnFolder(serverless, outdir, taskRoot, definition);
    const files = patterns.length === 0 ? [] : globSync([...patterns], { cwd: serviceDir });
    for (const file of files) cpSync(join(serviceDir, file), join(taskRoot, file));
    if (files.length > 0) writeFileSync(listOf(taskRoot), JSON.stringify(files));
    packed.push(...files.map((file) => join(serviceDir, file)));
  }
  return packed;
}

const listOf = (taskRoot: string): string => `${taskRoot}.files.json`;

/** What an earlier start packed may be packed no longer. */
function removePacked(taskRoot: string): void {
  if (!existsSync(listOf(taskRoot))) return;
  const files = JSON.parse(readFileSync(listOf(taskRoot), 'utf8')) as string[];
  for (const file of files) rmSync(join(taskRoot, file), { force: true });
  rmSync(listOf(taskRoot));
}

function packagesOf(serverless: Serverless, outdir: string): Packages {
  const { service } = serverless;
  const common = patternsOf(service.package);
  const shared = join(outdir, service.service);
  const packages: Packages = new Map([[shared, { patterns: common }]]);
  for (const [key, definition] of Object.entries(service.functions)) {
    const own = patternsOf(definition.package);
    if (own.length === 0) continue;
    const taskRoot = taskRootOf(outdir, serverless, key);
    if (taskRoot !== shared) packages.set(taskRoot, { patterns: [...common, ...own], definition });
    else packages.set(shared, { patterns: [...packages.get(shared)!.patterns, ...own] });
  }
  return packages;
}

/** `include` and `exclude` are older words for patterns. */
function patternsOf({ include = [], exclude = [], patterns = [] }: Packaging = {}): string[] {
  return [...include, ...exclude.map((pattern) => `!${pattern}`), ...patterns];
}

/** A folder of one function's own. The bundle in it is the service's, which a reload writes in place. */
function beginOwnFolder(
  { service }: Serverless,
  outdir: string,
  taskRoot: string,
  { handler }: FunctionDefinition,
): void {
  const shared = join(outdir, service.service);
  rmSync(taskRoot, { recursive: true, force: true });
  const { module } = splitHandler(handler);
  for (const file of ['package.json', `${module}.js`, `${module}.js.map`]) {
    if (!existsSync(join(shared, file))) continue;
    mkdirSync(dirname(join(taskRoot, file)), { recursive: true });
    linkSync(join(shared, file), join(taskRoot, file));
  }
  if (existsSync(join(shared, 'node_modules')))
    symlinkSync(join(shared, 'node_modules'), join(taskRoot, 'node_modules'), 'junction');
}

/** Packages that the workspace does not hoist, which a bundle leaves out, are found where the service has them. */
function linkModules(serviceDir: string, folder: string): void {
  const link = join(folder, 'node_modules');
  rmSync(link, { recursive: true, force: true });
  const modules = join(serviceDir, 'node_modules');
  if (!existsSync(modules)) return;
  mkdirSync(folder, { recursive: true });
  symlinkSync(modules, link, 'junction');
}
