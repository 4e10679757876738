import { isDeepStrictEqual } from 'node:util';
import { own } from '@dure/local-http/own-property';
import { type CreatedResource, UnsupportedProperty } from '@dure/cloudformation';
import { type Scope, UnresolvedReference } from '@dure/cloudformation/scope';
import { applyTemplates, type FailedResource, type StackChange } from '@dure/cloudformation/stacks/apply';
import { type Engine, forgetFailed, removeOutdated, stackScope } from '@dure/cloudformation/stacks/engine';
import { trackProgress } from '@dure/cloudformation/stacks/progress';
import { newStack } from '@dure/cloudformation/stacks/stack-actions';
import { resolveOutputs } from '@dure/cloudformation/stacks/outputs';
import { dependencyOrder, type Resource, type Template } from '@dure/cloudformation/template';
import { importedFrom, outputReferences, type StackChanges } from './stack-outputs.ts';
import { STAGE } from '../shared/aws-environment.ts';

/** The place of a resource, or of a path in it; undefined for what an event or a plugin made. */
export type LocateResource = (logicalId: string, path: readonly string[]) => string | undefined;

/** What a service's stack is made from. */
export interface ServiceTemplate {
  readonly service: string;
  /** By default the service's name with its stage. */
  readonly stackName?: string;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly template: Template;
  /** Where a resource of the configuration file stands there. */
  readonly locate?: LocateResource;
  /** What the framework adds to a stack on AWS and the workspace makes by itself, such as functions. */
  frameworkResource(logicalId: string): CreatedResource | undefined;
}

/** A service's stack, for what is outside of it to be resolved against. */
export interface ServiceStack {
  readonly template: Template;
  readonly scope: Scope;
}

export interface DeployedResource {
  readonly service: string;
  readonly logicalId: string;
  readonly type: string;
  readonly ref: string;
  /** False for what is accepted without an effect on a laptop, such as log groups. */
  readonly enforced: boolean;
}

export interface Deployment {
  /** By service. */
  readonly stacks: ReadonlyMap<string, ServiceStack>;
  readonly resources: readonly DeployedResource[];
  /** By service, what is wrong with its resources, a sentence each. */
  readonly failures: ReadonlyMap<string, string[]>;
}

/**
 * Brings the stacks of all services in line with their templates, each resource as soon as what it refers to exists: one
 * that reads an SSM parameter waits for the service that writes it. A resource that fails leaves the others alone.
 */
export async function deployServices(services: readonly ServiceTemplate[], engine: Engine): Promise<Deployment> {
  const failures = new Map<string, string[]>();
  const fail = (service: string, sentence: string): void =>
    void failures.set(service, [...(failures.get(service) ?? []), sentence]);
  const changes = new Map<string, StackChange>();
  const live = { ...engine, dynamicReferences: { ...engine.dynamicReferences, ...outputReferences(changes, engine) } };
  for (const given of services) {
    const { supported, unsupported } = partByType(given, engine);
    for (const sentence of unsupported) fail(given.service, sentence);
    try {
      changes.set(given.service, beginChange({ ...given, template: supported }, live, changes));
    } catch (error) {
      fail(given.service, error instanceof Error ? error.message : String(error));
    }
  }
  const failed = await applyTemplates([...changes.values()], engine);
  for (const [service, change] of changes) {
    const own = failed.filter((each) => each.change === change);
    const { locate } = services.find((given) => given.service === service)!;
    for (const sentence of describeFailures(own, engine, locate)) fail(service, sentence);
    try {
      await endChange(change, failures.has(service), engine);
    } catch (error) {
      fail(service, `Outputs: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  const resources = [...changes].flatMap(([service, change]) => deployedResources(service, change, engine));
  return { stacks: changes, resources, failures };
}

function partByType(
  { template, locate = NOWHERE }: ServiceTemplate,
  { resourceTypes }: Engine,
): { supported: Template; unsupported: string[] } {
  const isKnown = ([, { Type: type }]: [string, Resource]): boolean => resourceTypes.has(type);
  const resources = Object.entries(template.Resources);
  const unsupported = resources.filter((entry) => !isKnown(entry));
  return {
    supported: { ...template, Resources: Object.fromEntries(resources.filter(isKnown)) },
    unsupported: unsupported.map(
      ([id, { Type }]) => `${placeOf(locate(id, ['Type']))}${id}: the resource type ${Type} is not supported here.`,
    ),
  };
}

/** @throws TypeError or AwsError for a template that is wrong as a whole */
function beginChange(
  { service, stackName: name = `${service}-${STAGE}`, parameters = {}, template, frameworkResource }: ServiceTemplate,
  engine: Engine,
  changes: StackChanges,
): StackChange {
  dependencyOrder(template);
  const { store } = engine;
  const input = { parameters, tags: [], capabilities: [], notificationArns: [] };
  const templateBody = JSON.stringify(template);
  const existing = store.find(name);
  const before = existing ?? newStack(name, { ...input, templateBody }, engine);
  const progress = trackProgress(store, before, { onlyResults: true });
  if (existing?.templateBody !== templateBody || !isDeepStrictEqual(existing.parameters, parameters)) {
    progress.change({ templateBody, parameters });
  }
  const scope = stackScope(template, progress, engine, frameworkResource, (exported) =>
    importedFrom(changes, exported, store),
  );
  return { template, progress, scope, undo: [], outdated: [] };
}

async function endChange(change: StackChange, hasFailed: boolean, engine: Engine): Promise<void> {
  const { progress, template, scope } = change;
  forgetFailed(progress);
  if (!hasFailed) {
    await removeOutdated(change, engine);
    const outputs = resolveOutputs(template, scope);
    if (!isDeepStrictEqual(outputs, progress.stack().outputs)) progress.change({ outputs });
  }
  const status = hasFailed ? 'UPDATE_FAILED' : 'UPDATE_COMPLETE';
  if (progress.stack().status !== status) progress.change({ status });
}

const NOWHERE: LocateResource = () => undefined;

/** `serverless.yml:12: ` */
const placeOf = (place: string | undefined): string => (place === undefined ? '' : `${place}: `);

/** A sentence for each failure, and one for each thing that is missing, however many resources wait for it. */
function describeFailures(
  failed: readonly FailedResource[],
  { resourceTypes }: Engine,
  locate: LocateResource = NOWHERE,
): string[] {
  const sentences: string[] = [];
  const waiting = new Map<string, string[]>();
  for (const { change, logicalId, error } of failed) {
    const { Type: type } = change.template.Resources[logicalId]!;
    const resource = `${logicalId} (${type})`;
    if (error instanceof UnresolvedReference) {
      waiting.set(error.missing, [...(waiting.get(error.missing) ?? []), resource]);
      continue;
    }
    const reason = (error instanceof Error ? error.message : String(error)).replace(`${type}: `, '');
    const existing = own(change.progress.stack().resources, logicalId);
    const isKept = resourceTypes.get(type)?.holdsData && (existing?.physicalId ?? '') !== '';
    const remedy = isKept ? ' Run "npm run reset" to start without its data.' : '';
    const path = error instanceof UnsupportedProperty ? ['Properties', error.property] : [];
    sentences.push(`${placeOf(locate(logicalId, path))}${resource}: ${reason}${remedy}`);
  }
  for (const [missing, [first, ...others]] of waiting) {
    const wait = others.length === 0 ? 'waits' : `and ${others.length} more wait`;
    sentences.push(`${first} ${wait} for ${missing}, which nothing here makes.`);
  }
  return sentences;
}

function deployedResources(service: string, { progress }: StackChange, engine: Engine): DeployedResource[] {
  return Object.values(progress.stack().resources).map(({ logicalId, type, physicalId }) => {
    const enforced = engine.resourceTypes.get(type)?.inert !== true;
    return { service, logicalId, type, ref: engine.reachable(physicalId), enforced };
  });
}
