import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  SendTaskFailureCommand,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { answerWithin } from '@dure/contracts/binding/deadline';
import type { OrderLine } from '@dure/contracts/values';
import type { Ending } from './domain/ending.ts';
import type { Address } from './domain/order.ts';
import type { Mode } from './domain/recovery.ts';
import type { HistoryEntry } from './domain/steps.ts';

export interface ExecutionInput {
  readonly mode: Mode;
  readonly orderId: string;
  readonly correlationId: string;
  readonly causationId: string;
  readonly traceparent: string;
  readonly actor: string;
  readonly lines: readonly OrderLine[];
  readonly reservation: { readonly lines: readonly OrderLine[] };
  readonly customerId: string;
  readonly shippingAddress: Address;
  readonly total: { readonly amount: number; readonly currency: string };
  readonly paymentMethod: string;
  /** Set when the mode is `undo`. */
  readonly ending?: Ending;
}

export interface Execution {
  readonly name: string;
  readonly mode: Mode;
  readonly status: string;
  readonly startedAt: Date;
  readonly endedAt: Date | undefined;
}

/** The checkout's state machine. Execution names are idempotency keys: starting one twice has no effect. */
export interface Workflow {
  /** False when an execution of that name was started before. */
  start(name: string, input: ExecutionInput): Promise<boolean>;
  describe(name: string): Promise<Execution | undefined>;
  history(name: string): Promise<HistoryEntry[]>;
  /** Answers a waiting step; false when nothing waits for that token any more. */
  succeed(token: string, output: object): Promise<boolean>;
  fail(token: string, error: string, cause: object): Promise<boolean>;
}

export function openWorkflow(stateMachineArn: string): Workflow {
  const client = new SFNClient({
    maxAttempts: 4,
    requestHandler: answerWithin(4_000),
  });
  const executionArn = (name: string) => `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
  return {
    start: (name, input) =>
      unless(['ExecutionAlreadyExists'], () =>
        client.send(new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) })),
      ),

    async describe(name) {
      try {
        const found = await client.send(new DescribeExecutionCommand({ executionArn: executionArn(name) }));
        const { mode } = JSON.parse(found.input ?? '{}') as ExecutionInput;
        const { status = 'RUNNING', startDate: startedAt = new Date(0), stopDate: endedAt } = found;
        return { name, mode, status, startedAt, endedAt };
      } catch (error) {
        if (error instanceof Error && error.name === 'ExecutionDoesNotExist') return undefined;
        throw error;
      }
    },

    async history(name) {
      const entries: HistoryEntry[] = [];
      let nextToken: string | undefined;
      do {
        const page = await client.send(
          new GetExecutionHistoryCommand({ executionArn: executionArn(name), maxResults: 1000, nextToken }),
        );
        entries.push(...(page.events ?? []).map(toEntry));
        nextToken = page.nextToken;
      } while (nextToken !== undefined);
      return entries;
    },

    succeed: (taskToken, output) =>
      unless(GONE, () => client.send(new SendTaskSuccessCommand({ taskToken, output: JSON.stringify(output) }))),

    fail: (taskToken, error, cause) =>
      unless(GONE, () => client.send(new SendTaskFailureCommand({ taskToken, error, cause: JSON.stringify(cause) }))),
  };
}

/** The step has ended: by its time-out, an earlier answer, or the end of its execution. */
const GONE = ['InvalidToken', 'TaskTimedOut', 'TaskDoesNotExist'];

async function unless(names: readonly string[], send: () => Promise<unknown>): Promise<boolean> {
  try {
    await send();
    return true;
  } catch (error) {
    if (error instanceof Error && names.includes(error.name)) return false;
    throw error;
  }
}

function toEntry(event: HistoryEvent): HistoryEntry {
  return {
    id: event.id ?? 0,
    previousId: event.previousEventId ?? 0,
    type: event.type ?? '',
    time: (event.timestamp ?? new Date(0)).toISOString(),
    state: event.stateEnteredEventDetails?.name,
    error: errorOf(event),
  };
}

const errorOf = (event: HistoryEvent): string | undefined =>
  (
    event.taskFailedEventDetails ??
    event.taskTimedOutEventDetails ??
    event.taskSubmitFailedEventDetails ??
    event.taskStartFailedEventDetails ??
    event.lambdaFunctionFailedEventDetails ??
    event.lambdaFunctionTimedOutEventDetails
  )?.error;
