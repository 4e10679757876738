import { contracts } from '@dure/contracts/all-contracts';
import { ReleaseError } from '@dure/release-gate/release-error';
import { AUTHORIZER, authorizerFunction, guardedEndpoints, writeAuthorizer } from './authorizer.ts';
import { bundleTogether } from './bundle-together.ts';
import { docsUrl } from './docs-url.ts';
import { guardEvents, hasRestApi, refuseUnguarded } from './edge/events.ts';
import { gatewayResponses } from './edge/gateway-responses.ts';
import { refuseUnmeasured } from './alarms/unmeasured.ts';
import { apiGatewaySettings } from './edge/provider.ts';
import type { ApiGatewaySettings } from './edge/provider.ts';
import { keepCredentials, upstreamEvents } from './edge/upstreams.ts';
import { expandService } from './expand.ts';
import type { FunctionAdditions } from './expand.ts';
import { type GateHooks, gateHooks } from './gate/hooks.ts';
import { refuseMissingHandlers } from './handlers.ts';
import { addStandIn, hasMocks, isMock, prepareMock, refusalOfMock, removeStandIn } from './mock/hooks.ts';
import { offlineHooks } from './offline/hooks.ts';
import type { OfflineServerless, OfflineService, Options, Utils } from './offline/types.ts';
import { makeManifest, type ManifestFile } from './manifest.ts';
import type { Deployments } from './gate/rollback.ts';
import { commit, packageVersion } from './release.ts';
import { customSchema, functionSchema } from './schema.ts';
import { refuseUnserved } from './served.ts';
import { refusalOfStage } from './stage.ts';
import { logLocalCalls, REST_API } from './template/api-stage.ts';
import { logConnections } from './template/websocket-stage.ts';
import { transformTemplate } from './template/index.ts';
import { writeDefinitions } from './template/state-machines.ts';
import type { Template } from './template/template.ts';
import { waitForTurn } from './turn.ts';
import { ConfigurationError } from './types.ts';
import type { DureConfig, FunctionConfig, Resource } from './types.ts';

/** AWS's default, if neither the function nor the provider sets one. */
const DEFAULT_TIMEOUT_SECONDS = 6;
const DEFAULT_LOG_RETENTION_DAYS = 30;

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

/** The part of the Serverless Framework that this plugin uses. */
interface Serverless extends OfflineServerless {
  readonly classes: { readonly Error: new (message: string, code: string) => Error };
  readonly configSchemaHandler: {
    defineFunctionProperties(provider: string, schema: object): void;
    defineCustomProperties(schema: object): void;
  };
  getProvider(name: 'aws'): Deployments & { readonly naming: { getStackName(): string } };
  readonly processedInput?: { readonly commands: readonly string[] };
  readonly service: OfflineService & {
    readonly provider: {
      readonly timeout?: number;
      readonly logRetentionInDays?: number;
      readonly compiledCloudFormationTemplate?: Template;
      stackName?: string;
      apiGateway?: Partial<ApiGatewaySettings>;
    };
    readonly custom?: { readonly dure?: DureConfig };
    readonly functions: Record<string, Writable<FunctionConfig>>;
    resources?: { Resources?: Record<string, Resource> };
    package: { individually?: boolean };
  };
}

/**
 * Serverless Framework plugin: expands `endpoints`, `consumes`, `relay`, `stream`, `table` and `iam` of the functions
 * in serverless.yml, by the contracts, into plain configuration before any command reads it.
 */
export default class DurePlugin {
  readonly hooks: Readonly<Record<string, () => void | Promise<void>>>;

  constructor(serverless: Serverless, options: Options = {}, utils?: Utils) {
    serverless.configSchemaHandler.defineFunctionProperties('aws', functionSchema);
    serverless.configSchemaHandler.defineCustomProperties(customSchema);
    const gate = serverless.localCloud === true ? undefined : gateHooks(serverless, options);
    this.hooks = {
      initialize: async () => {
        applyExpansion(serverless);
        // The framework itself takes the API out of its usage plan in its hook of the removal.
        if (serverless.processedInput?.commands[0] !== 'remove') return;
        await refuseToReplace(serverless);
        await gate?.beforeRemove();
      },
      'before:package:compileEvents': () => {
        orRefuse(serverless, () => guardApi(serverless));
        addStandIn(serverless);
      },
      'after:package:compileEvents': () => {
        removeStandIn(serverless);
        const { provider, custom } = serverless.service;
        keepCredentials(compiledTemplate(provider).Resources, custom?.dure?.edge?.upstreams ?? []);
        wordRefusals(serverless);
        logCalls(serverless);
      },
      // The local cloud strips nulls as the framework does.
      'before:aws:package:finalize:stripNullPropsFromTemplateResources': () =>
        orRefuse(serverless, () => writeDefinitions(compiledTemplate(serverless.service.provider))),
      ...(gate === undefined ? {} : deploymentHooks(serverless, gate)),
      ...offlineHooks(serverless, options, utils),
    };
  }
}

/** What concerns packages and deployments, of which the local cloud makes none. */
const deploymentHooks = (serverless: Serverless, gate: GateHooks): DurePlugin['hooks'] => ({
  'before:package:initialize': () => {
    refuseStage(serverless);
    // The archives hold the files' modes: the same ones whoever packages, so that the same code is the same archive.
    process.umask(0o022);
  },
  // Before serverless-esbuild bundles, and after it has read its options.
  'after:package:initialize': () => bundleTogether(serverless.pluginManager.getPlugins()),
  'before:deploy:function:initialize': () => {
    refuseStage(serverless);
    return gate.beforeDeployFunction();
  },
  // The service's own resources are in the template only now, and next it is saved.
  'before:aws:package:finalize:saveServiceState': async () => {
    const manifest = await manifestOrRefuse(serverless);
    orRefuse(serverless, () => changeTemplate(serverless, manifest.contracts));
    manifest.write(compiledTemplate(serverless.service.provider));
  },
  'before:deploy:deploy': async () => {
    await waitForTurn();
    await checkFacts(serverless);
    await refuseToReplace(serverless);
    await gate.beforeDeploy(compiledTemplate(serverless.service.provider), { mock: isMock(serverless) });
    await prepareAccount(serverless);
  },
  'after:deploy:deploy': () => gate.afterwards(),
  'before:rollback:rollback': () => gate.beforeRollback(),
  'after:rollback:rollback': () => gate.afterwards(),
  'after:remove:remove': () => gate.afterRemove(),
  error: () => gate.failed(),
});

function refuseStage(serverless: Serverless): void {
  const refusal = refusalOfStage(serverless.getProvider('aws').getStage());
  if (refusal !== undefined) throw new serverless.classes.Error(refusal, 'DURE_STAGE');
}

/** On a laptop no key is needed. API Gateway's checks of requests are those of a deployment. */
function guardApi({ service: { service, functions, custom }, localCloud = false }: Serverless): void {
  const keys = !localCloud;
  const open = custom?.dure?.edge?.public ?? [];
  refuseUnguarded(service, contracts, functions, open);
  for (const config of Object.values(functions)) {
    config.events = guardEvents(service, contracts, config.events ?? [], { keys, open });
  }
  const upstreams = upstreamEvents(custom?.dure?.edge?.upstreams ?? [], { local: localCloud, keys });
  if (upstreams.length === 0) return;
  // The framework knows methods as events of functions; this one is not called.
  const serving = Object.values(functions).find((config) => hasRestApi({ config }));
  if (serving === undefined) throw new ConfigurationError('custom.dure.edge.upstreams: the service has no REST API.');
  serving.events = [...serving.events!, ...upstreams];
}

/** On a laptop the template is never saved, so the gateway responses are added here. */
function wordRefusals(serverless: Serverless): void {
  if (serverless.localCloud !== true || !hasApi(serverless)) return;
  const { Resources } = compiledTemplate(serverless.service.provider);
  Object.assign(Resources, gatewayResponses({ Ref: REST_API }, docsOf(serverless)));
}

const hasApi = (serverless: Serverless): boolean => hasRestApi(serverless.service.functions) || hasMocks(serverless);

/** Stops a deployment or a removal of a mock where the service itself is. */
async function refuseToReplace(serverless: Serverless): Promise<void> {
  const refusal = await refusalOfMock(serverless);
  if (refusal !== undefined) throw new serverless.classes.Error(refusal, 'DURE_MOCK');
}

/** On a laptop, too, the access log tells the journal who called what. */
function logCalls(serverless: Serverless): void {
  if (serverless.localCloud !== true) return;
  const template = compiledTemplate(serverless.service.provider);
  logLocalCalls(template, factsOf(serverless));
  logConnections(template, factsOf(serverless));
}

function changeTemplate(serverless: Serverless, contracts: string): void {
  const template = compiledTemplate(serverless.service.provider);
  transformTemplate(template, { ...factsOf(serverless), contracts });
}

function factsOf(serverless: Serverless) {
  const { service, functions, custom, provider } = serverless.service;
  const stage = serverless.getProvider('aws').getStage();
  const logRetentionInDays = provider.logRetentionInDays ?? DEFAULT_LOG_RETENTION_DAYS;
  return { service, stage, functions, logRetentionInDays, dure: custom?.dure ?? {}, mock: isMock(serverless) };
}

/** What the release provides and requires, from its code; of a mock, its endpoints. */
async function manifestOrRefuse(serverless: Serverless): Promise<ManifestFile> {
  const { service, functions } = serverless.service;
  const folder = serverless.serviceDir;
  try {
    return await makeManifest({ service, folder, functions, mock: isMock(serverless) }, commit(folder));
  } catch (error) {
    if (!(error instanceof ReleaseError)) throw error;
    throw new serverless.classes.Error(error.message, 'DURE_MANIFEST');
  }
}

/** Stops a deployment if a parameter or secret of the template is missing, and names the service that publishes it. */
async function checkFacts(serverless: Serverless): Promise<void> {
  // Loaded only here, because packaging and the local cloud need no client.
  const { refusalsOfFacts } = await import('./check-facts.ts');
  const aws = serverless.getProvider('aws');
  const place = { service: serverless.service.service, stage: aws.getStage() };
  const template = compiledTemplate(serverless.service.provider);
  const refusals = await refusalsOfFacts(template, place, await aws.getAwsSdkV3Config());
  if (refusals.length > 0) throw new serverless.classes.Error(refusals.join('\n'), 'DURE_MISSING_FACTS');
}

/** Prepares the account for an API's access log. */
async function prepareAccount(serverless: Serverless): Promise<void> {
  if (!hasApi(serverless)) return;
  const { ensureLoggingRole } = await import('./template/logging-role.ts');
  await ensureLoggingRole(await serverless.getProvider('aws').getAwsSdkV3Config());
}

const docsOf = (serverless: Serverless): string =>
  docsUrl({
    service: serverless.service.service,
    stage: serverless.getProvider('aws').getStage(),
    local: serverless.localCloud === true,
  });

function compiledTemplate({ compiledCloudFormationTemplate: template }: Serverless['service']['provider']): Template {
  if (template === undefined) throw new Error('There is no compiled template yet.');
  return template;
}

function applyExpansion(serverless: Serverless): void {
  const { service } = serverless;
  if (hasMocks(serverless)) orRefuse(serverless, () => prepareMock(serverless));
  const { resources, functions } = orRefuse(serverless, () => {
    if (isMock(serverless)) return { resources: {}, functions: {} };
    addAuthorizer(serverless);
    refuseMissingHandlers(serverless.serviceDir, service.functions);
    refuseUnserved(serverless.serviceDir, service.service, contracts, service.functions);
    refuseUnmeasured(serverless.serviceDir, service.functions, service.custom?.dure?.alarms?.business ?? []);
    return expand(serverless);
  });
  service.resources ??= {};
  service.resources.Resources = { ...service.resources.Resources, ...resources };
  service.package.individually ??= true;
  for (const [name, additions] of Object.entries(functions)) addTo(service.functions[name]!, additions);
  const stage = serverless.getProvider('aws').getStage();
  if (!hasApi(serverless) || serverless.localCloud === true) return;
  const settings = orRefuse(serverless, () => apiGatewaySettings(service.service, stage, service.custom?.dure?.edge));
  service.provider.apiGateway = { ...settings, ...service.provider.apiGateway };
}

/** Before anything looks at the functions: to every command it is one of them. */
function addAuthorizer(serverless: Serverless): void {
  const { service, functions } = serverless.service;
  const guarded = guardedEndpoints(service, contracts, functions);
  if (guarded.length === 0) return;
  functions[AUTHORIZER] = authorizerFunction(service, serverless.getProvider('aws').getStage(), functions);
  writeAuthorizer(serverless.serviceDir, guarded);
}

function expand(serverless: Serverless): ReturnType<typeof expandService> {
  const { service } = serverless;
  return expandService(
    {
      service: service.service,
      stage: serverless.getProvider('aws').getStage(),
      timeout: service.provider.timeout ?? DEFAULT_TIMEOUT_SECONDS,
      version: packageVersion(serverless.serviceDir),
      commit: commit(serverless.serviceDir),
      docs: docsOf(serverless),
      dure: service.custom?.dure ?? {},
      functions: service.functions,
      resources: service.resources?.Resources ?? {},
    },
    contracts,
  );
}

/** A mistake in serverless.yml is reported in the framework's own way, without a stack trace. */
function orRefuse<Result>(serverless: Serverless, make: () => Result): Result {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    throw new serverless.classes.Error(error.message, 'DURE_CONFIGURATION');
  }
}

function addTo(config: Writable<FunctionConfig>, additions: FunctionAdditions): void {
  config.events = [...(config.events ?? []), ...additions.events];
  config.environment = { ...additions.environment, ...config.environment };
  config.role = additions.role;
  Object.assign(config, additions.asynchronous);
}
