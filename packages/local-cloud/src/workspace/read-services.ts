import { resolveValue } from '@dure/cloudformation/resolver';
import { createScope } from '@dure/cloudformation/scope';
import type { StackStore } from '@dure/cloudformation/stacks/store';
import type { Resources } from '@dure/cloudformation/template';
import { readDeclaration } from '../sandboxes/declaration.ts';
import { parameterName } from '../sandboxes/surroundings.ts';
import type { Ssm } from '../services/ssm/index.ts';
import { ACCOUNT_ID, REGION, STAGE } from '../shared/aws-environment.ts';
import { alive, type Failures } from './failures.ts';
import { usedBy } from './serverless-yml/validate.ts';
import { checkService, hasWebSocket, openService, readService, type Service } from './service.ts';

const FACTS = { stage: STAGE, region: REGION, accountId: ACCOUNT_ID };

/** Outputs that the framework adds to a stack when it is packaged. */
const FRAMEWORK_OUTPUT =
  /^(?:HttpApi(?:Id|Url)|Service(?:Endpoint(?:Websocket)?|lessDeploymentBucketName)|.*Lambda(?:Function(?:QualifiedArn|Url)|Layer\w+))$/;

/** What an earlier start left: parameters, and stacks with their outputs. */
export interface Kept {
  readonly ssm: Pick<Ssm, 'find'>;
  readonly store: Pick<StackStore, 'find'>;
}

/**
 * Reads the services' configurations. An SSM parameter or an output may be made by any of them, so that only then it is
 * known which there are not: services that ask for one are read again, with what their variables say instead, which may
 * ask for another.
 * @param onRead called when all are read, before plugins are loaded
 */
export async function readServices(
  services: readonly Service[],
  kept: Kept,
  failures: Failures,
  onRead = (): void => {},
): Promise<void> {
  const askedBy = new Map<Service, Set<string>>();
  await failures.forEach(services, async (service) => {
    const asked = new Set<string>();
    askedBy.set(service, asked);
    await readService(service, { ...FACTS, asked });
  });
  onRead();
  await failures.forEach(services, (service) => openService(service, FACTS));
  const uses = alive(services).map(({ serverless }) => usedBy(serverless!));
  await failures.forEach(services, (service) => checkService(service, FACTS, uses));
  const stacks = new Map<string, Service>();
  const made = new Set<string>();
  await failures.forEach(services, async (service) => {
    stacks.set(stackNameOf(service), service);
    parametersMadeBy(service).forEach((name) => made.add(`ssm:${name}`));
  });
  const exists = (variable: string): boolean => {
    if (made.has(variable)) return true;
    const [, source, address] = /^(ssm|cf):(.*)$/.exec(variable)!;
    if (source === 'ssm') return kept.ssm.find(address!) !== undefined;
    const [stackName = '', key = ''] = address!.split('.');
    const service = stacks.get(stackName);
    if (service === undefined) return kept.store.find(stackName)?.outputs.some((it) => it.OutputKey === key) === true;
    return FRAMEWORK_OUTPUT.test(key) || Object.hasOwn(service.serverless!.service.resources?.Outputs ?? {}, key);
  };
  for (const service of alive(services)) await readAgain(service, askedBy.get(service)!, exists);
}

async function readAgain(service: Service, asked: Set<string>, exists: (variable: string) => boolean): Promise<void> {
  const missing = new Set<string>();
  for (;;) {
    const before = missing.size;
    for (const variable of asked) if (!exists(variable)) missing.add(variable);
    if (missing.size === before) return;
    const former = { ...service };
    try {
      const options = { ...FACTS, asked, missing };
      await readService(service, options);
      await openService(service, options);
      await checkService(service, options, usedBy(service.serverless!));
    } catch {
      // Without anything instead, the resource or function that needs it says so when it is made.
      Object.assign(service, former);
      return;
    }
  }
}

const stackNameOf = ({ serverless }: Service): string => serverless!.getProvider('aws').naming.getStackName();

function parametersMadeBy(service: Service): string[] {
  const { name, folder, serverless } = service;
  const { parameters, sandboxes } = readDeclaration(name, folder);
  const declared = [...Object.keys(parameters), ...sandboxes.map(({ urlParameter }) => urlParameter)];
  const stackName = stackNameOf(service);
  const resources = serverless!.service.resources?.Resources ?? {};
  return [
    ...[...declared, ...(hasWebSocket(service) ? ['websocket-url'] : [])].map((it) => parameterName(STAGE, name, it)),
    ...parametersIn(resources, stackName),
  ];
}

/** Names of a template's parameters, as far as they can be known before anything exists. */
function parametersIn(resources: Resources, stackName: string): string[] {
  const scope = createScope({
    ...{ stackId: '', stackName, region: REGION, accountId: ACCOUNT_ID, template: { Resources: resources } },
    ...{ parameters: {}, dynamicReferences: {} },
    resource: () => undefined,
    exported: () => undefined,
    reachable: (text) => text,
  });
  return Object.entries(resources).flatMap(([logicalId, { Type, Properties = {} }]) => {
    if (Type !== 'AWS::SSM::Parameter') return [];
    try {
      return [String(resolveValue(Properties['Name'] ?? `${stackName}-${logicalId}`, scope))];
    } catch {
      return [];
    }
  });
}
