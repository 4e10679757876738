import type { StateMachineDefinition } from '@dure/states-language/definition';
import { runStates } from '@dure/states-language/interpreter';
import type { Json, JsonObject } from '@dure/states-language/json';
import { jsonText, parseJson } from '@dure/states-language/json-text';
import type { Branch, History, Run, Tasks } from '@dure/states-language/run';
import { Aborted } from '@dure/states-language/state-error';
import type { CloudLog } from '../../shared/types.ts';
import type { Announce } from '../eventbridge/index.ts';
import type { Activities } from './activities.ts';
import { executionContext, reasonOf } from './execution-context.ts';
import { withLog, type WriteLog } from './execution-log.ts';
import { createHistory } from './history.ts';
import { createIntegrations, type Services } from './integrations.ts';
import { startMapRun, type ChildExecution } from './map-runs.ts';
import type { MapRunStore } from './map-run-store.ts';
import { watchExecution } from './started-execution.ts';
import { statusEvent } from './status-event.ts';
import type { ExecutionEnd, ExecutionRow, MachineRow, Store } from './store.ts';
import { after, turn } from './timers.ts';
import type { Tokens } from './task-tokens.ts';

interface Parts {
  readonly store: Store;
  readonly mapRuns: MapRunStore;
  readonly tokens: Tokens;
  readonly activities: Activities;
  readonly services: Services;
  readonly region: string;
  readonly log: CloudLog;
  readonly now: () => number;
  /** Publishes on the default bus. */
  readonly announce: Announce;
  readonly writeLog: WriteLog;
}

export interface NewExecution {
  readonly name: string;
  readonly input: string;
  readonly traceHeader: string | undefined;
}

interface Beginning extends NewExecution {
  readonly executionArn: string;
  readonly machineArn: string;
  readonly definition: StateMachineDefinition;
}

interface Begun {
  readonly seq: number;
  readonly executionArn: string;
  readonly machineArn: string;
  readonly name: string;
  readonly input: Json;
  readonly startedAt: number;
  readonly definition: StateMachineDefinition;
}

interface Live extends Begun {
  readonly branch: Branch;
  end(end: ExecutionEnd, event: string, previousId: number, details?: object): void;
  halt(): void;
}

/** Seconds. */
const LONG_WAIT = 600;

function waitsLong({ branch, definition }: Live): boolean {
  const { TimeoutSeconds: seconds } = (definition.States[branch.open?.name ?? ''] ?? {}) as { TimeoutSeconds?: number };
  return seconds !== undefined && seconds > LONG_WAIT;
}

const RESTARTED = {
  error: 'LocalCloud.Restarted',
  cause: 'The local cloud was restarted while this execution was running.',
};
/** As long as AWS keeps the history of an ended execution. */
const KEPT_MILLISECONDS = 90 * 24 * 60 * 60 * 1000;

/** The executions that are running, and how they start and end. */
export function createExecutions(parts: Parts) {
  const { store, log, now, writeLog } = parts;
  const running = new Map<string, Live>();
  const waiting = new Map<string, ((row: ExecutionRow) => void)[]>();

  /** Tells the bus and who waits for it. */
  function statusChanged(executionArn: string): void {
    const row = store.execution(executionArn);
    if (row === undefined) return;
    parts.announce(statusEvent(row));
    if (row.status === 'RUNNING') return;
    waiting.get(executionArn)?.forEach((resolve) => resolve(row));
    waiting.delete(executionArn);
  }

  function whenEnded(executionArn: string): Promise<ExecutionRow> {
    const row = store.execution(executionArn);
    if (row === undefined) return Promise.reject(new Error(`There is no execution ${executionArn}.`));
    if (row.status !== 'RUNNING') return Promise.resolve(row);
    return new Promise((resolve) => waiting.set(executionArn, [...(waiting.get(executionArn) ?? []), resolve]));
  }

  /** Writes the execution down and lets it run; it is on disk when this returns. */
  function start(machine: MachineRow, request: NewExecution): { executionArn: string; startedAt: number } {
    const executionArn = `${machine.arn.replace(':stateMachine:', ':execution:')}:${request.name}`;
    const definition = JSON.parse(machine.definition) as StateMachineDefinition;
    const { startedAt } = begin(machine, { ...request, executionArn, machineArn: machine.arn, definition });
    return { executionArn, startedAt };
  }

  /** Answers the row's number. */
  function startChild(child: ChildExecution, machine: MachineRow): number {
    const { QueryLanguage: language } = JSON.parse(machine.definition) as StateMachineDefinition;
    const definition = { ...child.definition, ...(language !== undefined && { QueryLanguage: language }) };
    return begin(machine, { ...child, definition, traceHeader: undefined }).seq;
  }

  function begin(machine: MachineRow, request: Beginning): { seq: number; startedAt: number } {
    const { executionArn, machineArn, name, definition } = request;
    const startedAt = now();
    const { seq, history } = store.transaction(() => {
      const added = store.addExecution({
        arn: executionArn,
        machine_arn: machineArn,
        name,
        revision: machine.revision,
        input: request.input,
        trace_header: request.traceHeader ?? null,
        started_at: startedAt,
      });
      const { logging } = machine;
      const written = withLog(createHistory(store, added, now), { executionArn, logging, writeLog, now });
      written.add('ExecutionStarted', 0, { input: request.input, roleArn: machine.role_arn });
      return { seq: added, history: written };
    });
    const { services, tokens, region } = parts;
    const mapRunParts = { store: parts.mapRuns, now, startChild, whenEnded, stop };
    const tasks: Tasks = {
      ...createIntegrations(services, { executionArn, machineArn, roleArn: machine.role_arn }),
      issueToken: () => tokens.issue(seq),
      watchExecution: (started, pattern) => watchExecution({ whenEnded, stop }, started, pattern),
      hasActivity: parts.activities.exists,
      scheduleActivity: parts.activities.schedule,
      startMapRun: (starting) => startMapRun(mapRunParts, executionArn, machine, starting),
    };
    const input = parseJson(request.input);
    const begun = { seq, executionArn, machineArn, name, input, startedAt, definition };
    const queryLanguage = definition.QueryLanguage ?? 'JSONPath';
    const context = executionContext({ ...begun, machineName: machine.name, roleArn: machine.role_arn });
    statusChanged(executionArn);
    launch({ region, queryLanguage, history, tasks, now, after, turn }, begun, context);
    return { seq, startedAt };
  }

  function launch(run: Run, begun: Begun, context: JsonObject): void {
    const { definition } = begun;
    const controller = new AbortController();
    const branch: Branch = { signal: controller.signal, context, variables: {}, previous: 0 };
    const live = track(run.history, branch, controller, begun);
    if (definition.TimeoutSeconds !== undefined) {
      const timedOut = () => live.end({ status: 'TIMED_OUT' }, 'ExecutionTimedOut', 0, { error: 'States.Timeout' });
      const cancel = after(definition.TimeoutSeconds * 1000, timedOut);
      controller.signal.addEventListener('abort', cancel, { once: true });
    }
    runStates(run, branch, definition, begun.input)
      .then(
        (result) => {
          const output = jsonText(result);
          live.end({ status: 'SUCCEEDED', output }, 'ExecutionSucceeded', branch.previous, { output });
        },
        (thrown: unknown) => {
          if (thrown instanceof Aborted) return;
          const { error, cause } = reasonOf(thrown);
          live.end({ status: 'FAILED', error, cause }, 'ExecutionFailed', branch.previous, { error, cause });
        },
      )
      .catch((error: unknown) => {
        log('error', 'An execution could not be ended.', { executionArn: begun.executionArn, error: String(error) });
      });
  }

  function track(history: History, branch: Branch, controller: AbortController, begun: Begun): Live {
    const { executionArn } = begun;
    const live: Live = {
      ...begun,
      branch,
      end(end, event, previousId, details) {
        if (!running.delete(executionArn)) return;
        controller.abort();
        writeEnd(store, begun.seq, history, now, { end, event, previousId, details });
        statusChanged(executionArn);
        log(end.status === 'SUCCEEDED' ? 'debug' : 'info', `Execution ${end.status.toLowerCase()}.`, {
          executionArn,
          error: end.error,
        });
      },
      halt: () => controller.abort(),
    };
    running.set(executionArn, live);
    return live;
  }

  /** Ends a running execution as ABORTED; nothing of it runs any more after this. */
  function stop(executionArn: string, error?: string, cause?: string): void {
    running.get(executionArn)?.end({ status: 'ABORTED', error, cause }, 'ExecutionAborted', 0, { error, cause });
  }

  /** Ends what an earlier process left running, and forgets what AWS would have forgotten. */
  function recover(): void {
    const left = store.runningExecutions().filter((row) => !running.has(row.arn));
    store.transaction(() => left.forEach(markRestarted));
    parts.mapRuns.abortRunning(now());
    left.forEach(({ arn }) => statusChanged(arn));
    if (left.length > 0) log('warn', 'Executions were running when the local cloud ended.', { aborted: left.length });
    store.forgetExecutionsBefore(now() - KEPT_MILLISECONDS);
  }

  function markRestarted(row: ExecutionRow): void {
    const id = store.lastEventId(row.seq) + 1;
    const event = { id, previous_id: 0, timestamp: now(), type: 'ExecutionAborted' };
    store.addEvent(row.seq, { ...event, details: JSON.stringify(RESTARTED) });
    store.endExecution(row.seq, { status: 'ABORTED', ...RESTARTED }, now());
  }

  return {
    start,
    stop,
    recover,
    stopAllOf: (machineArn: string) => {
      for (const live of running.values()) if (live.machineArn === machineArn) stop(live.executionArn);
    },
    /** Lets nothing run on, and leaves it RUNNING on disk, as a kill would. */
    halt(): void {
      running.forEach((live) => live.halt());
      running.clear();
    },
    /** How many are about to go on: those that may wait long for somebody outside are not. */
    busy: () => [...running.values()].filter((live) => !waitsLong(live)).length,
    list: () =>
      [...running.values()].map(({ executionArn, startedAt, branch }) => ({
        executionArn,
        startDate: new Date(startedAt).toISOString(),
        state: branch.open?.name,
      })),
  };
}

export type Executions = ReturnType<typeof createExecutions>;

interface Ending {
  readonly end: ExecutionEnd;
  readonly event: string;
  readonly previousId: number;
  readonly details: object | undefined;
}

function writeEnd(store: Store, seq: number, history: History, now: () => number, ending: Ending): void {
  store.transaction(() => {
    history.add(ending.event, ending.previousId, ending.details);
    store.endExecution(seq, ending.end, now());
  });
}
