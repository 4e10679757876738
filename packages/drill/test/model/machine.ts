import { readFileSync } from 'node:fs';
import { holds } from '@dure/states-language/choice';
import type { State, States } from '@dure/states-language/definition';
import type { Json, JsonObject } from '@dure/states-language/json';
import { assign, queryOrFail } from '@dure/states-language/json-path';
import { retryDelay } from '@dure/states-language/retry';
import { matchesError, StateError } from '@dure/states-language/state-error';
import { fillTemplate } from '@dure/states-language/payload-template';
import type { ExecutionInput, Workflow } from '../../../../services/orders/src/workflow.ts';
import type { Timeline } from './timeline.ts';

/** The real definition, without jitter, so that runs are reproducible. */
const definition = JSON.parse(
  readFileSync(new URL('../../../../services/orders/checkout.asl.json', import.meta.url), 'utf8').replaceAll(
    '"JitterStrategy": "FULL"',
    '"JitterStrategy": "NONE"',
  ),
) as States & { readonly TimeoutSeconds: number };

const NOTHING = { context: {}, variables: {} };

/** The targets of the state machine's tasks; each throws a StateError when it fails. */
export interface Tasks {
  /** A command over the bus: an entry of PutEvents, which may be refused alone. */
  send(detail: { readonly type: string; readonly data: JsonObject; readonly replyto: string }): void;
  /** The function of the steps. */
  step(payload: JsonObject): Promise<Json>;
}

interface Execution {
  readonly input: ExecutionInput;
  readonly startedAt: Date;
  status: string;
  endedAt?: Date;
  error?: string;
}

/** A sequence of states; events of an ended one have no effect. */
interface Scope {
  ended: boolean;
  readonly parent?: Scope;
}

const isOver = (scope: Scope): boolean => scope.ended || (scope.parent !== undefined && isOver(scope.parent));

/** Runs the checkout's definition in simulated time. */
export function createMachine(timeline: Timeline, tasks: Tasks) {
  const executions = new Map<string, Execution>();
  const tokens = new Map<string, { resolve: (output: Json) => void; reject: (error: StateError) => void }>();
  let issued = 0;

  async function runStates(states: States, input: Json, scope: Scope): Promise<Json> {
    let [name, data] = [states.StartAt, input];
    for (;;) {
      const state = states.States[name] as State;
      const { output, next } = await runState(state, data, scope);
      data = output;
      if (next === undefined) return data;
      name = next;
    }
  }

  async function runState(state: State, input: Json, scope: Scope): Promise<{ output: Json; next?: string }> {
    const used = new Map<number, number>();
    for (;;) {
      try {
        return await attempt(state, input, scope);
      } catch (error) {
        if (!(error instanceof StateError)) throw error;
        const delay = retryDelay(state.Retry ?? [], used, error);
        if (delay !== undefined) {
          await new Promise<void>((resolve) => timeline.after(delay * 1000, () => isOver(scope) || resolve()));
          continue;
        }
        const catcher = state.Catch?.find(({ ErrorEquals }) => matchesError(ErrorEquals, error));
        if (catcher === undefined) throw error;
        const failure = { Error: error.error ?? null, Cause: error.causeText ?? null };
        return { output: combine(catcher.ResultPath, input, failure), next: catcher.Next };
      }
    }
  }

  async function attempt(state: State, input: Json, scope: Scope): Promise<{ output: Json; next?: string }> {
    const effective = typeof state.InputPath === 'string' ? queryOrFail(state.InputPath, input, NOTHING) : input;
    if (state.Type === 'Fail') throw new StateError(state.Error, state.Cause);
    if (state.Type === 'Succeed') return { output: input };
    if (state.Type === 'Choice') {
      return { output: input, next: state.Choices?.find((rule) => holds(rule, input, NOTHING))?.Next ?? state.Default };
    }
    const result = await perform(state, effective, scope);
    return { output: combine(state.ResultPath, input, result), next: state.Next };
  }

  async function perform(state: State, input: Json, scope: Scope): Promise<Json> {
    if (state.Type === 'Parallel') return runBranches(state.Branches ?? [], input, scope);
    if (state.Type === 'Task') return runTask(state, input, scope);
    return state.Result ?? (state.Parameters === undefined ? input : fillTemplate(state.Parameters, input, NOTHING));
  }

  async function runBranches(branches: States[], input: Json, parent: Scope): Promise<Json> {
    const scope = { ended: false, parent };
    try {
      return await Promise.all(branches.map((branch) => runStates(branch, input, scope)));
    } finally {
      scope.ended = true;
    }
  }

  function runTask(state: State, input: Json, scope: Scope): Promise<Json> {
    const token = `token-${(issued += 1)}`;
    const context = { Task: { Token: token }, State: { EnteredTime: new Date(timeline.now()).toISOString() } };
    const parameters = fillTemplate(state.Parameters ?? {}, input, { context, variables: {} }) as JsonObject;
    return new Promise<Json>((resolve, reject) => {
      const settle = (end: () => void) => {
        cancel();
        tokens.delete(token);
        if (!isOver(scope)) end();
      };
      const waiting = {
        resolve: (output: Json) => settle(() => resolve(output)),
        reject: (error: StateError) => settle(() => reject(error)),
      };
      const cancel = timeline.after((state.TimeoutSeconds ?? 60) * 1000, () =>
        waiting.reject(new StateError('States.Timeout')),
      );
      if (state.Resource?.endsWith('.waitForTaskToken')) {
        tokens.set(token, waiting);
        const refusals: unknown[] = [];
        for (const { Detail } of parameters['Entries'] as unknown as { Detail: never }[]) {
          try {
            tasks.send(Detail);
          } catch (error) {
            refusals.push(error);
          }
        }
        // The other entries were sent all the same.
        if (refusals.length > 0) waiting.reject(refusals[0] as StateError);
      } else {
        tasks.step(parameters).then(waiting.resolve, waiting.reject);
      }
    });
  }

  async function run(execution: Execution): Promise<void> {
    const scope = { ended: false };
    const end = (status: string, error?: string) => {
      if (scope.ended) return;
      scope.ended = true;
      Object.assign(execution, { status, error, endedAt: new Date(timeline.now()) });
      cancel();
    };
    const cancel = timeline.after(definition.TimeoutSeconds * 1000, () => end('TIMED_OUT'));
    try {
      await runStates(definition, execution.input as unknown as Json, scope);
      end('SUCCEEDED');
    } catch (error) {
      if (!(error instanceof StateError)) throw error;
      end('FAILED', error.error);
    }
  }

  const answer = (token: string, give: (waiting: NonNullable<ReturnType<typeof tokens.get>>) => void) => {
    const waiting = tokens.get(token);
    if (waiting !== undefined) give(waiting);
    return Promise.resolve(waiting !== undefined);
  };

  const failures: unknown[] = [];
  const workflow: Workflow = {
    start(name, input) {
      if (executions.has(name)) return Promise.resolve(false);
      const execution: Execution = { input, status: 'RUNNING', startedAt: new Date(timeline.now()) };
      executions.set(name, execution);
      run(execution).catch((error: unknown) => failures.push(error));
      return Promise.resolve(true);
    },
    describe(name) {
      const found = executions.get(name);
      if (found === undefined) return Promise.resolve(undefined);
      const { status, startedAt, endedAt, input } = found;
      return Promise.resolve({ name, mode: input.mode, status, startedAt, endedAt });
    },
    history: () => Promise.resolve([]),
    succeed: (token, output) => answer(token, ({ resolve }) => resolve(output as Json)),
    fail: (token, error, cause) => answer(token, ({ reject }) => reject(new StateError(error, JSON.stringify(cause)))),
  };
  return { workflow, executions, failures };
}

/** ResultPath: only the result when absent, only the raw input when null. */
function combine(path: string | null | undefined, input: Json, result: Json): Json {
  if (path === undefined) return result;
  return path === null ? input : assign(path, input, result);
}
