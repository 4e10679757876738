import { DatabaseSync } from 'node:sqlite';
import type { AddressInfo } from 'node:net';
import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  SFNClient,
  StartExecutionCommand,
  type DescribeExecutionOutput,
  type HistoryEvent,
} from '@aws-sdk/client-sfn';
import { createAwsJsonServer } from '@dure/aws-protocols/aws-json';
import type { AwsEvent } from '../../../src/services/eventbridge/index.ts';
import type { InvokeResult } from '../../../src/shared/types.ts';
import {
  createStepFunctions,
  type StepFunctions,
  type StepFunctionsOptions,
} from '../../../src/services/stepfunctions/index.ts';

export type Entry = { Source?: string; DetailType?: string; Detail?: string; Resources?: string[] };

export type LogLine = { id: string; type: string; details: Record<string, unknown> };

/** Step Functions behind a real client and a real HTTP server, with the services it calls recorded in memory. */
export interface Harness {
  readonly client: SFNClient;
  readonly sfn: StepFunctions;
  readonly functions: Record<string, (payload: unknown) => Promise<InvokeResult> | InvokeResult>;
  readonly invocations: { functionName: string; payload: unknown }[];
  readonly events: Entry[];
  /** What was called by the SDK. */
  readonly calls: { service: string; action: string; input: object }[];
  /** What was published on the default bus. */
  readonly announced: AwsEvent[];
  /** What was written into log groups. */
  readonly lines: (LogLine & { group: string })[];
  /** The log groups that were tried. */
  readonly trials: string[];
  readonly logs: string[];
  /** Replaces how the bus answers. */
  putEvents: StepFunctionsOptions['putEvents'];
  /** Replaces how a service answers. */
  callSdk: StepFunctionsOptions['sdk']['call'];
  close(): Promise<void>;
}

export async function startHarness(
  database = new DatabaseSync(':memory:'),
  now: () => number = Date.now,
): Promise<Harness> {
  const functions: Harness['functions'] = {};
  const invocations: Harness['invocations'] = [];
  const events: Entry[] = [];
  const calls: Harness['calls'] = [];
  const announced: Harness['announced'] = [];
  const lines: Harness['lines'] = [];
  const trials: string[] = [];
  const logs: string[] = [];
  const accept: StepFunctionsOptions['putEvents'] = async (entries) => {
    events.push(...(entries as Entry[]));
    return { FailedEntryCount: 0, Entries: entries.map((_, index) => ({ EventId: `event-${index}` })) };
  };
  const harness: Pick<Harness, 'putEvents' | 'callSdk'> = {
    putEvents: accept,
    callSdk: async () => ({ MessageId: 'message-1', $metadata: { httpStatusCode: 200, requestId: 'request-1' } }),
  };
  const sfn = createStepFunctions({
    database,
    accountId: '000000000000',
    region: 'us-east-1',
    now,
    async invokeLambda(functionName, payload) {
      invocations.push({ functionName, payload });
      const name = functionName.split(':function:').at(-1) ?? functionName;
      const found = functions[name];
      if (found === undefined)
        throw Object.assign(new Error(`no function ${name}`), { name: 'ResourceNotFoundException' });
      return found(payload);
    },
    putEvents: (entries, roleArn) => harness.putEvents(entries, roleArn),
    sdk: {
      has: () => true,
      async call(service, action, input) {
        calls.push({ service, action, input });
        return harness.callSdk(service, action, input);
      },
    },
    announce: (event) => void announced.push(event),
    writeLog(group, stream, line) {
      if (stream.startsWith('states/')) lines.push({ group, ...(JSON.parse(line) as LogLine) });
      else trials.push(group);
    },
    hasLogGroup: (group) => !group.includes(':none'),
    log: (level, message, fields) => void logs.push(JSON.stringify([level, message, fields])),
  });
  await sfn.start();
  const server = createAwsJsonServer({ AWSStepFunctions: sfn.handle });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const client = new SFNClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
    // StartSyncExecution would go to sync-127.0.0.1.
    disableHostPrefix: true,
  });
  return Object.assign(harness, {
    ...{ client, sfn, functions, invocations, events, calls, announced, lines, trials, logs },
    async close() {
      await sfn.stop();
      client.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      database.close();
    },
  });
}

let machineCount = 0;

/** Creates a machine of its own and starts it. */
export async function run(harness: Harness, definition: object, input: unknown = {}): Promise<string> {
  machineCount += 1;
  const { stateMachineArn } = harness.sfn.createStateMachine({ name: `machine-${machineCount}`, definition });
  const { executionArn } = await harness.client.send(
    new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input) }),
  );
  return executionArn ?? '';
}

/** Waits for the execution to end. */
export async function ended(harness: Harness, executionArn: string): Promise<DescribeExecutionOutput> {
  return until(async () => {
    const described = await harness.client.send(new DescribeExecutionCommand({ executionArn }));
    return described.status === 'RUNNING' ? undefined : described;
  });
}

export async function runToEnd(
  harness: Harness,
  definition: object,
  input: unknown = {},
): Promise<DescribeExecutionOutput> {
  return ended(harness, await run(harness, definition, input));
}

/** A succeeded execution's output. */
export async function outputOf(harness: Harness, definition: object, input: unknown = {}): Promise<unknown> {
  const described = await runToEnd(harness, definition, input);
  if (described.status !== 'SUCCEEDED') throw new Error(`${described.status}: ${described.error} ${described.cause}`);
  return JSON.parse(described.output ?? 'null');
}

export async function historyOf(harness: Harness, executionArn: string): Promise<HistoryEvent[]> {
  const { events } = await harness.client.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }));
  return events ?? [];
}

/** `id<-previousEventId type`, to read a history at a glance. */
export function outline(events: HistoryEvent[]): string[] {
  return events.map(({ id, previousEventId, type }) => `${id}<-${previousEventId} ${type}`);
}

/** Polls until the condition gives a value, for a minute at most. */
export async function until<T>(condition: () => Promise<T | undefined> | T | undefined): Promise<T> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const value = await condition();
    if (value !== undefined) return value;
    if (Date.now() > deadline) throw new Error('The condition did not come true in a minute.');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

export function pass(fields: object): object {
  return { StartAt: 'Only', States: { Only: { Type: 'Pass', End: true, ...fields } } };
}

export const PUT_EVENTS_AND_WAIT = 'arn:aws:states:::events:putEvents.waitForTaskToken';

/** A task that sends a command with its token as the return address, and waits for the answer. */
export function command(type: string, fields: object): object {
  return {
    Type: 'Task',
    Resource: PUT_EVENTS_AND_WAIT,
    Parameters: {
      Entries: [
        {
          Source: 'dure.orders',
          DetailType: type,
          EventBusName: 'bus',
          Detail: {
            'id.$': 'States.UUID()',
            'subject.$': '$$.Execution.Name',
            'replyto.$': '$$.Task.Token',
            'data.$': '$',
          },
        },
      ],
    },
    ...fields,
  };
}

/** The token that the nth command of this type carried. */
export function tokenOf(harness: Harness, type: string, nth = 0): Promise<string> {
  return until(() => {
    const entry = harness.events.filter(({ DetailType }) => DetailType === type)[nth];
    return entry === undefined ? undefined : (JSON.parse(entry.Detail ?? '') as { replyto: string }).replyto;
  });
}
