import { isDeepStrictEqual } from 'node:util';
import { conditionHolds } from '../resolver.ts';
import { type Scope, UnresolvedReference } from '../scope.ts';
import type { Properties, ResourceHandler } from '../resource-handler.ts';
import type { Engine } from './engine.ts';
import type { StackResource } from './model.ts';
import type { Progress } from './progress.ts';
import { removeResource } from './remove-resource.ts';
import { resolveReachable } from './scope.ts';
import { dependencyOrder, type StackTemplate, type TemplateResource } from './template.ts';

/** What has to be undone if a later step fails, and what may go when all is done. */
export interface Applied {
  readonly undo: (() => Promise<void>)[];
  readonly outdated: StackResource[];
}

/** A resource failed; what was done before has to be undone. */
export class StepFailed extends Error {}

interface Step {
  readonly logicalId: string;
  readonly declared: TemplateResource;
  readonly handler: ResourceHandler;
  readonly properties: Readonly<Record<string, unknown>>;
}

type Parts = Pick<Engine, 'handlers' | 'store' | 'reachable'>;

/**
 * Makes the stack's resources what the template says, in the order of their dependencies. Records how to undo each step
 * in `applied` as it goes, so that a caller can roll back after a failure.
 * @throws StepFailed with the first failure's reason
 */
export async function applyTemplate(
  template: StackTemplate,
  scope: Scope,
  progress: Progress,
  parts: Parts,
  applied: Applied,
): Promise<void> {
  const wanted = dependencyOrder(template).filter((id) => isWanted(template.Resources[id]!, scope));
  for (const logicalId of wanted) {
    const declared = template.Resources[logicalId]!;
    const handler = parts.handlers.get(declared.Type)!;
    const before = progress.stack().resources[logicalId];
    try {
      const properties = resolveProperties(declared, scope, parts.reachable);
      const step = { logicalId, declared, handler, properties };
      if (before === undefined) await make(step, progress, parts, applied);
      else await adjust(step, before, progress, parts, applied);
    } catch (error) {
      throw new StepFailed(tellFailure(logicalId, declared, before, progress, error), { cause: error });
    }
  }
  for (const resource of Object.values(progress.stack().resources)) {
    if (!wanted.includes(resource.logicalId)) applied.outdated.push(resource);
  }
}

const isWanted = ({ Condition: condition }: TemplateResource, scope: Scope): boolean =>
  condition === undefined || conditionHolds(condition, scope);

function resolveProperties(
  { Properties: properties = {} }: TemplateResource,
  scope: Scope,
  reachable: (text: string) => string,
): Record<string, unknown> {
  const entries = Object.entries(properties).map(([name, value]) => [name, resolveReachable(value, scope, reachable)]);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as Record<string, unknown>;
}

async function make(step: Step, progress: Progress, parts: Parts, applied: Applied): Promise<void> {
  const { logicalId, handler, properties } = step;
  const name = nameOf(step, progress.stack().name);
  const owner = parts.store.ownerOf(step.declared.Type, name);
  progress.resource({ ...recordOf(step, name), status: 'CREATE_IN_PROGRESS' });
  handler.check(properties);
  await refuseTaken(step, name, owner);
  const created = await handler.create({ service: progress.stack().name, logicalId, defaultName: name, properties });
  const resource = { ...recordOf(step, name), physicalId: created.ref, attributes: created.attributes };
  applied.undo.push(() => removeResource({ ...resource, status: '', at: '' }, handler, progress, true));
  progress.resource({ ...resource, status: 'CREATE_COMPLETE' });
}

async function adjust(
  step: Step,
  before: StackResource,
  progress: Progress,
  parts: Parts,
  applied: Applied,
): Promise<void> {
  const { logicalId, declared, handler, properties } = step;
  if (declared.Type !== before.type) throw new TypeError(`Update of resource type is not permitted.`);
  const changed = changedProperties(before.properties, properties);
  const policy = declared.DeletionPolicy ?? 'Delete';
  if (changed.length === 0) {
    if (policy !== before.deletionPolicy) progress.resource({ ...before, deletionPolicy: policy });
    return;
  }
  handler.check(properties);
  if (changed.some((name) => name === handler.nameProperty || handler.replacedBy.includes(name))) {
    return replace(step, before, progress, parts, applied);
  }
  progress.resource({ ...before, status: 'UPDATE_IN_PROGRESS' });
  const stackName = progress.stack().name;
  const put = (physicalId: string, wanted: Properties, previous: Properties) =>
    handler.update?.(physicalId, wanted, previous) ??
    handler.create({ service: stackName, logicalId, defaultName: before.name, properties: wanted });
  const { ref: physicalId, attributes } = await put(before.physicalId, properties, before.properties);
  const after = { ...recordOf(step, before.name), physicalId, attributes, status: 'UPDATE_COMPLETE' };
  applied.undo.push(async () => {
    progress.resource({ ...before, status: 'UPDATE_IN_PROGRESS' });
    if (physicalId !== before.physicalId) await handler.remove(after);
    else await put(physicalId, before.properties, properties);
    progress.resource({ ...before, status: 'UPDATE_COMPLETE' });
  });
  if (physicalId !== before.physicalId) {
    applied.outdated.push({ ...before, deletionPolicy: declared.UpdateReplacePolicy ?? 'Delete' });
  }
  progress.resource(after);
}

/** The new one first; the old one goes when everything else is done. */
async function replace(
  step: Step,
  before: StackResource,
  progress: Progress,
  parts: Parts,
  applied: Applied,
): Promise<void> {
  const { logicalId, handler, properties } = step;
  const stack = progress.stack();
  const name = nameOf(step, stack.name);
  if (name === before.name) {
    throw new TypeError(
      `CloudFormation cannot update a stack when a custom-named resource requires replacing. ` +
        `Rename ${before.name} and update the stack again.`,
    );
  }
  progress.resource({
    ...before,
    status: 'UPDATE_IN_PROGRESS',
    reason: 'Requested update requires the creation of a new physical resource; hence creating one.',
  });
  await refuseTaken(step, name, parts.store.ownerOf(step.declared.Type, name));
  applied.undo.push(async () => progress.resource({ ...before, status: 'UPDATE_COMPLETE' }));
  const created = await handler.create({ service: stack.name, logicalId, defaultName: name, properties });
  const resource = { ...recordOf(step, name), physicalId: created.ref, attributes: created.attributes };
  applied.undo.push(() => handler.remove(resource));
  progress.resource({ ...resource, status: 'UPDATE_COMPLETE' });
  const policy = step.declared.UpdateReplacePolicy ?? 'Delete';
  applied.outdated.push({ ...before, deletionPolicy: policy });
}

/** The record of a resource that is not there yet. */
function recordOf({ logicalId, declared, properties }: Step, name: string): Omit<StackResource, 'status' | 'at'> {
  const { Type: type, DeletionPolicy: deletionPolicy = 'Delete' } = declared;
  return { logicalId, type, name, physicalId: '', attributes: {}, properties, deletionPolicy };
}

/** The template's own name for it, or a generated one. */
function nameOf({ logicalId, handler, properties }: Step, stackName: string): string {
  const own = handler.nameProperty === undefined ? undefined : properties[handler.nameProperty];
  if (own !== undefined) return String(own);
  const random = Math.random().toString(36).slice(2, 14).padEnd(12, '0');
  return `${stackName}-${logicalId}`.slice(0, MAX_NAME - random.length - 1) + `-${random}`;
}

/** A bucket's, and the shortest limit there is. */
const MAX_NAME = 63;

async function refuseTaken({ declared, handler, properties }: Step, name: string, owner?: string): Promise<void> {
  if (handler.nameProperty === undefined || properties[handler.nameProperty] === undefined) return;
  if (owner !== undefined) throw new TypeError(`${name} already exists in stack ${owner}`);
  if (await handler.exists?.(name)) {
    throw new TypeError(`Resource of type '${declared.Type}' with identifier '${name}' already exists.`);
  }
}

function changedProperties(before: object, after: object): string[] {
  const [left, right] = [before, after] as Record<string, unknown>[];
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => !isDeepStrictEqual(plain(left![name]), plain(right![name])));
}

/** What was stored went through JSON. */
const plain = (value: unknown): unknown => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)));

function tellFailure(
  logicalId: string,
  declared: TemplateResource,
  before: StackResource | undefined,
  progress: Progress,
  error: unknown,
): string {
  const missing = error instanceof UnresolvedReference ? missingReason(error) : undefined;
  const reason = missing ?? (error instanceof Error ? error.message : String(error));
  const current = progress.stack().resources[logicalId];
  const { Type: type, DeletionPolicy: deletionPolicy = 'Delete' } = declared;
  const blank = { logicalId, type, name: '', physicalId: '', attributes: {}, properties: {}, deletionPolicy };
  const status = before === undefined ? 'CREATE_FAILED' : 'UPDATE_FAILED';
  progress.resource({ ...(current ?? blank), status, reason });
  return reason;
}

/** As CloudFormation words it where a parameter's name is put together by Fn::Sub. */
function missingReason({ missing, message }: UnresolvedReference): string {
  const name = /^the SSM parameter (.+)$/.exec(missing)?.[1];
  return name === undefined ? message : `Parameters: [ssm:${name}] cannot be found.`;
}
