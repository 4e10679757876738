import { randomUUID } from 'node:crypto';
import type { StateMachineDefinition } from '@dure/states-language/definition';
import { runStates } from '@dure/states-language/interpreter';
import type { Json } from '@dure/states-language/json';
import { jsonText, parseJson } from '@dure/states-language/json-text';
import type { Branch, History, Run, Tasks } from '@dure/states-language/run';
import { Aborted, runtimeError } from '@dure/states-language/state-error';
import { executionContext, reasonOf } from './execution-context.ts';
import { withLog, type WriteLog } from './execution-log.ts';
import type { NewExecution } from './executions.ts';
import { createIntegrations, type Services } from './integrations.ts';
import type { ExecutionEnd, MachineRow } from './store.ts';
import { after, turn } from './timers.ts';

interface Parts {
  readonly services: Services;
  readonly region: string;
  readonly now: () => number;
  readonly writeLog: WriteLog;
}

interface ExpressExecution {
  readonly executionArn: string;
  readonly startedAt: number;
  readonly ended: Promise<ExecutionEnd & { readonly stoppedAt: number }>;
}

const MAX_SECONDS = 300;

/**
 * Executions of Express workflows: at most five minutes, and nothing of them is kept but what is logged.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/choosing-workflow-type.html
 */
export function createExpress({ services, region, now, writeLog }: Parts) {
  const running = new Set<AbortController>();

  function start(machine: MachineRow, request: NewExecution, isSync = false): ExpressExecution {
    const { arn: machineArn, name: machineName, role_arn: roleArn, logging } = machine;
    const { name } = request;
    const executionArn = `${machineArn.replace(':stateMachine:', ':express:')}:${name}:${randomUUID()}`;
    const startedAt = now();
    const definition = JSON.parse(machine.definition) as StateMachineDefinition;
    const input = parseJson(request.input);
    const history = withLog(counted(), { executionArn, logging, writeLog, now });
    history.add('ExecutionStarted', 0, { input: request.input, roleArn });
    const tasks: Tasks = { ...createIntegrations(services, { executionArn, machineArn, roleArn }), ...STANDARD_ONLY };
    const queryLanguage = definition.QueryLanguage ?? 'JSONPath';
    const run: Run = { region, queryLanguage, history, tasks, now, after, turn };
    const context = executionContext({
      ...{ executionArn, machineArn, machineName, roleArn, name, input, startedAt },
      isSync,
    });
    return { executionArn, startedAt, ended: runToEnd(run, context, definition, input) };
  }

  async function runToEnd(
    run: Run,
    context: Branch['context'],
    definition: StateMachineDefinition,
    input: Json,
  ): ExpressExecution['ended'] {
    const controller = new AbortController();
    running.add(controller);
    const branch: Branch = { signal: controller.signal, context, variables: {}, previous: 0 };
    const end = (event: string, previous: number, ended: ExecutionEnd): ExecutionEnd => {
      const { error, cause, output } = ended;
      run.history.add(event, previous, output === undefined ? { error, cause } : { output });
      return ended;
    };
    const limit = Promise.withResolvers<ExecutionEnd>();
    const cancel = after(Math.min(definition.TimeoutSeconds ?? MAX_SECONDS, MAX_SECONDS) * 1000, () => {
      limit.resolve(end('ExecutionTimedOut', 0, { status: 'TIMED_OUT', error: 'States.Timeout' }));
      controller.abort();
    });
    const work = runStates(run, branch, definition, input).then(
      (result) => end('ExecutionSucceeded', branch.previous, { status: 'SUCCEEDED', output: jsonText(result) }),
      (thrown: unknown): ExecutionEnd => {
        if (thrown instanceof Aborted) return { status: 'ABORTED' };
        return end('ExecutionFailed', branch.previous, { status: 'FAILED', ...reasonOf(thrown) });
      },
    );
    const ended = await Promise.race([limit.promise, work]);
    cancel();
    running.delete(controller);
    return { ...ended, stoppedAt: now() };
  }

  return {
    start,
    /** Lets nothing run on. */
    halt: () => running.forEach((controller) => controller.abort()),
    busy: () => running.size,
  };
}

export type Express = ReturnType<typeof createExpress>;

/** Creation refuses each of them in an Express workflow. */
const STANDARD_ONLY: Omit<Tasks, 'invokeFunction' | 'callService'> = {
  hasActivity: standardOnly,
  scheduleActivity: standardOnly,
  issueToken: standardOnly,
  watchExecution: standardOnly,
  startMapRun: standardOnly,
};

function standardOnly(): never {
  throw runtimeError('An Express workflow cannot do this.');
}

function counted(): History {
  let id = 0;
  return { add: () => (id += 1) };
}
