import type { DatabaseSync } from 'node:sqlite';
import type { Json } from '@dure/states-language/json';
import { MAX_DATA_BYTES } from '@dure/states-language/state-error';
import { AwsError } from '@dure/aws-protocols/aws-error';
import type { AwsJsonService } from '@dure/aws-protocols/aws-json';
import { parseJsonInput } from '@dure/aws-protocols/json-input';
import type { EndedExecution } from '../cloudwatch/index.ts';
import type { CloudLog } from '../../shared/types.ts';
import type { Announce } from '../eventbridge/index.ts';
import { createActivities } from './activities.ts';
import { createExecutionActions } from './execution-actions.ts';
import { createExecutions } from './executions.ts';
import { type Logging, loggingChecker, type WriteLog } from './execution-log.ts';
import { createExpress } from './express.ts';
import { createMapRunActions } from './map-run-actions.ts';
import { createMapRunStore } from './map-run-store.ts';
import { createMachines } from './state-machines.ts';
import { optionalText, text, type Request } from './request.ts';
import type { Services } from './integrations.ts';
import { createStore, type Store } from './store.ts';
import { createTokens, type Tokens } from './task-tokens.ts';

export { stepFunctionsResourceTypes } from './resource-types.ts';

export interface StepFunctionsOptions extends Services {
  readonly database: DatabaseSync;
  readonly accountId: string;
  readonly region: string;
  readonly log: CloudLog;
  /** Publishes an event on the default bus. */
  readonly announce: Announce;
  /** Writes a line into a log group. */
  readonly writeLog: WriteLog;
  /** Whether there is such a log group; by default nobody asks. */
  readonly hasLogGroup?: (logGroupArn: string) => boolean;
  /** Milliseconds since 1970, for timestamps. */
  readonly now?: () => number;
}

/** A standard workflow without logs, if it does not say otherwise. */
export interface MachineInput {
  readonly name: string;
  readonly definition: object | string;
  readonly roleArn?: string;
  readonly type?: 'STANDARD' | 'EXPRESS';
  readonly logging?: Logging;
}

export interface StepFunctions {
  /** The AWS JSON 1.0 protocol, for the target prefix `AWSStepFunctions`. */
  readonly handle: AwsJsonService;
  /** Creates the state machine or gives it a new definition. Throws InvalidDefinition for what is not supported. */
  createStateMachine(input: MachineInput): { stateMachineArn: string };
  /** Ends as ABORTED (`LocalCloud.Restarted`) what an earlier process left running. */
  start(): Promise<void>;
  /** Lets nothing run on. What was running is still RUNNING on disk, and ends at the next start. */
  stop(): Promise<void>;
  /** For `/_cloud`: the machines with their executions by status, and what is running. */
  describe(): unknown;
  /** The executions that ended after an instant, and not after another: milliseconds since 1970. */
  ended(after: number, until: number): EndedExecution[];
  /** Whether no execution is about to go on by itself. */
  idle(): boolean;
}

/**
 * AWS Step Functions on one machine: standard workflows with their histories and task tokens, in SQLite, and Express workflows.
 * Source: https://docs.aws.amazon.com/step-functions/latest/apireference/
 */
export function createStepFunctions(options: StepFunctionsOptions): StepFunctions {
  const { database, accountId, region, log, now = Date.now } = options;
  const { invokeLambda, putEvents, sdk, announce, writeLog } = options;
  const store = createStore(database);
  const mapRuns = createMapRunStore(database);
  const tokens = createTokens(store);
  const services: Services = { invokeLambda, putEvents, sdk };
  const activities = createActivities({ database, accountId, region, now });
  const executions = createExecutions({
    store,
    mapRuns,
    tokens,
    activities,
    services,
    region,
    log,
    now,
    announce,
    writeLog,
  });
  const express = createExpress({ services, region, now, writeLog });
  const checkLogging = loggingChecker(writeLog, options.hasLogGroup);
  const machines = createMachines({ store, executions, services, accountId, region, now, checkLogging });
  const actions = createExecutionActions({ store, mapRuns, machines, executions, express });

  const handlers: Readonly<Record<string, (request: Request) => object | Promise<object>>> = {
    CreateStateMachine: machines.create,
    UpdateStateMachine: machines.update,
    DescribeStateMachine: machines.describe,
    ListStateMachines: machines.list,
    DeleteStateMachine: machines.delete,
    StartExecution: actions.start,
    StartSyncExecution: actions.startSync,
    StopExecution: actions.stop,
    DescribeExecution: actions.describe,
    DescribeStateMachineForExecution: actions.describeMachine,
    GetExecutionHistory: actions.history,
    ListExecutions: actions.list,
    ...createMapRunActions(mapRuns),
    ...activities.actions,
    ...tokenActions(tokens),
  };

  return {
    async handle(action, input) {
      const handler = Object.hasOwn(handlers, action) ? handlers[action] : undefined;
      if (handler === undefined) {
        throw new AwsError('UnknownOperationException', `The local cloud does not support Step Functions' ${action}.`);
      }
      return handler(input);
    },
    createStateMachine({ definition, ...rest }) {
      return machines.ensure({
        ...rest,
        definition: typeof definition === 'string' ? definition : JSON.stringify(definition),
      });
    },
    async start() {
      executions.recover();
    },
    async stop() {
      executions.halt();
      express.halt();
      activities.halt();
    },
    describe: () => ({
      stateMachines: describeMachines(store),
      running: executions.list(),
      waitingForToken: tokens.count(),
    }),
    ended: store.endedBetween,
    idle: () => executions.busy() + express.busy() === 0,
  };
}

function tokenActions(tokens: Tokens): Record<string, (request: Request) => object> {
  return {
    SendTaskSuccess(request) {
      const token = text(request, 'taskToken', 1024);
      const output = text(request, 'output');
      tokens.require(token);
      tokens.succeed(token, taskOutput(output));
      return {};
    },
    SendTaskFailure(request) {
      const token = text(request, 'taskToken', 1024);
      tokens.fail(token, optionalText(request, 'error', 256), optionalText(request, 'cause', 32768));
      return {};
    },
    SendTaskHeartbeat(request) {
      tokens.heartbeat(text(request, 'taskToken', 1024));
      return {};
    },
  };
}

function taskOutput(output: string): Json {
  if (Buffer.byteLength(output) > MAX_DATA_BYTES) {
    throw new AwsError('InvalidOutput', `Invalid Output: 'The output is longer than ${MAX_DATA_BYTES} bytes.'`);
  }
  try {
    return parseJsonInput(output) as Json;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AwsError('InvalidOutput', `Invalid Output: '${reason}'`);
  }
}

function describeMachines(store: Store): object[] {
  const counts = store.countsByStatus();
  return store.machines('', 1000).map(({ arn, name }) => ({
    stateMachineArn: arn,
    name,
    executions: Object.fromEntries(
      counts.filter((count) => count['machine_arn'] === arn).map(({ status, count }) => [status, count]),
    ),
  }));
}
