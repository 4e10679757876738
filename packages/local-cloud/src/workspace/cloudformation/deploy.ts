import type { Cloud, CreatedResource, ResourceType } from '../../services/cloudformation/resource-type.ts';
import { RESOURCE_TYPES } from './resource-types.ts';
import { ACCEPTED_TYPES, acceptedResource } from '../../services/cloudformation/inert-resource-types.ts';
import { conditionHolds, resolveValue } from '../../services/cloudformation/resolver.ts';
import { UnresolvedReference } from '../../services/cloudformation/scope.ts';
import type { Stack } from './stack.ts';
import type { Resource } from '../../services/cloudformation/template.ts';
import { own } from '../../shared/own.ts';

const EVENT_SOURCE_MAPPING = 'AWS::Lambda::EventSourceMapping';

interface Pending {
  readonly stack: Stack;
  readonly logicalId: string;
  readonly resource: Resource;
  missing?: string;
}

export interface DeployedResource {
  readonly service: string;
  readonly logicalId: string;
  readonly type: string;
  readonly ref: string;
  /** False for what is accepted without an effect on a laptop: alarms, roles, log groups. */
  readonly enforced: boolean;
}

export interface MappingRequest {
  readonly service: string;
  readonly logicalId: string;
  /** As CloudFormation's AWS::Lambda::EventSourceMapping, resolved. */
  readonly properties: Readonly<Record<string, unknown>>;
}

export interface Deployment {
  readonly resources: DeployedResource[];
  readonly eventSourceMappings: MappingRequest[];
  /** Service → the sentences that say what is wrong with its resources. */
  readonly failures: Map<string, string[]>;
}

/**
 * Creates the stacks' resources, each as soon as what it refers to exists, across services: one that reads an SSM
 * parameter waits for the service that writes it. What can not be created is told by service, resource and type.
 */
export async function deployStacks(stacks: readonly Stack[], cloud: Cloud): Promise<Deployment> {
  const deployment: Deployment = { resources: [], eventSourceMappings: [], failures: new Map() };
  let pending = stacks.flatMap((stack) => refuseUnsupported(stack, cloud, deployment));
  for (let progress = true; progress && pending.length > 0;) {
    const waiting: Pending[] = [];
    for (const item of pending) if (!(await tryCreate(item, cloud, deployment))) waiting.push(item);
    progress = waiting.length < pending.length;
    pending = waiting;
  }
  tellWaiting(pending, deployment);
  return deployment;
}

/** One sentence for each thing that is missing, however many resources wait for it. */
function tellWaiting(pending: readonly Pending[], deployment: Deployment): void {
  const waiting = Map.groupBy(pending, ({ stack, missing }) => `${stack.service} ${missing}`);
  for (const [first, ...others] of waiting.values()) {
    const { stack, logicalId, resource, missing } = first!;
    const more = others.length === 0 ? 'waits' : `and ${others.length} more wait`;
    fail(deployment, stack, `${logicalId} (${resource.Type}) ${more} for ${missing}, which nothing here makes.`);
  }
}

/** The stack's resources that are wanted, without those of a type or with a property that is not supported. */
function refuseUnsupported(stack: Stack, { apis = {} }: Cloud, deployment: Deployment): Pending[] {
  const wanted: Pending[] = [];
  for (const [logicalId, resource] of Object.entries(stack.template.Resources)) {
    if (resource.Condition !== undefined && !conditionHolds(resource.Condition, stack.scope)) continue;
    const problem = Object.hasOwn(apis, resource.Type) ? undefined : unsupported(logicalId, resource);
    if (problem === undefined) wanted.push({ stack, logicalId, resource });
    else fail(deployment, stack, problem);
  }
  return wanted;
}

function unsupported(logicalId: string, { Type: type, Properties: properties = {} }: Resource): string | undefined {
  if (Object.hasOwn(ACCEPTED_TYPES, type) || type === EVENT_SOURCE_MAPPING) return undefined;
  const definition = own(RESOURCE_TYPES, type);
  if (definition === undefined) return `${logicalId}: the resource type ${type} is not supported locally.`;
  const known = [...definition.supported, ...(definition.accepted ?? [])];
  const unknown = Object.keys(properties).find((name) => properties[name] !== undefined && !known.includes(name));
  if (unknown === undefined) return undefined;
  return `${logicalId} (${type}): the property ${unknown} is not supported locally.`;
}

/** False if the resource has to wait for another. */
async function tryCreate(item: Pending, cloud: Cloud, deployment: Deployment): Promise<boolean> {
  const { stack, logicalId, resource } = item;
  const { service } = stack;
  try {
    const created = await create(item, cloud, deployment);
    if (created === undefined) return true;
    stack.created.set(logicalId, created);
    const enforced = !(resource.Type in ACCEPTED_TYPES);
    deployment.resources.push({ service, logicalId, type: resource.Type, ref: created.ref, enforced });
  } catch (error) {
    if (error instanceof UnresolvedReference) {
      item.missing = error.missing;
      return false;
    }
    const reason = error instanceof Error ? error.message : String(error);
    fail(deployment, stack, `${logicalId} (${resource.Type}): ${reason}`);
  }
  return true;
}

async function create(
  { stack, logicalId, resource }: Pending,
  cloud: Cloud,
  deployment: Deployment,
): Promise<CreatedResource | undefined> {
  const { service } = stack;
  for (const id of [resource.DependsOn ?? []].flat()) if (isAwaited(stack, id)) stack.scope.ref(id);
  const defaultName = `${service}-${cloud.stage}-${logicalId}`;
  if (Object.hasOwn(ACCEPTED_TYPES, resource.Type)) return acceptedResource(resource.Type, defaultName, cloud);
  const definition = own(RESOURCE_TYPES, resource.Type);
  const properties = resolveEnforced(resource, definition, stack);
  const api = own(cloud.apis ?? {}, resource.Type);
  if (api !== undefined) return api.create(properties);
  if (definition === undefined) {
    deployment.eventSourceMappings.push({ service, logicalId, properties });
    return undefined;
  }
  return definition.create({ service, logicalId, defaultName, properties }, cloud);
}

/** An event source mapping is nothing that another resource could wait for. */
function isAwaited({ template, scope }: Stack, logicalId: string): boolean {
  const { Type: type, Condition: condition } = own(template.Resources, logicalId) ?? {};
  if (type === undefined || type === EVENT_SOURCE_MAPPING) return false;
  return condition === undefined || conditionHolds(condition, scope);
}

/** Only what is put into effect has to resolve. */
function resolveEnforced(
  { Properties: properties = {} }: Resource,
  definition: ResourceType | undefined,
  { scope }: Stack,
): Record<string, unknown> {
  const accepted = definition?.accepted ?? [];
  const enforced = Object.entries(definition?.narrow?.(properties) ?? properties).filter(
    ([name]) => !accepted.includes(name),
  );
  const resolved = enforced.map(([name, value]) => [name, resolveValue(value, scope)] as const);
  return Object.fromEntries(resolved.filter(([, value]) => value !== undefined));
}

function fail({ failures }: Deployment, { service }: Stack, sentence: string): void {
  failures.set(service, [...(failures.get(service) ?? []), sentence]);
}
