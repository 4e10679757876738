import { existsSync, type FSWatcher, watch } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import type { Lambda } from '@dure/lambda-runtime';
import type { CloudLog } from '../shared/types.ts';
import { type BundleFolders, bundleServices } from './bundle.ts';
import { CONFIGURATION_FILENAMES } from './configuration.ts';
import { packageFiles } from './package-files.ts';
import { withoutExtension } from './without-extension.ts';
import { pythonFunctionsOf, type Service } from './service.ts';
import { splitHandler } from './split-handler.ts';

export interface ReloadOptions {
  readonly services: readonly Service[];
  readonly folders: BundleFolders;
  readonly lambda: Lambda;
  readonly log: CloudLog;
  /** Receives what was reloaded, for a person to see. */
  readonly tell: (message: string) => void;
  /** Receives the paths of what was saved. */
  readonly saved?: (paths: ReadonlySet<string>) => Promise<void>;
}

/** Editors save in several steps. */
const SETTLE_MS = 60;
/** A folder is there before what is in it. */
const SETTLE_FOLDER_MS = 500;

/**
 * Reloads a function when a file that it is made of is saved, its service's own or a shared package's, and leaves
 * all others alone. While a source does not compile, the last code that did goes on running.
 */
export function reloadOnSave({ services, folders, lambda, log, tell, saved: onSaved }: ReloadOptions): {
  stop(): Promise<void>;
} {
  const watchers = new Map<string, FSWatcher>();
  const saved = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let work = Promise.resolve();
  let stopped = false;

  function watchFolders(): void {
    for (const folder of new Set(services.flatMap(watchedFiles).map((path) => dirname(path)))) {
      if (watchers.has(folder)) continue;
      const watcher = watch(folder, (_event, filename) => {
        if (filename !== null) changed(join(folder, filename));
      });
      watcher.on('error', () => watchers.delete(folder));
      watchers.set(folder, watcher);
    }
  }

  function changed(path: string): void {
    saved.add(path);
    clearTimeout(timer);
    timer = setTimeout(() => {
      const paths = new Set(saved);
      saved.clear();
      void onSaved?.(paths);
      work = work
        .then(() => reload(paths))
        .catch((error: unknown) => log('error', `Reloading failed: ${String(error)}`));
    }, SETTLE_MS);
  }

  async function reload(paths: ReadonlySet<string>): Promise<void> {
    for (const { name, folder, filename } of services) {
      if (paths.has(join(folder, filename))) tell(`${name}/${filename} was saved: start again to apply it`);
    }
    for (const service of services) {
      if (!service.packaged?.some((path) => paths.has(path))) continue;
      service.packaged = packageFiles(service.serverless!, folders.outdir);
      lambda.recycle(functionsOf(service, undefined).map(({ name }) => name));
      tell(`packaged the files of ${service.name} again`);
    }
    for (const service of services) {
      if (service.scripts === undefined) continue;
      if (![...paths].some((path) => path.endsWith('.py') && path.startsWith(service.folder + sep))) continue;
      const python = pythonFunctionsOf(service.serverless!);
      lambda.recycle(python.map(({ name }) => name));
      tell(`reloaded ${service.name}: ${python.map(({ key }) => key).join(', ')}`);
    }
    const concerned = services.filter(({ inputs }) => inputs.some((path) => paths.has(path)));
    if (concerned.length === 0 || stopped) return;
    const startedAt = Date.now();
    const bundles = concerned.flatMap(({ bundle }) => bundle ?? []);
    const results = await bundleServices(bundles, folders);
    for (const service of concerned) {
      const result = results.get(service.name);
      if (result?.ok === false) {
        log('error', `${service.name} does not compile; what ran before goes on running. ${result.error}`);
        continue;
      }
      if (result !== undefined) service.inputs = result.inputs;
      const names = functionsOf(service, result?.changedEntries);
      lambda.recycle(names.map(({ name }) => name));
      const keys = names.map(({ key }) => key).join(', ');
      if (keys !== '') tell(`reloaded ${service.name}: ${keys} (${Date.now() - startedAt} ms)`);
    }
    watchFolders();
  }

  /** A new service does not run until the next start; a message says so. */
  function watchForNew(): void {
    const known = new Set(services.map(({ folder }) => folder));
    for (const folder of new Set(services.map((service) => dirname(service.folder)))) {
      const watcher = watch(folder, (_event, filename) => {
        const added = filename === null ? '' : join(folder, filename);
        if (filename === null || known.has(added) || !existsSync(added)) return;
        known.add(added);
        setTimeout(() => {
          if (stopped) return;
          if (hasConfiguration(added)) tell(`${filename} is new: start again to run it`);
          else known.delete(added);
        }, SETTLE_FOLDER_MS);
      });
      watcher.on('error', () => watchers.delete(folder));
      watchers.set(folder, watcher);
    }
  }

  watchFolders();
  watchForNew();
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      for (const watcher of watchers.values()) watcher.close();
      await work;
    },
  };
}

function hasConfiguration(folder: string): boolean {
  return CONFIGURATION_FILENAMES.some((name) => existsSync(join(folder, name)));
}

function watchedFiles({ inputs, packaged = [], scripts = [], folder, filename }: Service): string[] {
  const modules = `${sep}node_modules${sep}`;
  return [join(folder, filename), ...[...inputs, ...packaged, ...scripts].filter((path) => !path.includes(modules))];
}

/** The functions of these entries; of a service that is not bundled, all. */
function functionsOf(service: Service, entries: readonly string[] | undefined): { key: string; name: string }[] {
  const modules = entries === undefined ? undefined : new Set(entries.map(withoutExtension));
  return Object.entries(service.serverless?.service.functions ?? {})
    .filter(([, { handler }]) => modules === undefined || modules.has(splitHandler(handler).module))
    .map(([key, { name }]) => ({ key, name }));
}
