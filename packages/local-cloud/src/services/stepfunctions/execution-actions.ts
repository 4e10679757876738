import { randomUUID } from 'node:crypto';
import { MAX_DATA_BYTES } from '@dure/states-language/state-error';
import { AwsError } from '@dure/aws-protocols/aws-error';
import { parseJsonInput } from '@dure/aws-protocols/json-input';
import type { Executions } from './executions.ts';
import type { Express } from './express.ts';
import { toHistoryEvent } from './history.ts';
import { findMapRun } from './map-run-actions.ts';
import type { MapRunStore } from './map-run-store.ts';
import { describedRevision, type Machines } from './state-machines.ts';
import { redriveOf } from './redrive.ts';
import { checkArn, checkName, invalid, optionalText, pageSize, refuse } from './request.ts';
import { readPageToken, text, writePageToken, type Request } from './request.ts';
import type { ExecutionRow, Store } from './store.ts';

interface Parts {
  readonly store: Store;
  readonly mapRuns: MapRunStore;
  readonly machines: Machines;
  readonly executions: Executions;
  readonly express: Express;
}

/** Of ListExecutions; other lists have shorter ones. */
const LONGEST_TOKEN = 3096;
/** In AWS's order; no execution here is PENDING_REDRIVE. */
const STATUSES = ['SUCCEEDED', 'TIMED_OUT', 'PENDING_REDRIVE', 'ABORTED', 'FAILED', 'RUNNING'];

/** The actions on executions. Source: https://docs.aws.amazon.com/step-functions/latest/apireference/ */
export function createExecutionActions({ store, mapRuns, machines, executions, express }: Parts) {
  function find(request: Request): ExecutionRow {
    const arn = checkArn(text(request, 'executionArn', 256), 'execution');
    const row = store.execution(arn);
    if (row !== undefined) return row;
    throw new AwsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
  }

  /** As on AWS for STANDARD: a second start with the name and input of a running execution answers the first. */
  function start(request: Request): object {
    const input = executionInput(optionalText(request, 'input') ?? '{}');
    const traceHeader = optionalText(request, 'traceHeader', 256);
    const name = checkName(optionalText(request, 'name') ?? randomUUID());
    const machine = machines.find(text(request, 'stateMachineArn', 256));
    if (machine.type === 'EXPRESS') {
      const { executionArn, startedAt } = express.start(machine, { name, input, traceHeader });
      return started(executionArn, startedAt);
    }
    const earlier = store.execution(`${machine.arn.replace(':stateMachine:', ':execution:')}:${name}`);
    if (earlier !== undefined) {
      if (earlier.status === 'RUNNING' && earlier.input === input) return started(earlier.arn, earlier.started_at);
      throw new AwsError('ExecutionAlreadyExists', `Execution Already Exists: '${earlier.arn}'`);
    }
    const { executionArn, startedAt } = executions.start(machine, { name, input, traceHeader });
    return started(executionArn, startedAt);
  }

  /** Runs an Express workflow and answers how it ended. */
  async function startSync(request: Request): Promise<object> {
    refuse(request, ['includedData']);
    const input = executionInput(optionalText(request, 'input') ?? '{}');
    const traceHeader = optionalText(request, 'traceHeader', 256);
    const name = checkName(optionalText(request, 'name') ?? randomUUID());
    const machine = machines.find(text(request, 'stateMachineArn', 256));
    if (machine.type !== 'EXPRESS') throw wrongType();
    const { executionArn, startedAt, ended } = express.start(machine, { name, input, traceHeader }, true);
    const { status, stoppedAt, output, error, cause } = await ended;
    const billed = Math.max(1, Math.ceil((stoppedAt - startedAt) / 100)) * 100;
    return {
      ...{ executionArn, stateMachineArn: machine.arn, name, status, traceHeader, error, cause },
      ...{ startDate: startedAt / 1000, stopDate: stoppedAt / 1000 },
      ...{ input, inputDetails: { included: true }, output, outputDetails: { included: true } },
      billingDetails: { billedMemoryUsedInMB: 64, billedDurationInMilliseconds: billed },
    };
  }

  /** Stopping what has ended changes nothing. */
  function stop(request: Request): object {
    const row = find(request);
    executions.stop(row.arn, optionalText(request, 'error', 256), optionalText(request, 'cause', 32768));
    return { stopDate: (find(request).stopped_at ?? 0) / 1000 };
  }

  function describe(request: Request): object {
    const row = find(request);
    const withData = request['includedData'] !== 'METADATA_ONLY';
    return {
      ...summary(row),
      ...childOf(row),
      ...dataMembers('input', row.input, withData),
      ...dataMembers('output', row.output, withData),
      ...present({ error: row.error, cause: row.cause, traceHeader: row.trace_header }),
      ...redriveOf(row, mapRuns.runOf(row.seq) !== undefined),
    };
  }

  function childOf(row: ExecutionRow): object {
    const mapRunArn = mapRuns.runOf(row.seq);
    return mapRunArn === undefined ? {} : { mapRunArn };
  }

  /** A child of a map run has the definition of the whole machine here. */
  function describeMachine(request: Request): object {
    const row = find(request);
    const [machineArn = '', label] = row.machine_arn.split('/');
    const machine = machines.find(machineArn);
    const revision = store.revision(row.revision) ?? machine;
    return {
      stateMachineArn: row.machine_arn,
      ...childOf(row),
      ...(label === undefined ? {} : { label }),
      name: machine.name,
      definition: revision.definition,
      roleArn: revision.role_arn,
      updateDate: revision.updated_at / 1000,
      loggingConfiguration: machine.logging,
      tracingConfiguration: { enabled: false },
      ...describedRevision(revision),
    };
  }

  /** Newest first. */
  function list(request: Request): object {
    refuse(request, ['redriveFilter']);
    if (request['mapRunArn'] !== undefined) return listChildren(request);
    const machine = machines.find(text(request, 'stateMachineArn', 256));
    if (machine.type === 'EXPRESS') throw wrongType();
    const status = optionalText(request, 'statusFilter');
    if (status !== undefined && !STATUSES.includes(status)) {
      throw invalid(status, 'statusFilter', `Member must satisfy enum value set: [${STATUSES.join(', ')}]`);
    }
    const limit = pageSize(request);
    const listName = `${machine.arn} ${status ?? ''}`;
    const before = Number(readPageToken(request, listName, LONGEST_TOKEN) ?? Number.MAX_SAFE_INTEGER);
    const rows = store.executions(machine.arn, status, before, limit + 1);
    const page = rows.slice(0, limit);
    return { executions: page.map(summary), ...nextPage(rows.length > limit, listName, page.at(-1)?.seq) };
  }

  function listChildren(request: Request): object {
    const { arn } = findMapRun(mapRuns, text(request, 'mapRunArn', 2000));
    refuse(request, ['statusFilter']);
    const limit = pageSize(request);
    const before = Number(readPageToken(request, arn, LONGEST_TOKEN) ?? Number.MAX_SAFE_INTEGER);
    const rows = mapRuns.children(arn, before, limit + 1);
    const page = rows.slice(0, limit);
    const executions = page.map((row) => ({ ...summary(row), mapRunArn: arn }));
    return { executions, ...nextPage(rows.length > limit, arn, page.at(-1)?.seq) };
  }

  function history(request: Request): object {
    const row = find(request);
    const reverse = request['reverseOrder'] === true;
    const limit = pageSize(request);
    const listName = `${row.arn} ${String(reverse)}`;
    const start = reverse ? Number.MAX_SAFE_INTEGER : 0;
    const after = Number(readPageToken(request, listName) ?? start);
    const rows = store.events(row.seq, after, limit + 1, reverse);
    const page = rows.slice(0, limit);
    const withData = request['includeExecutionData'] !== false;
    return {
      events: page.map((event) => toHistoryEvent(event, withData)),
      ...nextPage(rows.length > limit, listName, page.at(-1)?.id),
    };
  }

  return { start, startSync, stop, describe, describeMachine, list, history };
}

function started(executionArn: string, startedAt: number): object {
  return { executionArn, startDate: startedAt / 1000 };
}

function wrongType(): AwsError {
  const reason = 'This operation is not supported by this type of state machine';
  return new AwsError('StateMachineTypeNotSupported', reason);
}

function executionInput(input: string): string {
  const refusal = (reason: string) =>
    new AwsError('InvalidExecutionInput', `Invalid State Machine Execution Input: '${reason}'`);
  if (Buffer.byteLength(input) > MAX_DATA_BYTES) throw refusal(`The input is longer than ${MAX_DATA_BYTES} bytes.`);
  if (input.trim() === '') throw refusal('Invalid execution input.');
  try {
    parseJsonInput(input);
  } catch (error) {
    throw refusal(error instanceof Error ? error.message : String(error));
  }
  return input;
}

function summary(row: ExecutionRow): object {
  return {
    executionArn: row.arn,
    stateMachineArn: row.machine_arn,
    name: row.name,
    status: row.status,
    startDate: row.started_at / 1000,
    ...(row.stopped_at === null ? {} : { stopDate: row.stopped_at / 1000 }),
    redriveCount: 0,
  };
}

function dataMembers(member: 'input' | 'output', value: string | null, withData: boolean): object {
  if (value === null) return {};
  return { ...(withData ? { [member]: value } : {}), [`${member}Details`]: { included: withData } };
}

function present(members: Record<string, string | null>): object {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null));
}

function nextPage(hasMore: boolean, list: string, place: number | undefined): object {
  return hasMore && place !== undefined ? { nextToken: writePageToken(list, place) } : {};
}
