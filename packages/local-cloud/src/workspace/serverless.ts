import { createRequire } from 'node:module';
import { format } from 'node:util';
import type { Template } from '@dure/cloudformation/template';
import type { CloudLog } from '../shared/types.ts';
import { leaveOutCommands } from './commands-not-run.ts';
import { type Configuration, type ConfigurationOptions, readConfiguration } from './configuration.ts';
import { locator } from './serverless-yml/location.ts';
import { refusalsIn } from './serverless-yml/refusals.ts';
import { usedBy, validateConfiguration } from './serverless-yml/validate.ts';

const require = createRequire(import.meta.url);

export interface FunctionDefinition {
  name: string;
  handler: string;
  timeout?: number;
  memorySize?: number;
  runtime?: string;
  /** Logical id of the role, its ARN, or what resolves to that. */
  role?: unknown;
  environment?: Record<string, unknown>;
  events?: Record<string, unknown>[];
  destinations?: { onSuccess?: unknown; onFailure?: unknown };
  onError?: unknown;
  maximumRetryAttempts?: number;
  maximumEventAge?: number;
  reservedConcurrency?: number;
  layers?: unknown[];
  logs?: FunctionLogs;
  package?: Packaging;
}

export interface FunctionLogs {
  readonly logFormat?: string;
  readonly logGroup?: unknown;
  readonly applicationLogLevel?: string;
  readonly systemLogLevel?: string;
}

/** Which files of the service's folder are in its functions' packages. */
export interface Packaging {
  readonly individually?: boolean;
  readonly patterns?: readonly string[];
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  readonly artifact?: string;
}

export interface Plugin {
  readonly hooks?: Record<string, (() => Promise<void> | void) | undefined>;
  /** Of the framework's compiler of functions: writes what `url` makes into the template. */
  compileFunctionUrl?(functionKey: string): void;
}

/** The part of the Serverless Framework's object that the local cloud uses. */
export interface Serverless {
  readonly serviceDir: string;
  /** Whether the service names serverless-esbuild. */
  bundled: boolean;
  /** Says to plugins that what their service needs is here already. */
  localCloud?: boolean;
  readonly service: {
    readonly service: string;
    readonly provider: {
      stage: string;
      region?: string;
      runtime?: string;
      timeout?: number;
      memorySize?: number;
      environment?: Record<string, unknown>;
      logs?: { readonly lambda?: FunctionLogs | undefined };
      layers?: unknown[];
      role?: unknown;
      iam?: { readonly role?: unknown };
      stackParameters?: { readonly ParameterKey: string; readonly ParameterValue?: string }[];
      compiledCloudFormationTemplate: Template;
    };
    custom?: Record<string, Record<string, unknown> | undefined>;
    readonly functions: Record<string, FunctionDefinition>;
    readonly package?: Packaging;
    readonly layers?: Record<string, { readonly path?: string }>;
    readonly resources?: Partial<Template>;
    readonly initialServerlessConfig: object;
    mergeArrays(): void;
    setFunctionNames(options: object): void;
    validate(): Promise<unknown>;
  };
  readonly pluginManager: { readonly externalPlugins: ReadonlySet<Plugin>; getPlugins(): Plugin[] };
  readonly configSchemaHandler: {
    schema: Readonly<Record<string, unknown>>;
    defineFunctionProperties(provider: string, schema: object): void;
  };
  getProvider(name: 'aws'): { readonly naming: { getStackName(): string } };
  init(): Promise<void>;
}

type ServerlessConstructor = new (config: object) => Serverless;

export const BUNDLER = 'serverless-esbuild';
/** The local cloud does by itself what these do, and the bundler alone takes 0.8 s and 100 MB to load. */
const NOT_LOADED = [BUNDLER, 'serverless-offline'];
/** The property that the bundler adds to the framework's schema. */
const BUNDLER_SCHEMA = { properties: { skipEsbuild: { type: 'boolean' } } };

/**
 * One service as the Serverless Framework sees it: its configuration with variables resolved, its plugins loaded and
 * their `initialize` hooks run. The process must be in the service's folder, as plugins look around in it.
 */
export async function loadServerless(
  serviceDir: string,
  filename: string,
  options: ConfigurationOptions,
): Promise<Serverless> {
  const configuration = await readConfiguration(serviceDir, filename, options);
  const place = { serviceDir, filename };
  const serverless = await createServerless(configuration, place, options);
  await checkServerless(serverless, configuration, { ...place, ...options, uses: [usedBy(serverless)] });
  return serverless;
}

export interface ServicePlace {
  readonly serviceDir: string;
  readonly filename: string;
}

/** The framework's object of a service, with its plugins loaded. Takes those that are not loaded here from the configuration. */
export async function createServerless(
  configuration: Configuration,
  { serviceDir, filename }: ServicePlace,
  { stage, region }: ConfigurationOptions,
): Promise<Serverless> {
  const plugins = withoutPlugins(configuration, NOT_LOADED);
  leaveOutCommands();
  const Constructor = require('serverless/lib/serverless.js') as ServerlessConstructor;
  const serverless = new Constructor({
    configuration,
    serviceDir,
    configurationFilename: filename,
    commands: ['offline', 'start'],
    options: { stage, region, noSponsor: true },
    variablesMeta: new Map(),
  });
  serverless.bundled = plugins.includes(BUNDLER);
  serverless.localCloud = true;
  await serverless.init();
  if (serverless.bundled) serverless.configSchemaHandler.defineFunctionProperties('aws', BUNDLER_SCHEMA);
  serverless.service.mergeArrays();
  serverless.service.setFunctionNames({ stage });
  return serverless;
}

/**
 * Refuses what is wrong in a service's configuration or not done here, and runs its plugins' `initialize` hooks.
 * @param uses what all services use of the framework's schema: one validator is compiled for all of them
 */
export async function checkServerless(
  serverless: Serverless,
  configuration: Configuration,
  { serviceDir, filename, stage, region, uses }: ServicePlace & ConfigurationOptions & { readonly uses: unknown },
): Promise<void> {
  const locate = locator(serviceDir, filename);
  await validateConfiguration(serverless, locate, uses);
  serverless.service.provider.stage = stage;
  const refusals = refusalsIn(configuration, locate);
  if (refusals.length > 0) throw new Error(refusals.join(' '));
  refuseOtherRegion(serverless, region);
  for (const plugin of serverless.pluginManager.getPlugins()) await plugin.hooks?.['initialize']?.();
}

type Plugins = readonly string[] | { readonly modules: readonly string[] } | undefined;

/** The names of a service's plugins. Both forms: a list, or `{ modules, localPath }`. */
export function pluginsIn(configuration: Configuration): readonly string[] {
  const given = configuration['plugins'] as Plugins;
  return given === undefined || 'modules' in given ? (given?.modules ?? []) : given;
}

/** The names of the service's plugins, which loses those given. */
function withoutPlugins(configuration: Configuration, left: readonly string[]): readonly string[] {
  const given = configuration['plugins'] as Plugins;
  const names = pluginsIn(configuration);
  const loaded = names.filter((name) => !left.includes(name));
  configuration['plugins'] = given === undefined || !('modules' in given) ? loaded : { ...given, modules: loaded };
  return names;
}

function refuseOtherRegion(serverless: Serverless, region: string): void {
  const own = serverless.service.provider.region ?? region;
  if (own !== region) throw new Error(`The local cloud runs in ${region} only, and provider.region is ${own}.`);
}

/** Sends the framework's and its plugins' errors and warnings to the local cloud's log; the rest stays silent. */
export function forwardFrameworkLog(log: CloudLog): void {
  interface LogEvent {
    readonly logger: { readonly level: string; readonly namespace: string };
    readonly messageTokens: unknown[];
  }
  const ownRequire = createRequire(require.resolve('serverless/package.json'));
  const emitter = ownRequire('log/lib/emitter') as { on(event: 'log', listener: (event: LogEvent) => void): void };
  emitter.on('log', ({ logger, messageTokens }) => {
    if (logger.level !== 'error' && logger.level !== 'warning') return;
    const message = format(...messageTokens).trim();
    if (message !== '') log(logger.level === 'error' ? 'error' : 'warn', message, { from: logger.namespace });
  });
}
