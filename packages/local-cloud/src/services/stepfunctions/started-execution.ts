import { isObject, type Json, type JsonObject } from '@dure/states-language/json';
import type { Pattern } from '@dure/states-language/resource';
import type { ExecutionWait } from '@dure/states-language/run';
import { StateError } from '@dure/states-language/state-error';
import { redriveOf } from './redrive.ts';
import type { ExecutionRow } from './store.ts';

interface Watched {
  /** Resolves with the execution when it has ended. */
  whenEnded(executionArn: string): Promise<ExecutionRow>;
  stop(executionArn: string): void;
}

/**
 * Waits for an execution as `startExecution.sync` does: its description is the result, with input and output as text, or as
 * JSON for `.sync:2`. Throws States.TaskFailed with the description as the cause when it did not succeed.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html
 */
export function watchExecution(executions: Watched, started: Json, pattern: Pattern): ExecutionWait {
  const executionArn = isObject(started) ? String(started['ExecutionArn']) : '';
  const answer = executions.whenEnded(executionArn).then((row) => {
    const description = describe(row, pattern);
    if (row.status === 'SUCCEEDED') return description;
    throw new StateError('States.TaskFailed', JSON.stringify(description));
  });
  return { answer, stop: () => executions.stop(executionArn) };
}

function redriveMembers(row: ExecutionRow): JsonObject {
  const { redriveStatus: RedriveStatus, redriveStatusReason: RedriveStatusReason } = redriveOf(row);
  return { RedriveStatus, ...(RedriveStatusReason !== undefined && { RedriveStatusReason }) };
}

function describe(row: ExecutionRow, pattern: Pattern): JsonObject {
  const data = (text: string): Json => (pattern === 'sync:2' ? (JSON.parse(text) as Json) : text);
  return {
    ...(row.cause === null ? {} : { Cause: row.cause }),
    ...(row.error === null ? {} : { Error: row.error }),
    ExecutionArn: row.arn,
    Input: data(row.input),
    InputDetails: { Included: true },
    Name: row.name,
    ...(row.output === null ? {} : { Output: data(row.output), OutputDetails: { Included: true } }),
    RedriveCount: 0,
    ...redriveMembers(row),
    StartDate: row.started_at,
    StateMachineArn: row.machine_arn,
    Status: row.status,
    ...(row.stopped_at === null ? {} : { StopDate: row.stopped_at }),
  };
}
