import type { CloudLog } from '../../../shared/types.ts';
import type { ResourceHandlers } from '../resource-handler.ts';
import { type Applied, applyTemplate } from './apply.ts';
import type { Stack, StackInput } from './model.ts';
import { resolveOutputs } from './outputs.ts';
import { type Progress, trackProgress } from './progress.ts';
import { removeResource } from './remove-resource.ts';
import { createScope } from './scope.ts';
import type { StackStore } from './store.ts';
import { dependencyOrder, parseTemplate } from './template.ts';

export interface Engine {
  readonly store: StackStore;
  readonly handlers: ResourceHandlers;
  readonly region: string;
  readonly accountId: string;
  readonly log: CloudLog;
  ssmParameter(name: string): string | undefined;
  reachable(text: string): string;
  /** Called after each operation: tables may have come or gone. */
  changed(): Promise<void>;
}

const NOTHING: Pick<Stack, 'outputs' | 'resources'> = { outputs: [], resources: {} };

/** Creates what the stack's input says; everything is removed again when something fails. */
export async function createStack(stack: Stack, engine: Engine): Promise<void> {
  const progress = trackProgress(engine.store, { ...stack, ...NOTHING });
  progress.status('CREATE_IN_PROGRESS', 'User Initiated');
  const applied: Applied = { undo: [], outdated: [] };
  try {
    await bringInLine(progress, engine, applied);
    progress.status('CREATE_COMPLETE');
  } catch (error) {
    progress.status('ROLLBACK_IN_PROGRESS', failureOf(progress, error));
    const undone = await undoAll(applied, engine);
    forgetFailed(progress);
    progress.status(undone ? 'ROLLBACK_COMPLETE' : 'ROLLBACK_FAILED');
  }
  await engine.changed();
}

/** Changes the stack to what the input says, or back to what it was when something fails. */
export async function updateStack(stack: Stack, input: StackInput, engine: Engine): Promise<void> {
  const progress = trackProgress(engine.store, stack);
  progress.change({ ...input, updatedAt: new Date().toISOString() });
  progress.status('UPDATE_IN_PROGRESS', 'User Initiated');
  const applied: Applied = { undo: [], outdated: [] };
  try {
    await bringInLine(progress, engine, applied);
  } catch (error) {
    progress.status('UPDATE_ROLLBACK_IN_PROGRESS', failureOf(progress, error));
    const undone = await undoAll(applied, engine);
    progress.change({ ...inputOf(stack), outputs: stack.outputs });
    if (undone) restore(progress, stack);
    progress.status(undone ? 'UPDATE_ROLLBACK_COMPLETE' : 'UPDATE_ROLLBACK_FAILED');
    return engine.changed();
  }
  progress.status('UPDATE_COMPLETE_CLEANUP_IN_PROGRESS');
  for (const resource of applied.outdated.reverse()) {
    // A resource that cannot be removed stays behind and is told as DELETE_FAILED; the update has been made.
    await removeResource(resource, engine.handlers.get(resource.type)!, progress).catch(() => undefined);
    if (progress.stack().resources[resource.logicalId]?.physicalId === resource.physicalId) {
      progress.forget(resource.logicalId);
    }
  }
  progress.status('UPDATE_COMPLETE');
  await engine.changed();
}

/** Removes the stack's resources, those that depend on others first, but for those that are to be kept. */
export async function deleteStack(stack: Stack, engine: Engine): Promise<void> {
  const progress = trackProgress(engine.store, stack);
  progress.status('DELETE_IN_PROGRESS', 'User Initiated');
  const order = dependencyOrder(parseTemplate(stack.templateBody, new Set(engine.handlers.keys())));
  const resources = Object.values(stack.resources);
  const position = (logicalId: string): number => order.indexOf(logicalId);
  resources.sort((left, right) => position(right.logicalId) - position(left.logicalId));
  const failed: string[] = [];
  for (const resource of resources) {
    const handler = engine.handlers.get(resource.type)!;
    await removeResource(resource, handler, progress).catch(() => failed.push(resource.logicalId));
  }
  if (failed.length > 0) {
    progress.status('DELETE_FAILED', `The following resource(s) failed to delete: [${failed.join(', ')}]. `);
  } else {
    progress.change({ deletedAt: new Date().toISOString() });
    progress.status('DELETE_COMPLETE');
  }
  await engine.changed();
}

async function bringInLine(progress: Progress, engine: Engine, applied: Applied): Promise<void> {
  const { id, name, templateBody, parameters } = progress.stack();
  const template = parseTemplate(templateBody, new Set(engine.handlers.keys()));
  const { region, accountId, ssmParameter, reachable } = engine;
  const scope = createScope({
    ...{ stackId: id, stackName: name, region, accountId, template, parameters, ssmParameter, reachable },
    resource: (logicalId) => progress.stack().resources[logicalId],
  });
  await applyTemplate(template, scope, progress, engine, applied);
  progress.change({
    outputs: resolveOutputs(template, scope, reachable),
    ...(template.Description !== undefined && { description: template.Description }),
  });
}

/** The latest first. All are tried. */
async function undoAll({ undo }: Applied, { log }: Engine): Promise<boolean> {
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

function forgetFailed(progress: Progress): void {
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
  const { templateBody, parameters, tags, capabilities, notificationArns, roleArn } = stack;
  return {
    ...{ templateBody, parameters, tags, capabilities, notificationArns },
    ...(roleArn !== undefined && { roleArn }),
  };
}
