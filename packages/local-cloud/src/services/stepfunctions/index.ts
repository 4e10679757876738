import type { DatabaseSync } from 'node:sqlite';
import type { Json } from '@dure/states-language/json';
import { MAX_DATA_BYTES } from '@dure/states-language/state-error';
import { AwsError } from '@dure/aws-protocols/aws-error';
import type { AwsJsonService } from '@dure/aws-protocols/aws-json';
import type { EndedExecution } from '../cloudwatch/index.ts';
import type { CloudLog } from '../../shared/types.ts';
import type { Announce } from '../eventbridge/index.ts';
import { createExecutionActions } from './execution-actions.ts';
import { createExecutions } from './executions.ts';
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
  /** Milliseconds since 1970, for timestamps. */
  readonly now?: () => number;
}

export interface StepFunctions {
  /** The AWS JSON 1.0 protocol, for the target prefix `AWSStepFunctions`. */
  readonly handle: AwsJsonService;
  /** Creates the state machine or gives it a new definition. Throws InvalidDefinition for what is not supported. */
  createStateMachine(input: { name: string; definition: object | string; roleArn?: string }): {
    stateMachineArn: string;
  };
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
 * AWS Step Functions on one machine: standard workflows, their histories and task tokens, in SQLite.
 * Source: https://docs.aws.amazon.com/step-functions/latest/apireference/
 */
export function createStepFunctions(options: StepFunctionsOptions): StepFunctions {
  const { database, accountId, region, log, now = Date.now } = options;
  const { invokeLambda, putEvents, sdk, announce } = options;
  const store = createStore(database);
  const mapRuns = createMapRunStore(database);
  const tokens = createTokens(store);
  const services: Services = { invokeLambda, putEvents, sdk };
  const executions = createExecutions({ store, mapRuns, tokens, services, region, log, now, announce });
  const machines = createMachines({ store, executions, services, accountId, region, now });
  const actions = createExecutionActions({ store, mapRuns, machines, executions });

  const handlers: Readonly<Record<string, (request: Request) => object>> = {
    CreateStateMachine: machines.create,
    UpdateStateMachine: machines.update,
    DescribeStateMachine: machines.describe,
    ListStateMachines: machines.list,
    DeleteStateMachine: machines.delete,
    StartExecution: actions.start,
    StopExecution: actions.stop,
    DescribeExecution: actions.describe,
    DescribeStateMachineForExecution: actions.describeMachine,
    GetExecutionHistory: actions.history,
    ListExecutions: actions.list,
    ...createMapRunActions(mapRuns),
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
    createStateMachine({ name, definition, roleArn }) {
      return machines.ensure(name, typeof definition === 'string' ? definition : JSON.stringify(definition), roleArn);
    },
    async start() {
      executions.recover();
    },
    async stop() {
      executions.halt();
    },
    describe: () => ({
      stateMachines: describeMachines(store),
      running: executions.list(),
      waitingForToken: tokens.count(),
    }),
    ended: store.endedBetween,
    idle: () => executions.busy() === 0,
  };
}

function tokenActions(tokens: Tokens): Record<string, (request: Request) => object> {
  return {
    SendTaskSuccess(request) {
      const token = text(request, 'taskToken', 1024);
      tokens.succeed(token, taskOutput(text(request, 'output')));
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
    return JSON.parse(output) as Json;
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
