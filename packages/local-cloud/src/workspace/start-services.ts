import { type DeployedResource, type MappingRequest, deployStacks } from './cloudformation/deploy.ts';
import { removeLeftovers } from './cloudformation/leftovers.ts';
import { type Stack, createStack } from './cloudformation/stack.ts';
import type { Lambda } from '../services/lambda/pool/index.ts';
import type { CloudLog } from '../shared/types.ts';
import { readDeclaration } from '../sandboxes/declaration.ts';
import type { Sandboxes } from '../sandboxes/sandboxes.ts';
import { parameterName, prepareSurroundings } from '../sandboxes/surroundings.ts';
import { type BundleFolders, bundleServices } from './bundle.ts';
import type { Emulators } from '../services/emulators.ts';
import { type Failures, alive } from './failures.ts';
import { functionArn, registerFunctions } from './functions.ts';
import { ACCOUNT_ID, REGION, STAGE } from '../shared/aws-environment.ts';
import { compileResources } from './serverless.ts';
import { type Service, hasWebSocket, loadService, startApi } from './service.ts';

export interface StartContext {
  readonly emulators: Emulators;
  readonly sandboxes: Sandboxes;
  readonly lambda: Lambda;
  readonly failures: Failures;
  readonly folders: BundleFolders;
  /** `http://localhost:4000` */
  readonly frontDoorUrl: string;
  readonly log: CloudLog;
  phase<T>(name: string, work: () => Promise<T>): Promise<T>;
}

export interface StartedServices {
  readonly stacks: ReadonlyMap<Service, Stack>;
  readonly resources: readonly DeployedResource[];
  readonly eventSourceMappings: readonly MappingRequest[];
}

/**
 * From folders to answering APIs: reads the configurations, bundles the functions while the resources are created,
 * resolves each function's environment against them, and starts the APIs. A service that fails leaves the rest alone.
 */
export async function startServices(services: readonly Service[], context: StartContext): Promise<StartedServices> {
  const { emulators, lambda, failures, folders, phase } = context;
  await phase('reading services', () =>
    failures.forEach(services, (service) =>
      loadService(service, { stage: STAGE, region: REGION, accountId: ACCOUNT_ID }),
    ),
  );
  const bundling = phase('bundling functions', () =>
    bundleServices(
      alive(services).flatMap(({ bundle }) => bundle ?? []),
      folders,
    ),
  );
  await phase('starting sandboxes', () => failures.forEach(services, (service) => prepareService(service, context)));
  const deployed = await phase('creating resources', () => createResources(services, context));
  for (const [name, result] of await bundling) {
    const service = services.find((candidate) => candidate.name === name)!;
    if (result.ok) service.inputs = result.inputs;
    else if (service.state !== 'failed') failures.fail(service, result.error);
  }
  const { outdir } = folders;
  const { environment, iam } = emulators;
  await phase('starting APIs', () =>
    failures.forEach(services, async (service) => {
      registerFunctions(service, deployed.stacks.get(service)!, { lambda, iam, outdir, environment });
      await startApi(service, lambda);
      service.state = 'running';
    }),
  );
  return deployed;
}

/** What is there before the service's own resources, which may refer to it. */
async function prepareService(
  service: Service,
  { emulators: { ssm }, sandboxes, frontDoorUrl }: StartContext,
): Promise<void> {
  const { name, folder } = service;
  const serviceUrl = `${frontDoorUrl}/${name}/${STAGE}`;
  if (hasWebSocket(service)) ssm.put(parameterName(STAGE, name, 'websocket-url'), serviceUrl.replace(/^http/, 'ws'));
  await prepareSurroundings(readDeclaration(name, folder), { ssm, sandboxes, stage: STAGE, serviceUrl });
}

async function createResources(
  services: readonly Service[],
  { emulators, failures, log }: StartContext,
): Promise<StartedServices> {
  const stacks = new Map<Service, Stack>();
  await failures.forEach(services, async (service) => {
    const serverless = service.serverless!;
    stacks.set(
      service,
      createStack({
        service: service.name,
        template: { ...serverless.service.resources, Resources: await compileResources(serverless) },
        stage: STAGE,
        region: REGION,
        accountId: ACCOUNT_ID,
        functionArn: (logicalId) => functionArn(serverless, logicalId),
        ssmParameter: emulators.ssm.get,
      }),
    );
  });
  const deployment = await deployStacks([...stacks.values()], emulators.cloud);
  for (const service of alive(services)) {
    const sentences = deployment.failures.get(service.name);
    if (sentences !== undefined) failures.fail(service, sentences.join(' '));
  }
  const names = alive(services).map(({ name }) => name);
  await removeLeftovers(emulators.database, names, deployment.resources, emulators.cloud);
  const idle = deployment.resources.filter(({ enforced }) => !enforced).length;
  log('debug', `${idle} resources are accepted and not enforced on a laptop, see /_cloud/resources`);
  await emulators.dynamodb.afterTablesChanged();
  return { ...deployment, stacks };
}
