import type { States } from './definition.ts';
import type { Json, JsonObject } from './json.ts';
import { listOfJson } from './json-text.ts';
import type { Branch, Place, Run, RunStates } from './run.ts';
import { Aborted, runtimeError } from './state-error.ts';
import { childController } from './waits.ts';

/** The most iterations of an inline Map that AWS runs at once. */
const MAX_CONCURRENCY = 40;
const ABORTABLE = new Set(['Task', 'Wait', 'Parallel', 'Map']);

/** How the branches of a state are made, and what is recorded when one of them fails. */
interface Plan {
  readonly count: number;
  readonly limit: number;
  readonly context: (index: number) => JsonObject;
  readonly work: (child: Branch, index: number) => Promise<Json>;
  /** Answers the id of the event that it adds. */
  readonly onSucceeded?: (child: Branch, index: number) => number;
  readonly onFailed?: (child: Branch, index: number) => void;
  readonly onAborted?: (index: number, failedAt: number) => void;
}

/** Runs every branch with the same input and answers their outputs in the order of the definition. */
export async function runParallel(
  run: Run,
  parent: Branch,
  branches: readonly States[],
  input: Json,
  runStates: RunStates,
): Promise<Json> {
  parent.previous = run.history.add('ParallelStateStarted', parent.previous);
  started(parent);
  const outputs = await runBranches(run, parent, {
    count: branches.length,
    limit: branches.length,
    context: () => parent.context,
    work: (child, index) => runStates(run, child, branches[index] as States, input),
  });
  run.history.add('ParallelStateSucceeded', parent.previous);
  return listOfJson(outputs);
}

/** Runs the iterations of an inline Map state and answers their outputs in the order of the items. */
export async function runMap(run: Run, parent: Branch, place: Place, input: Json, runStates: RunStates): Promise<Json> {
  const { name, state, language, scope } = place;
  const items = await language.items(place, input);
  const limit = await concurrency(place, input);
  const processor = state.ItemProcessor ?? state.Iterator;
  if (processor === undefined) throw runtimeError('The Map state has no ItemProcessor.');
  parent.previous = run.history.add('MapStateStarted', parent.previous, { length: items.length });
  started(parent);
  const outputs = await runBranches(run, parent, {
    count: items.length,
    limit,
    context: (index) => ({ ...parent.context, Map: { Item: { Index: index, Value: items[index] ?? null } } }),
    async work(child, index) {
      const field = state.ItemSelector === undefined ? 'Parameters' : 'ItemSelector';
      const selector = state[field];
      child.previous = run.history.add('MapIterationStarted', child.previous, { name, index });
      const item = items[index] ?? null;
      const context = { ...scope.context, ...child.context };
      const itemPlace = { ...place, scope: { ...scope, context } };
      const itemInput = selector === undefined ? item : await language.template(itemPlace, field, selector, input);
      return runStates(run, child, processor, itemInput);
    },
    onSucceeded: (child, index) => run.history.add('MapIterationSucceeded', child.previous, { name, index }),
    onFailed: (child, index) => void run.history.add('MapIterationFailed', child.previous, { name, index }),
    onAborted: (index, failedAt) => void run.history.add('MapIterationAborted', failedAt, { name, index }),
  });
  run.history.add('MapStateSucceeded', parent.previous);
  return outputs;
}

/** The first branch to fail ends the others at once: their tokens die, and what they still get has no effect. */
async function runBranches(run: Run, parent: Branch, plan: Plan): Promise<Json[]> {
  const controller = childController(parent.signal);
  const begun = parent.previous;
  const outputs: Json[] = [];
  const children: (Branch | undefined)[] = [];
  const failures: unknown[] = [];
  let next = 0;

  const fail = (failed: number, error: unknown) => {
    if (controller.signal.aborted) return;
    controller.abort();
    failures.push(error);
    parent.previous = children[failed]?.previous ?? begun;
    children.forEach((child, index) => {
      if (child === undefined) return;
      if (index === failed) plan.onFailed?.(child, index);
      else plan.onAborted?.(index, parent.previous);
      recordAborted(run, child, parent.previous);
    });
  };
  /** Runs one after the event `previous`; answers the last event of its states, after which the next begins. */
  const runOne = async (index: number, previous: number) => {
    const { variables } = parent;
    const child: Branch = { signal: controller.signal, context: plan.context(index), variables, previous };
    children[index] = child;
    parent.open?.branches.push(child);
    try {
      outputs[index] = await plan.work(child, index);
      parent.previous = plan.onSucceeded?.(child, index) ?? child.previous;
      children[index] = undefined;
    } catch (error) {
      fail(index, error);
    }
    return child.previous;
  };
  const worker = async () => {
    let previous = begun;
    while (next < plan.count && !controller.signal.aborted) previous = await runOne(next++, previous);
  };

  await Promise.all(Array.from({ length: Math.min(plan.limit, plan.count) }, worker));
  controller.release();
  if (parent.open !== undefined) parent.open.branches = [];
  if (failures.length > 0) throw failures[0];
  if (controller.signal.aborted) throw new Aborted();
  return outputs;
}

function recordAborted(run: Run, branch: Branch, failedAt: number): void {
  if (branch.open === undefined) return;
  branch.open.branches.forEach((inner) => recordAborted(run, inner, failedAt));
  if (ABORTABLE.has(branch.open.type)) run.history.add(`${branch.open.type}StateAborted`, failedAt);
}

function started(branch: Branch): void {
  if (branch.open !== undefined) branch.open.started = true;
}

async function concurrency(place: Place, input: Json): Promise<number> {
  const value = (await place.language.number(place, 'MaxConcurrency', input, 'integer')) ?? 0;
  if (value < 0) throw runtimeError(`MaxConcurrency must be 0 or more, not ${value}.`);
  return Math.min(value || MAX_CONCURRENCY, MAX_CONCURRENCY);
}
