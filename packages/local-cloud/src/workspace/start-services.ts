import type { Lambda } from '@dure/lambda-runtime';
import type { Engine } from '@dure/cloudformation/stacks/engine';
import type { CloudLog } from '../shared/types.ts';
import { apiIdsOf, functionUrlsOf } from './apis.ts';
import { compileTemplate, deploymentHooks } from './compile.ts';
import { readDeclaration } from '../sandboxes/declaration.ts';
import type { Sandboxes } from '../sandboxes/sandboxes.ts';
import { parameterName, prepareSurroundings } from '../sandboxes/surroundings.ts';
import { bundleBeforehand, type BundleFolders, bundleServices, type EarlyBundles } from './bundle.ts';
import type { BundleInput } from './bundle-input.ts';
import type { Emulators } from '../services/emulators.ts';
import { type Failures, alive } from './failures.ts';
import { frameworkResource } from './framework-resources.ts';
import { registerFunctions } from './functions.ts';
import { type InvokeConfigs, invokeConfigOf } from './invoke-configs.ts';
import { packageFiles } from './package-files.ts';
import { STAGE } from '../shared/aws-environment.ts';
import { readServices } from './read-services.ts';
import type { Serverless } from './serverless.ts';
import { resourceLocator } from './serverless-yml/location.ts';
import { hasWebSocket, type Service } from './service.ts';
import { type DeployedResource, type Deployment, deployServices, type ServiceTemplate } from './stacks.ts';

export interface StartContext {
  readonly emulators: Emulators;
  readonly sandboxes: Sandboxes;
  readonly engine: Engine;
  /** Filled with those of the services that run. */
  readonly invokeConfigs: InvokeConfigs;
  readonly lambda: Lambda;
  readonly failures: Failures;
  readonly folders: BundleFolders;
  /** The AWS settings that every function gets. */
  readonly environment: Readonly<Record<string, string>>;
  /** `http://localhost:4000` */
  readonly frontDoorUrl: string;
  readonly log: CloudLog;
  phase<T>(name: string, work: () => Promise<T>): Promise<T>;
}

/**
 * From folders to answering APIs: reads the configurations, bundles the functions while plugins are loaded and the
 * resources are created, and resolves each function's environment against them. A service that fails leaves the rest alone.
 */
export async function startServices(
  services: readonly Service[],
  context: StartContext,
): Promise<readonly DeployedResource[]> {
  const { emulators, engine, environment, lambda, failures, folders, phase, invokeConfigs } = context;
  const bundles = (): BundleInput[] => alive(services).flatMap(({ bundle }) => bundle ?? []);
  let early: EarlyBundles | undefined;
  const bundleEarly = (): void => void (early = bundleBeforehand(bundles(), folders));
  const kept = { ssm: emulators.ssm, store: engine.store };
  // As each deployed service publishes it. Where one does not start, the front door says so.
  for (const { name } of services) emulators.ssm.put(parameterName(STAGE, name, 'url'), urlOf(name, context));
  await phase('reading services', () => readServices(services, kept, failures, bundleEarly));
  const bundling = phase('bundling functions', () => bundleServices(bundles(), folders, early));
  await phase('starting sandboxes', () => failures.forEach(services, (service) => prepareService(service, context)));
  const deployed = await phase('creating resources', () => createResources(services, context));
  const { outdir } = folders;
  for (const [name, result] of await bundling) {
    const service = services.find((candidate) => candidate.name === name)!;
    if (result.ok)
      Object.assign(service, { inputs: result.inputs, packaged: packageFiles(service.serverless!, outdir) });
    else if (service.state !== 'failed') failures.fail(service, result.error);
  }
  await phase('registering functions', () =>
    failures.forEach(services, async (service) => {
      const stack = deployed.stacks.get(service.name)!;
      registerFunctions(service, stack, { ...emulators, lambda, outdir, environment });
      for (const definition of Object.values(service.serverless!.service.functions)) {
        invokeConfigs.set(definition.name, invokeConfigOf(definition, stack, service.serverless!));
      }
      Object.assign(service, apiIdsOf(stack), { functionUrls: functionUrlsOf(service.serverless!, stack) });
      service.state = 'running';
    }),
  );
  return deployed.resources;
}

const urlOf = (service: string, { frontDoorUrl }: Pick<StartContext, 'frontDoorUrl'>): string =>
  `${frontDoorUrl}/${service}/${STAGE}`;

const stackParameters = ({ service: { provider } }: Serverless): Record<string, string> =>
  Object.fromEntries(
    (provider.stackParameters ?? []).map(({ ParameterKey, ParameterValue = '' }) => [ParameterKey, ParameterValue]),
  );

/** What is there before the service's own resources, which may refer to it. */
async function prepareService(
  service: Service,
  { emulators: { ssm }, sandboxes, frontDoorUrl }: StartContext,
): Promise<void> {
  const { name, folder } = service;
  const serviceUrl = urlOf(name, { frontDoorUrl });
  if (hasWebSocket(service)) ssm.put(parameterName(STAGE, name, 'websocket-url'), serviceUrl.replace(/^http/, 'ws'));
  await prepareSurroundings(readDeclaration(name, folder), { ssm, sandboxes, stage: STAGE, serviceUrl });
}

async function createResources(
  services: readonly Service[],
  { engine, failures, log }: StartContext,
): Promise<Deployment> {
  const templates: ServiceTemplate[] = [];
  await failures.forEach(services, async ({ name, folder, filename, serverless }) => {
    templates.push({
      service: name,
      locate: resourceLocator(folder, filename),
      stackName: serverless!.getProvider('aws').naming.getStackName(),
      parameters: stackParameters(serverless!),
      template: await compileTemplate(serverless!),
      frameworkResource: (logicalId) => frameworkResource(serverless!, logicalId),
    });
    const unused = deploymentHooks(serverless!);
    if (unused.length > 0) log('info', `${name}: hooks of deployments are not run here: ${unused.join(', ')}`);
  });
  const deployment = await deployServices(templates, engine);
  for (const service of alive(services)) {
    const sentences = deployment.failures.get(service.name);
    if (sentences !== undefined) failures.fail(service, sentences.join(' '));
  }
  const inert = deployment.resources.filter(({ enforced }) => !enforced).length;
  log('debug', `${inert} resources are accepted and not enforced on a laptop, see /_cloud/resources`);
  return deployment;
}
