import { own } from '@dure/local-http/own-property';
import type { CreatedResource, Identity, ResourceTypes } from '../resource-type.ts';
import { createScope, type DynamicReferences, type Scope } from '../scope.ts';
import { dependencyOrder, parseTemplate, type Template } from '../template.ts';
import { applyTemplates, type StackChange } from './apply.ts';
import type { Stack, StackInput } from './model.ts';
import { exportOf, refuseTakenExports, refuseUsedExports, usedExports } from './exports.ts';
import { importsOf, resolveOutputs } from './outputs.ts';
import { type Progress, trackProgress } from './progress.ts';
import { removeResource } from './remove-resource.ts';
import type { StackStore } from './store.ts';

/** What stacks are made of and with. */
export interface Engine extends Identity {
  readonly store: StackStore;
  readonly resourceTypes: ResourceTypes;
  /** Writes one line of a log. */
  readonly log: (level: 'debug' | 'info' | 'warn' | 'error', message: string, fields?: Record<string, unknown>) => void;
  /**
   * For templates that are being edited, over data that is older than the stacks, as with `npm start`: only what has an
   * effect is resolved; nothing is rolled back; what exists is taken over, and brought in line though its template is
   * the same; what holds data is kept when it leaves its template.
   */
  readonly development: boolean;
  /** The name of a resource to which its template gives none. */
  generateName(stackName: string, logicalId: string, type: string): string;
  readonly dynamicReferences: DynamicReferences;
  /** A text with the addresses on AWS in it that lead here. */
  reachable(text: string): string;
}

const NOTHING: Pick<Stack, 'outputs' | 'resources'> = { outputs: [], resources: {} };

/** Creates what the stack's input says; everything is removed again when something fails. */
export async function createStack(stack: Stack, engine: Engine): Promise<void> {
  const progress = trackProgress(engine.store, { ...stack, ...NOTHING });
  progress.status('CREATE_IN_PROGRESS', 'User Initiated');
  const change = changeOf(progress, engine);
  try {
    await bringInLine(change, engine);
    progress.status('CREATE_COMPLETE');
  } catch (error) {
    progress.status('ROLLBACK_IN_PROGRESS', failureOf(progress, error));
    const undone = await undoAll(change, engine);
    forgetFailed(progress);
    progress.status(undone ? 'ROLLBACK_COMPLETE' : 'ROLLBACK_FAILED');
  }
}

/** Changes the stack to what the input says, or back to what it was when something fails. */
export async function updateStack(stack: Stack, input: StackInput, engine: Engine): Promise<void> {
  const progress = trackProgress(engine.store, stack);
  progress.change({ ...input, updatedAt: new Date().toISOString() });
  progress.status('UPDATE_IN_PROGRESS', 'User Initiated');
  const change = changeOf(progress, engine);
  try {
    await bringInLine(change, engine);
    refuseUsedExports(stack, progress.stack().outputs, engine.store);
  } catch (error) {
    progress.status('UPDATE_ROLLBACK_IN_PROGRESS', failureOf(progress, error));
    const undone = await undoAll(change, engine);
    progress.change({ ...inputOf(stack), outputs: stack.outputs });
    if (undone) restore(progress, stack);
    progress.status(undone ? 'UPDATE_ROLLBACK_COMPLETE' : 'UPDATE_ROLLBACK_FAILED');
    return;
  }
  progress.status('UPDATE_COMPLETE_CLEANUP_IN_PROGRESS');
  await removeOutdated(change, engine);
  progress.status('UPDATE_COMPLETE');
}

/** Removes the stack's resources, those that depend on others first, but for those that are to be kept. */
export async function deleteStack(stack: Stack, engine: Engine): Promise<void> {
  const progress = trackProgress(engine.store, stack);
  progress.status('DELETE_IN_PROGRESS', 'User Initiated');
  const inUse = usedExports(stack, [], engine.store);
  if (inUse !== undefined) return progress.status(stack.status, inUse);
  const order = dependencyOrder(parseTemplate(stack.templateBody, engine.resourceTypes));
  const resources = Object.values(stack.resources);
  const position = (logicalId: string): number => order.indexOf(logicalId);
  resources.sort((left, right) => position(right.logicalId) - position(left.logicalId));
  const failed: string[] = [];
  for (const resource of resources) {
    const type = engine.resourceTypes.get(resource.type)!;
    await removeResource(resource, type, progress).catch(() => failed.push(resource.logicalId));
  }
  if (failed.length > 0) {
    progress.status('DELETE_FAILED', `The following resource(s) failed to delete: [${failed.join(', ')}]. `);
  } else {
    progress.change({ deletedAt: new Date().toISOString() });
    progress.status('DELETE_COMPLETE');
  }
}

function changeOf(progress: Progress, engine: Engine): StackChange {
  const { templateBody } = progress.stack();
  const template = parseTemplate(templateBody, engine.resourceTypes);
  return { template, progress, scope: stackScope(template, progress, engine), undo: [], outdated: [] };
}

/** What a stack's template sees: its own resources, and what else is to be found by a logical id. */
export function stackScope(
  template: Template,
  progress: Progress,
  engine: Engine,
  elsewhere: (logicalId: string) => CreatedResource | undefined = () => undefined,
  exported: (name: string) => unknown = (name) => exportOf(name, engine.store),
): Scope {
  const { region, accountId, dynamicReferences, reachable } = engine;
  const { id: stackId, name: stackName, parameters } = progress.stack();
  return createScope({
    ...{ stackId, stackName, region, accountId, template, parameters, dynamicReferences, exported, reachable },
    resource(logicalId) {
      const { physicalId: ref = '', attributes = {} } = own(progress.stack().resources, logicalId) ?? {};
      return ref === '' ? elsewhere(logicalId) : { ref, attributes };
    },
  });
}

async function bringInLine(change: StackChange, engine: Engine): Promise<void> {
  const { template, scope, progress } = change;
  await applyTemplates([change], engine);
  const outputs = resolveOutputs(template, scope);
  refuseTakenExports(progress.stack(), outputs, engine.store);
  progress.change({
    outputs,
    imports: importsOf(template, scope),
    ...(template.Description !== undefined && { description: template.Description }),
  });
}

/**
 * Removes what is no longer used, the latest first, unless another resource of a template is the same thing. What
 * cannot be removed stays behind, with an event that says so; the update has been made.
 */
export async function removeOutdated({ outdated, progress }: StackChange, engine: Engine): Promise<void> {
  const { store, resourceTypes, log } = engine;
  for (const resource of outdated.reverse()) {
    const { logicalId, physicalId, type, name, deletionPolicy } = resource;
    const { id: stackId, name: stackName } = progress.stack();
    if (store.ownerOf({ type, name, physicalId, stackId, logicalId }) === undefined) {
      const failure = await removeResource(resource, resourceTypes.get(type)!, progress).catch(String);
      const end = failure ?? (deletionPolicy === 'Retain' ? 'it is kept' : 'it is removed');
      log('info', `${stackName} no longer has ${name} (${type}): ${end}`);
    }
    if (own(progress.stack().resources, logicalId)?.physicalId === physicalId) progress.forget(logicalId);
  }
}

/** The latest first. All are tried. */
async function undoAll({ undo }: StackChange, { log }: Engine): Promise<boolean> {
  let complete = true;
  for (const step of undo.reverse()) {
    await step().catch((error: unknown) => {
      complete = false;
      log('error', 'A step of a stack could not be undone', { reason: String(error) });
    });
  }
  return complete;
}

function failureOf(progress: Progress, error: unknown): string {
  const failed = Object.values(progress.stack().resources).filter(({ status }) => status.endsWith('_FAILED'));
  if (failed.length === 0) return error instanceof Error ? error.message : String(error);
  const [verb] = failed[0]!.status.split('_');
  return `The following resource(s) failed to ${verb!.toLowerCase()}: [${failed.map((it) => it.logicalId).join(', ')}]. `;
}

/** Forgets the resources that could not be made. */
export function forgetFailed(progress: Progress): void {
  for (const { logicalId, status } of Object.values(progress.stack().resources)) {
    if (status === 'CREATE_FAILED') progress.forget(logicalId);
  }
}

/** As it was before, in what was not undone step by step: resources that failed, or were never reached. */
function restore(progress: Progress, before: Stack): void {
  for (const { logicalId, status } of Object.values(progress.stack().resources)) {
    const former = before.resources[logicalId];
    if (former === undefined) progress.forget(logicalId);
    else if (status === 'UPDATE_FAILED') progress.resource({ ...former, status: 'UPDATE_COMPLETE' });
  }
}

export function inputOf(stack: StackInput): StackInput {
  const { templateBody, parameters, resolvedParameters = {}, tags, capabilities, notificationArns, roleArn } = stack;
  return {
    ...{ templateBody, parameters, resolvedParameters, tags, capabilities, notificationArns },
    ...(roleArn !== undefined && { roleArn }),
  };
}
