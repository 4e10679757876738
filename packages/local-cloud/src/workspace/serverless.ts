import { createRequire } from 'node:module';
import { format } from 'node:util';
import type { Resources, Template } from '../services/cloudformation/template.ts';
import type { CloudLog } from '../shared/types.ts';
import { type Configuration, type ConfigurationOptions, readConfiguration } from './configuration.ts';
import { compileSchedules } from './compile-schedules.ts';

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

interface Hook {
  readonly hook: () => Promise<void> | void;
}

export interface Plugin {
  readonly hooks?: Record<string, () => Promise<void> | void>;
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
      region: string;
      runtime?: string;
      timeout?: number;
      memorySize?: number;
      environment?: Record<string, unknown>;
      logs?: { readonly lambda?: FunctionLogs | undefined };
      layers?: unknown[];
      compiledCloudFormationTemplate: Template;
    };
    custom?: Record<string, Record<string, unknown> | undefined>;
    readonly functions: Record<string, FunctionDefinition>;
    readonly package?: Packaging;
    readonly layers?: Record<string, { readonly path?: string }>;
    readonly resources?: Template;
    mergeArrays(): void;
    setFunctionNames(options: object): void;
  };
  readonly pluginManager: { readonly hooks: Record<string, Hook[] | undefined>; getPlugins(): Plugin[] };
  init(): Promise<void>;
}

type ServerlessConstructor = new (config: object) => Serverless;

/** Compile steps of the framework that turn a function's events into CloudFormation resources. */
const COMPILERS = [
  'AwsCompileApigEvents',
  'AwsCompileWebsockets',
  'AwsCompileSQSEvents',
  'AwsCompileStreamEvents',
  'AwsCompileSNSEvents',
  'AwsCompileEventBridgeEvents',
];
/** The events that run locally. */
const SUPPORTED_EVENTS = ['http', 'websocket', 'schedule', 'sqs', 'stream', 'sns', 'eventBridge'];

const BUNDLER = 'serverless-esbuild';
/** The local cloud does by itself what these do, and the bundler alone takes 0.8 s and 100 MB to load. */
const NOT_LOADED = [BUNDLER, 'serverless-offline'];

/**
 * One service as the Serverless Framework sees it: its configuration with variables resolved, its plugins loaded and
 * their `initialize` hooks run. The process must be in the service's folder, as plugins look around in it.
 */
export async function loadServerless(
  serviceDir: string,
  filename: string,
  options: ConfigurationOptions,
): Promise<Serverless> {
  const configuration: Configuration = await readConfiguration(serviceDir, filename, options);
  const plugins = (configuration['plugins'] ?? []) as string[];
  configuration['plugins'] = plugins.filter((name) => !NOT_LOADED.includes(name));
  const Constructor = require('serverless/lib/serverless.js') as ServerlessConstructor;
  const serverless = new Constructor({
    configuration,
    serviceDir,
    configurationFilename: filename,
    commands: ['offline', 'start'],
    options: { stage: options.stage, region: options.region, noSponsor: true },
    variablesMeta: new Map(),
  });
  serverless.bundled = plugins.includes(BUNDLER);
  serverless.localCloud = true;
  await serverless.init();
  serverless.service.mergeArrays();
  serverless.service.setFunctionNames({ stage: options.stage });
  serverless.service.provider.stage = options.stage;
  refuseOtherRegion(serverless, options.region);
  await runHooks(serverless, 'initialize');
  refuseUnsupportedEvents(serverless);
  return serverless;
}

/** Runs a life cycle's hooks in order. */
async function runHooks(serverless: Serverless, name: string): Promise<void> {
  for (const { hook } of serverless.pluginManager.hooks[name] ?? []) await hook();
}

/** A loaded plugin by its class's name, or undefined. */
function findPlugin(serverless: Serverless, className: string): Plugin | undefined {
  return serverless.pluginManager.getPlugins().find((plugin) => plugin.constructor.name === className);
}

/**
 * The service's CloudFormation resources: its own, its plugins', and what the framework makes of the functions' events.
 * Access logs of APIs are left out: on AWS, the framework has them made by a function of its own.
 */
export async function compileResources(serverless: Serverless): Promise<Resources> {
  const { service } = serverless;
  const template: Template = { Resources: {}, Outputs: {} };
  service.provider.compiledCloudFormationTemplate = template;
  delete service.provider.logs;
  await runHooks(serverless, 'before:package:compileEvents');
  for (const compiler of COMPILERS) await findPlugin(serverless, compiler)?.hooks?.['package:compileEvents']?.();
  await compileSchedules(serverless, template.Resources, () =>
    findPlugin(serverless, 'AwsCompileScheduledEvents')?.hooks?.['package:compileEvents']?.(),
  );
  await runHooks(serverless, 'after:package:compileEvents');
  return deployedLast({ ...template.Resources, ...service.resources?.Resources });
}

/** An API's deployment takes a picture of these, so that it waits for them, the service's own ones too. */
const PICTURED =
  /^AWS::ApiGateway(?:V2)?::(?:Authorizer|GatewayResponse|Integration|Method|Model|RequestValidator|Route|RouteResponse)$/;
const DEPLOYMENT = /^AWS::ApiGateway(?:V2)?::Deployment$/;

function deployedLast(resources: Resources): Resources {
  const pictured = Object.keys(resources).filter((id) => PICTURED.test(resources[id]!.Type));
  return Object.fromEntries(
    Object.entries(resources).map(([id, resource]) => [
      id,
      DEPLOYMENT.test(resource.Type)
        ? { ...resource, DependsOn: [...[resource.DependsOn ?? []].flat(), ...pictured] }
        : resource,
    ]),
  );
}

function refuseOtherRegion(serverless: Serverless, region: string): void {
  const own = serverless.service.provider.region;
  if (own !== region) throw new Error(`The local cloud runs in ${region} only, and provider.region is ${own}.`);
}

function refuseUnsupportedEvents(serverless: Serverless): void {
  for (const [key, { events = [] }] of Object.entries(serverless.service.functions)) {
    for (const type of events.flatMap((event) => Object.keys(event))) {
      if (SUPPORTED_EVENTS.includes(type)) continue;
      const known = SUPPORTED_EVENTS.join(', ');
      throw new Error(`functions.${key}.events: "${type}" is not supported locally; supported are ${known}.`);
    }
  }
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
