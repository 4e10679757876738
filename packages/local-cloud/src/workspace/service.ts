import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { isPython } from '@dure/lambda-runtime';
import { globSync } from 'tinyglobby';
import type { ServiceEntry } from './front-door/index.ts';
import { type BundleInput, bundleInputOf } from './bundle-input.ts';
import { CONFIGURATION_FILENAMES, type ConfigurationOptions } from './configuration.ts';
import { type FunctionLogs, type Serverless, loadServerless } from './serverless.ts';
import { runtimeOf } from './runtime-of.ts';
import { splitHandler } from './split-handler.ts';

/** A service of the workspace, from its folder to its running functions. */
export interface Service extends ServiceEntry {
  readonly folder: string;
  readonly filename: string;
  serverless?: Serverless;
  /** Whether a debugger may hold its functions. */
  inspected?: boolean;
  /** `provider.logs.lambda`, which compiling resources leaves out with what is about APIs. */
  logs?: FunctionLogs | undefined;
  /** What serverless-esbuild would bundle; undefined for a service whose handlers run as they are. */
  bundle?: BundleInput;
  /** Absolute paths of the files that its bundles are made of. */
  inputs: readonly string[];
  /** Absolute paths of the Python files below its folder, if it has functions in Python. */
  scripts?: readonly string[];
  /** Absolute paths of the files beside the bundles that `package.patterns` names. */
  packaged?: readonly string[];
}

/** The services of a workspace: every folder of `services/` with a serverless.yml. Paths are real ones, as the process's is. */
export function findServices(root: string, stage: string): Service[] {
  const folder = join(root, 'services');
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((name) => {
    const filename = CONFIGURATION_FILENAMES.find((candidate) => existsSync(join(folder, name, candidate)));
    if (filename === undefined) return [];
    return [
      {
        name,
        stage,
        folder: realpathSync(join(folder, name)),
        filename,
        state: 'starting' as const,
        inputs: [],
      },
    ];
  });
}

/** Loads the service's configuration and plugins. Changes the process's folder and environment while it does. */
export async function loadService(service: Service, options: ConfigurationOptions): Promise<void> {
  const before = process.cwd();
  const environment = { ...process.env };
  process.chdir(service.folder);
  try {
    const serverless = await loadServerless(service.folder, service.filename, options);
    if (serverless.service.service !== service.name) {
      throw new Error(`its folder is "${service.name}" and its serverless.yml says "${serverless.service.service}".`);
    }
    service.serverless = serverless;
    service.logs = serverless.service.provider.logs?.lambda;
    if (serverless.bundled) service.bundle = bundleInputOf(serverless, service.inspected);
    else service.inputs = handlerFiles(service.folder, serverless);
    if (pythonFunctionsOf(serverless).length > 0) service.scripts = pythonFiles(service.folder);
  } finally {
    process.chdir(before);
    // What a service's .env says is for its variables, and no other service's.
    for (const name of Object.keys(process.env)) if (!(name in environment)) delete process.env[name];
    Object.assign(process.env, environment);
  }
}

export const hasWebSocket = ({ serverless }: Service): boolean =>
  Object.values(serverless?.service.functions ?? {}).some(({ events }) =>
    events?.some((event) => 'websocket' in event),
  );

/** Those of its functions that Python runs. */
export function pythonFunctionsOf({ service }: Serverless): { readonly key: string; readonly name: string }[] {
  return Object.entries(service.functions).flatMap(([key, definition]) =>
    isPython(runtimeOf(definition, service.provider)) ? [{ key, name: definition.name }] : [],
  );
}

function pythonFiles(folder: string): string[] {
  return globSync('**/*.py', { cwd: folder, absolute: true, ignore: ['**/node_modules/**', '**/.venv/**'] });
}

function handlerFiles(folder: string, { service }: Serverless): string[] {
  return Object.values(service.functions)
    .flatMap(({ handler }) =>
      ['.js', '.cjs', '.mjs'].map((extension) => join(folder, splitHandler(handler).module + extension)),
    )
    .filter((path) => existsSync(path));
}
