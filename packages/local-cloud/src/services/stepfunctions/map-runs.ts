import { randomUUID } from 'node:crypto';
import type { States } from '@dure/states-language/definition';
import type { Json } from '@dure/states-language/json';
import type { MapRun, MapRunStart } from '@dure/states-language/run';
import type { ExecutionRow, MachineRow } from './store.ts';
import type { MapRunStore } from './map-run-store.ts';

/** A child execution of a map run. */
export interface ChildExecution {
  readonly executionArn: string;
  /** `…:stateMachine:machine/label` */
  readonly machineArn: string;
  readonly name: string;
  readonly input: string;
  readonly definition: States;
}

interface Parts {
  readonly store: MapRunStore;
  readonly now: () => number;
  readonly startChild: (child: ChildExecution, machine: MachineRow) => number;
  readonly whenEnded: (executionArn: string) => Promise<ExecutionRow>;
  readonly stop: (executionArn: string) => void;
}

/**
 * The run of a distributed Map: its children are executions of `machine/label`.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-examine-map-run.html
 */
export function startMapRun(parts: Parts, parentArn: string, machine: MachineRow, start: MapRunStart): MapRun {
  const { store, now } = parts;
  const label = start.label ?? randomUUID();
  const arn = `${machine.arn.replace(':stateMachine:', ':mapRun:')}/${label}:${randomUUID()}`;
  store.add({
    arn,
    execution_arn: parentArn,
    machine_arn: `${machine.arn}/${label}`,
    started_at: now(),
    max_concurrency: start.maxConcurrency,
    tolerated_count: start.toleratedFailureCount,
    tolerated_percentage: start.toleratedFailurePercentage,
  });
  return {
    arn,
    plan: (executions, items) => store.plan(arn, executions, items),
    async runChild(input, items, signal) {
      const name = randomUUID();
      const machineArn = `${machine.arn}/${label}`;
      const executionArn = `${machineArn.replace(':stateMachine:', ':execution:')}:${name}`;
      const child = { executionArn, machineArn, name, input: JSON.stringify(input), definition: start.processor };
      store.addChild(parts.startChild(child, machine), arn, items);
      const onAbort = () => parts.stop(executionArn);
      signal.addEventListener('abort', onAbort, { once: true });
      const row = await parts.whenEnded(executionArn);
      signal.removeEventListener('abort', onAbort);
      const status = row.status as Exclude<typeof row.status, 'RUNNING'>;
      return { status, output: JSON.parse(row.output ?? 'null') as Json, description: describe(row) };
    },
    end: (ended) => store.end(arn, ended.status, now()),
  };
}

/** A child as the files of a ResultWriter list it. */
function describe(row: ExecutionRow): { [key: string]: Json } {
  return {
    ...(row.cause === null ? {} : { Cause: row.cause }),
    ...(row.error === null ? {} : { Error: row.error }),
    ExecutionArn: row.arn,
    Input: row.input,
    InputDetails: { Included: true },
    Name: row.name,
    ...(row.output === null ? {} : { Output: row.output, OutputDetails: { Included: true } }),
    StartDate: new Date(row.started_at).toISOString(),
    StateMachineArn: row.machine_arn,
    Status: row.status,
    ...(row.stopped_at === null ? {} : { StopDate: new Date(row.stopped_at).toISOString() }),
  };
}
