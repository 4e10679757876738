import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { InvokeOptions } from '@dure/lambda-runtime';
import type { CloudLog, Delivery, InvokeResult, RecordDelivery } from '../../../shared/types.ts';
import type { Destinations } from './destinations.ts';
import { type Condition, invocationRecord } from './invocation-record.ts';

/** How an asynchronous invocation is retried, and where its record goes in the end. */
export interface InvokeConfig {
  readonly maximumRetryAttempts?: number;
  readonly maximumEventAgeSeconds?: number;
  /** ARNs of a queue, a topic, a bus or a function. */
  readonly onSuccess?: string;
  readonly onFailure?: string;
  /** ARN of the queue or topic that takes the events themselves. */
  readonly deadLetterArn?: string;
}

/** A function as its asynchronous invocations see it. */
export interface AsyncFunction {
  /** Qualified: `arn:aws:lambda:us-east-1:000000000000:function:orders-dev-api:$LATEST` */
  readonly arn: string;
  readonly version: string;
  readonly config: InvokeConfig;
}

export interface AsyncOptions {
  /** @throws AwsError `ResourceNotFoundException` */
  find(functionName: string, qualifier: string | undefined): AsyncFunction;
  invoke(functionName: string, payload: unknown, options: InvokeOptions): Promise<InvokeResult>;
  readonly destinations: Destinations;
  readonly log: CloudLog;
  readonly recordDelivery: RecordDelivery;
}

export interface AsyncInvocations {
  /**
   * Accepts an invocation, and answers the id of its request.
   * @param trace the one that it belongs to, as `X-Amzn-Trace-Id` says it
   * @throws AwsError `ResourceNotFoundException`
   */
  accept(functionName: string, payload: unknown, qualifier?: string, trace?: string): string;
  /** The same for who waits for its end. Rejects where there is no such function. */
  run(functionName: string, payload: unknown, trace?: string): Promise<void>;
  idle(): boolean;
  stop(): Promise<void>;
}

const DEFAULT_RETRIES = 2;
const DEFAULT_AGE_SECONDS = 21_600;
/** One and two minutes on AWS; so much less here. */
const RETRIES = [
  { awsMs: 60_000, hereMs: 1_000 },
  { awsMs: 120_000, hereMs: 2_000 },
];
const THROTTLED_MS = 1_000;
const ABOUT = { from: 'lambda', detail: 'asynchronous invocation' };

/**
 * Invokes without an answer: two retries unless configured otherwise, then the destination for what failed or succeeded.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
export function createAsyncInvocations(options: AsyncOptions): AsyncInvocations {
  const { find, invoke, destinations, log, recordDelivery } = options;
  const stopping = new AbortController();
  const running = new Set<Promise<void>>();

  async function deliver(
    target: AsyncFunction,
    payload: unknown,
    requestId: string,
    trace: string | undefined,
  ): Promise<void> {
    const { maximumRetryAttempts: retries = DEFAULT_RETRIES, maximumEventAgeSeconds = DEFAULT_AGE_SECONDS } =
      target.config;
    let expires = Date.now() + maximumEventAgeSeconds * 1000;
    const record = (outcome: Delivery['outcome'], reason?: string): void =>
      recordDelivery({
        ...{ at: new Date().toISOString(), ...ABOUT, to: target.arn, id: requestId, outcome },
        ...(reason !== undefined && { reason }),
      });
    const end = async (condition: Condition, attempts: number, result?: InvokeResult): Promise<void> => {
      const reason = result?.ok === false ? result.errorMessage : result === undefined ? condition : undefined;
      if (reason !== undefined) log('error', `${target.arn} failed as invoked asynchronously: ${reason}`);
      const message = invocationRecord({ target, requestId, payload, condition, attempts, result });
      const went = await destinations.send(target, { condition, requestId, payload, message, result });
      record(condition === 'Success' ? 'delivered' : went ? 'dead-lettered' : 'dropped', reason);
    };
    let last: InvokeResult | undefined;
    for (let attempt = 0; ;) {
      const result = await attemptOnce(target, payload, { requestId, trace });
      if (result === 'no concurrency') return end('ZeroReservedConcurrency', attempt);
      if (result !== 'throttled') {
        last = result;
        if (result.ok) return end('Success', attempt + 1, result);
        attempt += 1;
        if (attempt > retries) return end('RetriesExhausted', attempt, result);
      }
      const { awsMs, hereMs } = (result !== 'throttled' && RETRIES[attempt - 1]) || {
        awsMs: THROTTLED_MS,
        hereMs: THROTTLED_MS,
      };
      expires -= awsMs - hereMs;
      if (Date.now() + hereMs >= expires) return end('EventAgeExceeded', attempt, last);
      record('retrying', last?.ok === false ? last.errorMessage : 'Rate Exceeded.');
      await delay(hereMs, undefined, { signal: stopping.signal });
    }
  }

  async function attemptOnce(
    { arn }: AsyncFunction,
    payload: unknown,
    about: InvokeOptions,
  ): Promise<InvokeResult | 'throttled' | 'no concurrency'> {
    try {
      return await invoke(arn, payload, about);
    } catch (error) {
      const { name, zeroReserved } = error as { name?: string; zeroReserved?: boolean };
      if (name !== 'TooManyRequestsException') throw error;
      return zeroReserved === true ? 'no concurrency' : 'throttled';
    }
  }

  function begin(target: AsyncFunction, payload: unknown, requestId: string, trace?: string): Promise<void> {
    const work = deliver(target, payload, requestId, trace)
      .catch((error: unknown) => {
        if (!stopping.signal.aborted) log('error', `${target.arn} was not invoked`, { reason: String(error) });
      })
      .finally(() => running.delete(work));
    running.add(work);
    return work;
  }

  return {
    accept(functionName, payload, qualifier, trace) {
      const requestId = randomUUID();
      void begin(find(functionName, qualifier), payload, requestId, trace);
      return requestId;
    },
    async run(functionName, payload, trace) {
      await begin(find(functionName, undefined), payload, randomUUID(), trace);
    },
    idle: () => running.size === 0,
    async stop() {
      stopping.abort();
      await Promise.all(running);
    },
  };
}
