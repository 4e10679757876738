import type { Delivery, InvokeLambda } from '../ports.ts';
import type { Dimensions, Value } from './metric-store.ts';

export type RecordValue = (value: Value) => void;

/** Invocations, errors and durations; the time an invocation waits for a thread counts, as there are few on a laptop. */
export function measureInvocations(
  invoke: InvokeLambda,
  nameOf: (functionName: string) => string | undefined,
  record: RecordValue,
): InvokeLambda {
  return async (functionName, payload) => {
    const name = nameOf(functionName);
    if (name === undefined) return invoke(functionName, payload);
    const started = performance.now();
    const result = await invoke(functionName, payload);
    const metric = { namespace: 'AWS/Lambda', dimensions: { FunctionName: name } };
    record({ ...metric, name: 'Invocations', value: 1 });
    record({ ...metric, name: 'Errors', value: result.ok ? 0 : 1 });
    record({ ...metric, name: 'Duration', value: performance.now() - started });
    return result;
  };
}

/** How old the last record of a stream's batch is when the function gets it. */
export function measureStreams(
  invoke: InvokeLambda,
  nameOf: (functionName: string) => string | undefined,
  record: RecordValue,
  now: () => number,
): InvokeLambda {
  return (functionName, payload) => {
    const { Records: records } = payload as {
      Records?: { eventSource?: string; dynamodb?: { ApproximateCreationDateTime?: number } }[];
    };
    const last = records?.at(-1);
    const name = nameOf(functionName);
    const created = last?.eventSource === 'aws:dynamodb' ? last.dynamodb?.ApproximateCreationDateTime : undefined;
    if (created !== undefined && name !== undefined) {
      const value = Math.max(0, now() - created * 1000);
      record({ namespace: 'AWS/Lambda', name: 'IteratorAge', dimensions: { FunctionName: name }, value });
    }
    return invoke(functionName, payload);
  };
}

/** `arn:aws:events:us-east-1:000000000000:rule/dure-local/orders` */
const RULE = /^arn:aws:events:[^:]*:[^:]*:rule\/(?:([^/]+)\/)?([^/]+)$/;

/** What a rule delivered to a target, or gave up. */
export function measureDelivery({ from, outcome }: Delivery, record: RecordValue): void {
  const [, EventBusName, RuleName] = RULE.exec(from) ?? [];
  if (RuleName === undefined || outcome === 'retrying') return;
  const sets: Dimensions[] = [{ RuleName }, ...(EventBusName === undefined ? [] : [{ EventBusName, RuleName }])];
  for (const dimensions of sets) {
    const metric = { namespace: 'AWS/Events', dimensions };
    record({ ...metric, name: 'Invocations', value: 1 });
    if (outcome !== 'delivered') record({ ...metric, name: 'FailedInvocations', value: 1 });
    if (outcome === 'dead-lettered') record({ ...metric, name: 'InvocationsSentToDlq', value: 1 });
  }
}

/** A request to a service's API, under the name that the framework gives it. */
export interface Answered {
  readonly service: string;
  readonly stage: string;
  readonly status: number;
  readonly milliseconds: number;
}

export function measureRequest({ service, stage: Stage, status, milliseconds }: Answered, record: RecordValue): void {
  const ApiName = `${Stage}-${service}`;
  const sets: Dimensions[] = [{ ApiName }, { ApiName, Stage }];
  for (const dimensions of sets) {
    const metric = { namespace: 'AWS/ApiGateway', dimensions };
    record({ ...metric, name: 'Count', value: 1 });
    record({ ...metric, name: '4XXError', value: status >= 400 && status < 500 ? 1 : 0 });
    record({ ...metric, name: '5XXError', value: status >= 500 ? 1 : 0 });
    record({ ...metric, name: 'Latency', value: milliseconds });
  }
}

/** An execution of a state machine that ended. */
export interface EndedExecution {
  readonly machineArn: string;
  readonly status: string;
  readonly startedAt: number;
  readonly stoppedAt: number;
}

const BY_STATUS: Readonly<{ [status: string]: string }> = {
  SUCCEEDED: 'ExecutionsSucceeded',
  FAILED: 'ExecutionsFailed',
  TIMED_OUT: 'ExecutionsTimedOut',
  ABORTED: 'ExecutionsAborted',
};

export function measureExecution(
  { machineArn, status, startedAt, stoppedAt }: EndedExecution,
  record: RecordValue,
): void {
  const name = BY_STATUS[status];
  if (name === undefined) return;
  const metric = { namespace: 'AWS/States', dimensions: { StateMachineArn: machineArn }, at: stoppedAt };
  record({ ...metric, name, value: 1 });
  record({ ...metric, name: 'ExecutionTime', value: stoppedAt - startedAt });
}
