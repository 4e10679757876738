import { resolveValue } from '@dure/cloudformation/resolver';
import { createScope } from '@dure/cloudformation/scope';
import type { Resources } from '@dure/cloudformation/template';
import { readDeclaration } from '../sandboxes/declaration.ts';
import { parameterName } from '../sandboxes/surroundings.ts';
import type { Ssm } from '../services/ssm/index.ts';
import { ACCOUNT_ID, REGION, STAGE } from '../shared/aws-environment.ts';
import { alive, type Failures } from './failures.ts';
import { hasWebSocket, loadService, type Service } from './service.ts';

const FACTS = { stage: STAGE, region: REGION, accountId: ACCOUNT_ID };

/**
 * Reads the services' configurations. An SSM parameter may be made by any of them, so that only then it is known which
 * there are not: services that ask for one are read again, with what their variables say instead.
 */
export async function readServices(services: readonly Service[], ssm: Ssm, failures: Failures): Promise<void> {
  const askedBy = new Map<Service, Set<string>>();
  await failures.forEach(services, async (service) => {
    const asked = new Set<string>();
    askedBy.set(service, asked);
    await loadService(service, { ...FACTS, asked });
  });
  const made = new Set<string>();
  await failures.forEach(services, async (service) => parametersMadeBy(service).forEach((name) => made.add(name)));
  for (const service of alive(services)) {
    const names = [...askedBy.get(service)!];
    const missing = new Set(names.filter((name) => !made.has(name) && ssm.find(name) === undefined));
    if (missing.size === 0) continue;
    const { serverless } = service;
    // Without anything instead, the resource or function that needs it says so when it is made.
    await loadService(service, { ...FACTS, missing }).catch(() => (service.serverless = serverless!));
  }
}

function parametersMadeBy(service: Service): string[] {
  const { name, folder, serverless } = service;
  const { parameters, sandboxes } = readDeclaration(name, folder);
  const declared = [...Object.keys(parameters), ...sandboxes.map(({ urlParameter }) => urlParameter)];
  const stackName = serverless!.getProvider('aws').naming.getStackName();
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
