import { isDeepStrictEqual } from 'node:util';
import { own } from '@dure/local-http/own-property';
import { conditionHolds, resolveValue } from '../resolver.ts';
import type { CreatedResource, Properties, ResourceType } from '../resource-type.ts';
import { type Scope, UnresolvedReference } from '../scope.ts';
import { dependencyOrder, refusalOfSecure, type Resource, secureReferences, type Template } from '../template.ts';
import type { Engine } from './engine.ts';
import type { StackResource } from './model.ts';
import type { Progress } from './progress.ts';
import { removeResource } from './remove-resource.ts';

/** A stack that is being brought in line with its template. */
export interface StackChange {
  readonly template: Template;
  readonly scope: Scope;
  readonly progress: Progress;
  /** What has to be undone if a later step fails. */
  readonly undo: (() => Promise<void>)[];
  /** What may go when all is done. */
  readonly outdated: StackResource[];
}

/** A resource that could not be made or changed. */
export interface FailedResource {
  readonly change: StackChange;
  readonly logicalId: string;
  readonly error: unknown;
}

interface Step {
  readonly change: StackChange;
  readonly logicalId: string;
  readonly declared: Resource;
  readonly type: ResourceType;
  readonly properties: Properties;
}

type Parts = Pick<Engine, 'resourceTypes' | 'store' | 'generateName' | 'development'>;

/**
 * Makes the stacks' resources what their templates say, each after what it refers to. Records in each change how to
 * undo its steps, so that a caller can roll back after a failure.
 *
 * In development a resource that fails does not stop the others, and one that refers to what does not exist yet is
 * tried again as long as others get on: stacks wait for one another's SSM parameters.
 * @returns what failed in development
 * @throws Error with the reason of the first failure, otherwise
 */
export async function applyTemplates(changes: readonly StackChange[], parts: Parts): Promise<FailedResource[]> {
  const failed: FailedResource[] = [];
  let pending = changes.flatMap((change) =>
    dependencyOrder(change.template).map((logicalId) => ({ change, logicalId, error: undefined as unknown })),
  );
  for (let before = Infinity; pending.length < before;) {
    before = pending.length;
    const waiting: typeof pending = [];
    for (const { change, logicalId } of pending) {
      const earlier = [change.template.Resources[logicalId]!.DependsOn ?? []].flat();
      const awaited = waiting.find((each) => each.change === change && earlier.includes(each.logicalId));
      if (awaited !== undefined) {
        waiting.push({ change, logicalId, error: awaited.error });
        continue;
      }
      try {
        await applyResource(change, logicalId, parts);
      } catch (error) {
        if (parts.development && error instanceof UnresolvedReference) {
          waiting.push({ change, logicalId, error });
          continue;
        }
        recordFailure(change, logicalId, reasonOf(error));
        if (!parts.development) throw new Error(reasonOf(error), { cause: error });
        failed.push({ change, logicalId, error });
      }
    }
    pending = waiting;
  }
  for (const { template, progress, outdated } of changes) {
    const resources = Object.values(progress.stack().resources);
    outdated.push(...resources.filter(({ logicalId }) => !Object.hasOwn(template.Resources, logicalId)));
  }
  return [...failed, ...pending];
}

async function applyResource(change: StackChange, logicalId: string, parts: Parts): Promise<void> {
  const { template, scope, progress } = change;
  const declared = template.Resources[logicalId]!;
  const before = existing(progress, logicalId);
  if (declared.Condition !== undefined && !conditionHolds(declared.Condition, scope)) {
    if (before !== undefined) change.outdated.push(before);
    return;
  }
  const type = parts.resourceTypes.get(declared.Type)!;
  const { Properties: given = {} } = declared;
  const secure = secureReferences(given, `${declared.Type}/Properties`);
  if (secure.length > 0) throw new TypeError(refusalOfSecure(secure));
  const wanted = parts.development ? (type.enforced?.(given) ?? given) : given;
  const entries = Object.entries(wanted).map(([name, value]) => [name, resolveValue(value, scope)] as const);
  const properties = Object.fromEntries(entries.filter(([, value]) => value !== undefined));
  const step = { change, logicalId, declared, type, properties };
  if (before === undefined) await make(step, parts);
  else await adjust(step, before, parts);
}

/** A record without a physical id is of a resource whose making was interrupted. */
function existing(progress: Progress, logicalId: string): StackResource | undefined {
  const resource = own(progress.stack().resources, logicalId);
  return resource?.physicalId === '' ? undefined : resource;
}

async function make(step: Step, parts: Parts): Promise<void> {
  const { change, type, properties } = step;
  const { progress } = change;
  const name = nameOf(step, parts);
  progress.resource({ ...recordOf(step, name, parts), status: 'CREATE_IN_PROGRESS' });
  type.check(properties);
  await refuseTaken(step, name, parts);
  const created = await create(step, name);
  const resource = { ...recordOf(step, name, parts), physicalId: created.ref, attributes: created.attributes };
  change.undo.push(() => removeResource({ ...resource, status: '', at: '' }, type, progress, true));
  progress.resource({ ...resource, status: 'CREATE_COMPLETE' });
}

const create = async ({ change, logicalId, type, properties }: Step, name: string): Promise<CreatedResource> =>
  type.create({ stackName: change.progress.stack().name, logicalId, name, properties });

async function adjust(step: Step, before: StackResource, parts: Parts): Promise<void> {
  const { change, declared, type, properties } = step;
  const { progress } = change;
  if (declared.Type !== before.type) {
    if (!parts.development) throw new TypeError(`Update of resource type is not permitted.`);
    change.outdated.push(before);
    return make(step, parts);
  }
  const changed = changedProperties(before.properties, properties);
  const put = async (physicalId: string, wanted: Properties, previous: Properties): Promise<CreatedResource> =>
    type.update === undefined
      ? create({ ...step, properties: wanted }, before.name)
      : type.update(physicalId, wanted, previous);
  if (changed.length === 0) {
    const { deletionPolicy } = recordOf(step, before.name, parts);
    const { ref, attributes } = parts.development
      ? await put(before.physicalId, properties, properties)
      : refOf(before);
    const after = { ...before, physicalId: ref, attributes, deletionPolicy };
    if (!isDeepStrictEqual(after, before)) progress.resource(after);
    return;
  }
  type.check(properties);
  if (changed.some((name) => name === type.nameProperty || type.replacedBy?.includes(name))) {
    return replace(step, before, parts);
  }
  progress.resource({ ...before, status: 'UPDATE_IN_PROGRESS' });
  const { ref: physicalId, attributes } = await put(before.physicalId, properties, before.properties);
  const after = { ...recordOf(step, before.name, parts), physicalId, attributes, status: 'UPDATE_COMPLETE' };
  change.undo.push(async () => {
    progress.resource({ ...before, status: 'UPDATE_IN_PROGRESS' });
    if (physicalId !== before.physicalId) await type.remove(after);
    else await put(physicalId, before.properties, properties);
    progress.resource({ ...before, status: 'UPDATE_COMPLETE' });
  });
  if (physicalId !== before.physicalId) change.outdated.push(replaced(step, before, parts));
  progress.resource(after);
}

const refOf = ({ physicalId: ref, attributes }: StackResource): CreatedResource => ({ ref, attributes });

/** The new one first; the old one goes when everything else is done. */
async function replace(step: Step, before: StackResource, parts: Parts): Promise<void> {
  const { change, type } = step;
  const { progress } = change;
  const name = nameOf(step, parts);
  const sameName = type.nameProperty !== undefined && name === before.name;
  if (sameName) refuseSameName(step, before, parts);
  progress.resource({
    ...before,
    status: 'UPDATE_IN_PROGRESS',
    reason: 'Requested update requires the creation of a new physical resource; hence creating one.',
  });
  if (sameName) await type.remove(before);
  else await refuseTaken(step, name, parts);
  change.undo.push(async () => progress.resource({ ...before, status: 'UPDATE_COMPLETE' }));
  const created = await create(step, name);
  const resource = { ...recordOf(step, name, parts), physicalId: created.ref, attributes: created.attributes };
  progress.resource({ ...resource, status: 'UPDATE_COMPLETE' });
  if (sameName || created.ref === before.physicalId) return;
  change.undo.push(async () => type.remove(resource));
  change.outdated.push(replaced(step, before, parts));
}

/** In development, a resource without data is removed and recreated under its name. */
function refuseSameName({ type }: Step, { name, type: typeName }: StackResource, { development }: Parts): void {
  if (!development) {
    throw new TypeError(
      `CloudFormation cannot update a stack when a custom-named resource requires replacing. ` +
        `Rename ${name} and update the stack again.`,
    );
  }
  if (type.holdsData)
    throw new TypeError(`${name} would have to be replaced, and its data lost. ${typeName} keeps it.`);
}

const replaced = ({ type, declared }: Step, before: StackResource, parts: Parts): StackResource => ({
  ...before,
  deletionPolicy: policyOf(declared.UpdateReplacePolicy, type, parts),
});

/** In development, data is kept whatever the template says. */
const policyOf = (declared = 'Delete', { holdsData }: ResourceType, { development }: Parts): string =>
  development && holdsData === true ? 'Retain' : declared;

/** The record of a resource that is not there yet. */
function recordOf(step: Step, name: string, parts: Parts): Omit<StackResource, 'status' | 'at'> {
  const { logicalId, declared, type, properties } = step;
  const deletionPolicy = policyOf(declared.DeletionPolicy, type, parts);
  return { logicalId, type: declared.Type, name, physicalId: '', attributes: {}, properties, deletionPolicy };
}

/** The template's own name for it, or a generated one. */
function nameOf({ change, logicalId, declared, type, properties }: Step, { generateName }: Parts): string {
  const given = type.nameProperty === undefined ? undefined : properties[type.nameProperty];
  if (given !== undefined) return String(given);
  const suffix = type.generatedSuffix?.(properties) ?? '';
  return generateName(change.progress.stack().name, logicalId, declared.Type) + suffix;
}

/** In development, what exists is taken over: the data is older than the stacks, or of a resource that came back. */
async function refuseTaken(step: Step, name: string, { store, development }: Parts): Promise<void> {
  const { change, logicalId, declared, type, properties } = step;
  if (development || type.nameProperty === undefined || properties[type.nameProperty] === undefined) return;
  const owner = store.ownerOf({ type: declared.Type, name, stackId: change.progress.stack().id, logicalId });
  if (owner !== undefined) throw new TypeError(`${name} already exists in stack ${owner}`);
  if (await type.exists?.(name)) {
    throw new TypeError(`Resource of type '${declared.Type}' with identifier '${name}' already exists.`);
  }
}

function changedProperties(before: Properties, after: Properties): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => !isDeepStrictEqual(plain(before[name]), plain(after[name])));
}

/** What was stored went through JSON. */
const plain = (value: unknown): unknown => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)));

function recordFailure({ template, progress }: StackChange, logicalId: string, reason: string): void {
  const current = own(progress.stack().resources, logicalId);
  const { Type: type, DeletionPolicy: deletionPolicy = 'Delete' } = template.Resources[logicalId]!;
  const blank = { logicalId, type, name: '', physicalId: '', attributes: {}, properties: {}, deletionPolicy };
  const status = (current?.physicalId ?? '') === '' ? 'CREATE_FAILED' : 'UPDATE_FAILED';
  progress.resource({ ...(current ?? blank), status, reason });
}

/** As CloudFormation words it for an SSM parameter. */
export function reasonOf(error: unknown): string {
  if (error instanceof UnresolvedReference && error.parameterName !== undefined) {
    return `Parameters: [ssm:${error.parameterName}] cannot be found.`;
  }
  return error instanceof Error ? error.message : String(error);
}
