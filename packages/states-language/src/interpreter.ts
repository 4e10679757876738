import { runMap, runParallel } from './branches.ts';
import type { State } from './definition.ts';
import { isDistributed, runDistributedMap } from './distributed-map.ts';
import type { Json, JsonObject } from './json.ts';
import { jsonText } from './json-text.ts';
import type { Leaving, QueryLanguage } from './language.ts';
import { jsonPath } from './language-json-path.ts';
import { jsonata } from './language-jsonata.ts';
import { retryDelay } from './retry.ts';
import type { Branch, Place, Run, RunStates } from './run.ts';
import { Aborted, dataLimitExceeded, EvaluationError, MAX_DATA_BYTES } from './state-error.ts';
import { matchesError, runtimeError, StateError } from './state-error.ts';
import { runTask } from './task.ts';
import { assignVariables } from './variables.ts';
import { sleep } from './waits.ts';

/** What a state hands on, and to which state; to none when it was the last. */
interface Step {
  readonly output: Json;
  readonly next: string | undefined;
}

/** Seconds. */
const LONGEST_WAIT = 2 ** 31 - 1;

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
  const before = branch.previous;
  const entered = run.history.add(`${state.Type}StateEntered`, before, { name, input: jsonText(input) });
  branch.previous = entered;
  branch.open = { name, type: state.Type, branches: [] };
  const enteredTime = new Date(run.now()).toISOString();
  const language = languageOf(run, state);
  const failures = new Map<number, number>();
  for (let retries = 0; ; retries += 1) {
    const context = contextOf(branch, state, name, enteredTime, retries);
    const place: Place = { name, state, input, scope: { context, variables: branch.variables }, language };
    const visit = { entered, before };
    try {
      return await attempt(run, branch, place);
    } catch (thrown) {
      const failure = noted(run, branch, place, thrown, visit);
      const delay = retryDelay(state.Retry ?? [], failures, failure);
      if (delay === undefined) return recover(run, branch, place, failure, visit);
      await sleep(run.after, delay * 1000, branch.signal);
    }
  }
}

function languageOf(run: Run, state: State): QueryLanguage {
  return (state.QueryLanguage ?? run.queryLanguage) === 'JSONata' ? jsonata : jsonPath;
}

function contextOf(branch: Branch, state: State, name: string, enteredTime: string, retries: number): JsonObject {
  const entry: JsonObject = { Name: name, EnteredTime: enteredTime };
  if (['Task', 'Parallel', 'Map'].includes(state.Type)) entry['RetryCount'] = retries;
  return { ...branch.context, State: entry };
}

function exit(run: Run, branch: Branch, place: Place, leaving: Leaving, next: string | undefined): Step {
  const output = jsonText(leaving.output);
  if (Buffer.byteLength(output) > MAX_DATA_BYTES) throw dataLimitExceeded(place.name);
  const assignedVariables = assignVariables(branch, leaving.assigned, place.name);
  const details = { name: place.name, output, assignedVariables };
  branch.previous = run.history.add(`${place.state.Type}StateExited`, branch.previous, details);
  branch.open = undefined;
  return { output: leaving.output, next };
}

/** The events of a visit of a state: its entry, and the one before. */
interface Visit {
  readonly entered: number;
  readonly before: number;
}

/** Adds where an evaluation failed, in AWS's words. An error outside a state is a failure of the run. */
function noted(run: Run, branch: Branch, place: Place, thrown: unknown, visit: Visit): StateError {
  const failure = located(thrown, place.name, visit.entered);
  if (failure.error !== 'States.QueryEvaluationError') return failure;
  const location = thrown instanceof EvaluationError ? thrown.location : undefined;
  const details = { error: failure.error, cause: failure.causeText, state: place.name, location };
  // As on AWS, where the failure of a Wait state alone follows its entry.
  const isFirst = branch.previous === visit.entered && place.state.Type !== 'Wait';
  const previous = isFirst ? visit.before : branch.previous;
  branch.previous = run.history.add('EvaluationFailed', previous, details);
  return failure;
}

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
async function recover(run: Run, branch: Branch, place: Place, failure: StateError, visit: Visit): Promise<Step> {
  const { state, language } = place;
  const fails = branch.open?.started === true || failure.error === 'States.QueryEvaluationError';
  if (fails && (state.Type === 'Parallel' || state.Type === 'Map')) {
    branch.previous = run.history.add(`${state.Type}StateFailed`, branch.previous);
  }
  const catcher = state.Catch?.find((candidate) => matchesError(candidate.ErrorEquals, failure));
  if (catcher === undefined) throw failure;
  const noCause = failure.error === 'States.Timeout' ? '' : null;
  const errorOutput = { Error: failure.error ?? null, Cause: failure.causeText ?? noCause };
  try {
    return exit(run, branch, place, await language.caught(place, catcher, errorOutput), catcher.Next);
  } catch (thrown) {
    throw noted(run, branch, place, thrown, visit);
  }
}

async function attempt(run: Run, branch: Branch, place: Place): Promise<Step> {
  const { state, language } = place;
  const effective = language.effectiveInput(place);
  if (state.Type === 'Fail') {
    throw new StateError(
      await language.text(place, 'Error', effective),
      await language.text(place, 'Cause', effective),
    );
  }
  if (state.Type === 'Choice') {
    const chosen = await language.choose(place, effective);
    if (chosen.next !== undefined) return exit(run, branch, place, chosen, chosen.next);
    throw new EvaluationError('States.NoChoiceMatched', 'No choice rule matched the input, and there is no Default.');
  }
  const result = await perform(run, branch, place, effective);
  return exit(run, branch, place, await language.leave(place, effective, result), state.Next);
}

/** The work of a state; its result is undefined for one that has none. */
async function perform(run: Run, branch: Branch, place: Place, effective: Json): Promise<Json | undefined> {
  const { state, language } = place;
  switch (state.Type) {
    case 'Task':
      return runTask(run, branch, place, effective);
    case 'Map':
      if (isDistributed(state.ItemProcessor ?? state.Iterator)) return runDistributedMap(run, branch, place, effective);
      return runMap(run, branch, place, effective, runStates);
    case 'Parallel': {
      const input = await language.parameters(place, effective);
      return runParallel(run, branch, state.Branches ?? [], input, runStates);
    }
    case 'Pass':
      return state.Result === undefined ? language.parameters(place, effective) : state.Result;
    case 'Wait':
      await sleep(run.after, await waitTime(run, place, effective), branch.signal);
      return undefined;
    default:
      return undefined;
  }
}

/** How long a Wait state waits, in milliseconds. */
async function waitTime(run: Run, place: Place, effective: Json): Promise<number> {
  const seconds = await place.language.number(place, 'Seconds', effective, 'integer');
  const milliseconds =
    seconds === undefined ? (await place.language.timestamp(place, effective)) - run.now() : seconds * 1000;
  if (milliseconds > LONGEST_WAIT * 1000) throw runtimeError('Wait state delay is too long.');
  return milliseconds;
}
