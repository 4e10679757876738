import { runMap, runParallel } from './branches.ts';
import { holds, timestamp } from './choice.ts';
import type { State } from './definition.ts';
import { assign, queryOrFail, type Json, type JsonObject } from './json-path.ts';
import { retryDelay } from './retry.ts';
import type { Branch, Place, Run, RunStates } from './run.ts';
import { Aborted, dataLimitExceeded, EvaluationError, MAX_DATA_BYTES } from './state-error.ts';
import { matchesError, runtimeError, StateError } from './state-error.ts';
import { runTask } from './task.ts';
import { fieldValue, fillTemplate } from './payload-template.ts';
import { sleep } from './waits.ts';

/** What a state hands on, and to which state; to none when it was the last. */
interface Step {
  readonly output: Json;
  readonly next: string | undefined;
}

/**
 * Runs states from `StartAt` to the end and answers the last one's output. Throws the StateError that nothing caught,
 * or Aborted.
 * Source: https://states-language.net/spec.html
 */
export const runStates: RunStates = async (run, branch, states, input) => {
  let step: Step = { output: input, next: states.StartAt };
  while (step.next !== undefined) {
    await run.turn();
    if (branch.signal.aborted) throw new Aborted();
    const state: State | undefined = Object.hasOwn(states.States, step.next) ? states.States[step.next] : undefined;
    if (state === undefined) throw runtimeError(`There is no state "${step.next}".`);
    step = await runState(run, branch, step.next, state, step.output);
  }
  return step.output;
};

async function runState(run: Run, branch: Branch, name: string, state: State, input: Json): Promise<Step> {
  const entered = run.history.add(`${state.Type}StateEntered`, branch.previous, { name, input: JSON.stringify(input) });
  branch.previous = entered;
  branch.open = { name, type: state.Type, branches: [] };
  const enteredTime = new Date(run.now()).toISOString();
  const failures = new Map<number, number>();
  for (let retries = 0; ; retries += 1) {
    const context = contextOf(branch, state, name, enteredTime, retries);
    const place: Place = { name, state, input, context };
    try {
      return exit(run, branch, place, await attempt(run, branch, place));
    } catch (thrown) {
      const failure = located(thrown, name, entered);
      const delay = retryDelay(state.Retry ?? [], failures, failure);
      if (delay === undefined) return recover(run, branch, place, failure, entered);
      await sleep(run.after, delay * 1000, branch.signal);
    }
  }
}

function contextOf(branch: Branch, state: State, name: string, enteredTime: string, retries: number): JsonObject {
  const entry: JsonObject = { Name: name, EnteredTime: enteredTime };
  if (['Task', 'Parallel', 'Map'].includes(state.Type)) entry['RetryCount'] = retries;
  return { ...branch.context, State: entry };
}

function exit(run: Run, branch: Branch, place: Place, step: Step): Step {
  const output = JSON.stringify(step.output);
  if (Buffer.byteLength(output) > MAX_DATA_BYTES) throw dataLimitExceeded(place.name);
  const details = { name: place.name, output };
  branch.previous = run.history.add(`${place.state.Type}StateExited`, branch.previous, details);
  branch.open = undefined;
  return step;
}

/** Adds where an evaluation failed, in AWS's words. An error outside a state is a failure of the run. */
function located(thrown: unknown, name: string, entered: number): StateError {
  if (thrown instanceof Aborted) throw thrown;
  if (thrown instanceof EvaluationError || !(thrown instanceof StateError)) {
    const error = thrown instanceof StateError ? thrown.error : 'States.Runtime';
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    const where = `An error occurred while executing the state '${name}' (entered at the event id #${entered}).`;
    return new StateError(error, `${where} ${reason}`);
  }
  return thrown;
}

/** Hands the failure to the first Catch that covers it. */
function recover(run: Run, branch: Branch, place: Place, failure: StateError, entered: number): Step {
  const { state, input, name } = place;
  if (state.Type === 'Parallel' || state.Type === 'Map') {
    branch.previous = run.history.add(`${state.Type}StateFailed`, branch.previous);
  }
  const catcher = state.Catch?.find((candidate) => matchesError(candidate.ErrorEquals, failure));
  if (catcher === undefined) throw failure;
  const noCause = failure.error === 'States.Timeout' ? '' : null;
  const error = { Error: failure.error ?? null, Cause: failure.causeText ?? noCause };
  try {
    return exit(run, branch, place, { output: combine(catcher.ResultPath, input, error), next: catcher.Next });
  } catch (thrown) {
    throw located(thrown, name, entered);
  }
}

async function attempt(run: Run, branch: Branch, place: Place): Promise<Step> {
  const { state, input, context } = place;
  const effective = select(state.InputPath, input, context);
  if (state.Type === 'Fail') throw failure(state, input, context);
  if (state.Type === 'Choice') {
    return { output: select(state.OutputPath, effective, context), next: choose(state, effective, context) };
  }
  if (state.Type === 'Wait') await sleep(run.after, waitTime(run, state, effective, context), branch.signal);
  if (state.Type === 'Wait' || state.Type === 'Succeed') {
    return { output: select(state.OutputPath, effective, context), next: state.Next };
  }
  const result = await perform(run, branch, place, effective);
  const selected = state.ResultSelector === undefined ? result : fillTemplate(state.ResultSelector, result, context);
  const combined = combine(state.ResultPath, input, selected);
  return { output: select(state.OutputPath, combined, context), next: state.Next };
}

async function perform(run: Run, branch: Branch, place: Place, effective: Json): Promise<Json> {
  const { state, context } = place;
  if (state.Type === 'Task') return runTask(run, branch, place, effective);
  if (state.Type === 'Map') return runMap(run, branch, place, effective, runStates);
  const input = state.Parameters === undefined ? effective : fillTemplate(state.Parameters, effective, context);
  if (state.Type === 'Parallel') return runParallel(run, branch, state.Branches ?? [], input, runStates);
  return state.Result ?? input;
}

/** InputPath and OutputPath: all when absent, an empty object when null. */
function select(path: string | null | undefined, value: Json, context: JsonObject): Json {
  if (path === undefined) return value;
  return path === null ? {} : queryOrFail(path, value, context);
}

/** ResultPath: the result alone when absent, the raw input alone when null. */
function combine(path: string | null | undefined, input: Json, result: Json): Json {
  if (path === undefined) return result;
  return path === null ? input : assign(path, input, result);
}

function choose(state: State, input: Json, context: JsonObject): string {
  const next = state.Choices?.find((rule) => holds(rule, input, context))?.Next ?? state.Default;
  if (next !== undefined) return next;
  throw new EvaluationError('States.NoChoiceMatched', 'No choice rule matched the input, and there is no Default.');
}

function failure(state: State, input: Json, context: JsonObject): StateError {
  const read = (field: string, path: string | undefined) => {
    if (path === undefined) return undefined;
    const value = fieldValue(field, path, input, context);
    if (typeof value !== 'string') throw runtimeError(`The field '${field}' must lead to a string.`);
    return value;
  };
  return new StateError(
    state.Error ?? read('ErrorPath', state.ErrorPath),
    state.Cause ?? read('CausePath', state.CausePath),
  );
}

/** How long a Wait state waits, in milliseconds. */
function waitTime(run: Run, state: State, input: Json, context: JsonObject): number {
  if (state.Seconds !== undefined) return state.Seconds * 1000;
  if (state.SecondsPath !== undefined) {
    const seconds = queryOrFail(state.SecondsPath, input, context);
    if (typeof seconds === 'number' && Number.isInteger(seconds) && seconds >= 0) return seconds * 1000;
    throw runtimeError(`The SecondsPath parameter does not reference a whole number: ${state.SecondsPath}`);
  }
  const value = state.Timestamp ?? queryOrFail(state.TimestampPath ?? '$', input, context);
  const time = timestamp(value);
  if (time !== undefined) return time - run.now();
  throw runtimeError(
    `The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: ${state.TimestampPath} == ${String(value)}`,
  );
}
