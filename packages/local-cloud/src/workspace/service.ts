import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { isPython } from '@dure/lambda-runtime';
import { globSync } from 'tinyglobby';
import type { ServiceEntry } from './front-door/index.ts';
import { type BundleInput, bundleInputOf } from './bundle-input.ts';
import {
  type Configuration,
  CONFIGURATION_FILENAMES,
  type ConfigurationOptions,
  readConfiguration,
} from './configuration.ts';
import {
  BUNDLER,
  checkServerless,
  createServerless,
  type FunctionLogs,
  pluginsIn,
  type Serverless,
} from './serverless.ts';
import { runtimeOf } from './runtime-of.ts';
import { splitHandler } from './split-handler.ts';

/** A service of the workspace, from its folder to its running functions. */
export interface Service extends ServiceEntry {
  readonly folder: string;
  readonly filename: string;
  /** Its serverless.yml with variables resolved. */
  configuration?: Configuration;
  /** The process's environment as its .env and its plugins leave it. */
  environment?: NodeJS.ProcessEnv;
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

/** Reads the service's configuration, and what it bundles as far as that can be seen without its plugins. */
export async function readService(service: Service, options: ConfigurationOptions): Promise<void> {
  await inside(service, async () => {
    service.configuration = await readConfiguration(service.folder, service.filename, options);
    service.bundle = earlyBundleOf(service);
  });
}

/** Loads the plugins of a service that was read. */
export async function openService(service: Service, options: ConfigurationOptions): Promise<void> {
  await inside(service, async () => {
    const { folder: serviceDir, filename, configuration } = service;
    const serverless = await createServerless(configuration!, { serviceDir, filename }, options);
    if (serverless.service.service !== service.name) {
      throw new Error(`its folder is "${service.name}" and its serverless.yml says "${serverless.service.service}".`);
    }
    service.serverless = serverless;
  });
}

/** Checks a service that was opened. @param uses see {@link checkServerless} */
export async function checkService(service: Service, options: ConfigurationOptions, uses: unknown): Promise<void> {
  await inside(service, async () => {
    const { folder: serviceDir, filename, configuration } = service;
    const serverless = service.serverless!;
    await checkServerless(serverless, configuration!, { serviceDir, filename, ...options, uses });
    service.logs = serverless.service.provider.logs?.lambda;
    if (serverless.bundled) service.bundle = bundleInputOf(serverless, service.inspected);
    else service.inputs = handlerFiles(service.folder, serverless);
    if (pythonFunctionsOf(serverless).length > 0) service.scripts = pythonFiles(service.folder);
  });
}

/** What the service asks for and its plugins see: its folder, and what its .env and its plugins say. No other service's. */
async function inside(service: Service, work: () => Promise<void>): Promise<void> {
  const before = process.cwd();
  const environment = { ...process.env };
  process.chdir(service.folder);
  Object.assign(process.env, service.environment);
  try {
    await work();
  } finally {
    process.chdir(before);
    service.environment = { ...process.env };
    for (const name of Object.keys(process.env)) if (!(name in environment)) delete process.env[name];
    Object.assign(process.env, environment);
  }
}

/** Most plugins do not touch functions, so that bundling need not wait for them. Undefined where it cannot be known. */
function earlyBundleOf({ configuration, folder, inspected }: Service): BundleInput | undefined {
  try {
    const service = configuration as unknown as Serverless['service'];
    return pluginsIn(configuration!).includes(BUNDLER)
      ? bundleInputOf({ service, serviceDir: folder }, inspected)
      : undefined;
  } catch {
    return undefined;
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
