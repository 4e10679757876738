import type { Dimensions, Value } from '@dure/cloudwatch';
import type { Delivery, InvokeLambda } from '../../shared/types.ts';
import type { ServedRequest } from '../apigateway/index.ts';

export type RecordValue = (value: Value) => void;

interface Functions {
  readonly invoke: (functionName: string, payload: unknown, ...options: never[]) => ReturnType<InvokeLambda>;
  find(functionName: string): { readonly name: string } | undefined;
}

/** Invocations, errors and durations; the time an invocation waits for a thread counts, as there are few on a laptop. */
export function measureInvocations<Lambda extends Functions>(lambda: Lambda, record: RecordValue): Lambda {
  return {
    ...lambda,
    async invoke(functionName: string, payload: unknown, ...options: never[]) {
      const started = performance.now();
      const metric = { namespace: 'AWS/Lambda', dimensions: { FunctionName: lambda.find(functionName)?.name ?? '' } };
      const result = await lambda.invoke(functionName, payload, ...options).catch((error: unknown) => {
        if ((error as Error).name === 'TooManyRequestsException') record({ ...metric, name: 'Throttles', value: 1 });
        throw error;
      });
      record({ ...metric, name: 'Invocations', value: 1 });
      record({ ...metric, name: 'Errors', value: result.ok ? 0 : 1 });
      record({ ...metric, name: 'Duration', value: performance.now() - started });
      return result;
    },
  };
}

interface StreamEvent {
  readonly Records?: readonly {
    readonly dynamodb?: { readonly ApproximateCreationDateTime?: number };
    readonly kinesis?: { readonly approximateArrivalTimestamp?: number };
  }[];
}

/** How old the last record of a stream's batch is when the function gets it. */
export function measureStreams<Lambda extends Functions>(lambda: Lambda, record: RecordValue): Lambda {
  return {
    ...lambda,
    invoke(functionName: string, payload: unknown, ...options: never[]) {
      const last = (payload as StreamEvent | undefined)?.Records?.at(-1);
      const created = last?.dynamodb?.ApproximateCreationDateTime ?? last?.kinesis?.approximateArrivalTimestamp;
      const { name } = lambda.find(functionName) ?? {};
      if (created !== undefined && name !== undefined) {
        const value = Math.max(0, Date.now() - created * 1000);
        record({ namespace: 'AWS/Lambda', name: 'IteratorAge', dimensions: { FunctionName: name }, value });
      }
      return lambda.invoke(functionName, payload, ...options);
    },
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

/**
 * A call of a REST or an HTTP API.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html and
 *   https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html
 */
export function measureServed(
  { kind, apiId: ApiId, apiName: ApiName, stage: Stage, status, latencyMs }: ServedRequest,
  record: RecordValue,
): void {
  const api: Dimensions = kind === 'REST' ? { ApiName } : { ApiId };
  const [clientError, serverError] = kind === 'REST' ? ['4XXError', '5XXError'] : ['4xx', '5xx'];
  for (const dimensions of [api, { ...api, Stage }]) {
    const metric = { namespace: 'AWS/ApiGateway', dimensions };
    record({ ...metric, name: 'Count', value: 1 });
    record({ ...metric, name: clientError!, value: status >= 400 && status < 500 ? 1 : 0 });
    record({ ...metric, name: serverError!, value: status >= 500 ? 1 : 0 });
    record({ ...metric, name: 'Latency', value: latencyMs });
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

/** Measures each execution that ended since the last call. */
export function executionSampler(
  ended: (after: number, until: number) => readonly EndedExecution[],
  record: RecordValue,
): () => void {
  let after = Date.now();
  return () => {
    const until = Date.now();
    for (const execution of ended(after, until)) measureExecution(execution, record);
    after = until;
  };
}
