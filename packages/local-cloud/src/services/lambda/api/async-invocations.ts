import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { CloudLog, Delivery, InvokeResult, RecordDelivery } from '../../../shared/types.ts';
import { type InvokeConfig, LATEST } from './model.ts';
import type { Functions } from './functions.ts';
import { parseFunctionName } from './function-name.ts';
import { own } from '../../../shared/own-property.ts';

export interface AsyncOptions {
  readonly functions: Functions;
  readonly sendToQueue: (queueArn: string, body: string) => Promise<void>;
  readonly log: CloudLog;
  readonly recordDelivery: RecordDelivery;
}

export interface AsyncInvocations {
  /** Accepts an invocation. @throws AwsError `ResourceNotFoundException` */
  accept(functionName: string, payload: unknown, qualifier?: string): void;
  stop(): Promise<void>;
}

const DEFAULT_RETRIES = 2;
/** On AWS these are one and two minutes. */
const RETRY_DELAYS_MS = [1000, 2000];

/**
 * Invokes without an answer: two retries unless configured otherwise, then the destination for failures.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
export function createAsyncInvocations(options: AsyncOptions): AsyncInvocations {
  const { functions, log } = options;
  const stopping = new AbortController();
  const running = new Set<Promise<void>>();
  const { signal } = stopping;

  const invokeAsync = createAsyncInvoke({ ...options, signal });

  return {
    accept(functionName, payload, qualifier) {
      functions.resolve(functionName, qualifier);
      const invoke = (): Promise<InvokeResult> => functions.invoke(functionName, payload, qualifier);
      const work = invokeAsync(functionName, payload, configOf(functions, functionName, qualifier), invoke)
        .catch((error: unknown) => log('error', `${functionName} was not invoked`, { reason: String(error) }))
        .finally(() => running.delete(work));
      running.add(work);
    },
    async stop() {
      stopping.abort();
      await Promise.all(running);
    },
  };
}

export type AsyncInvoke = (
  functionName: string,
  payload: unknown,
  config: InvokeConfig,
  invoke: () => Promise<InvokeResult>,
) => Promise<void>;

/**
 * One asynchronous invocation, from the first attempt to its destination. Rejects where it could not be made at all, or
 * when `signal` ends it.
 */
export function createAsyncInvoke({
  sendToQueue,
  log,
  recordDelivery,
  signal,
}: Omit<AsyncOptions, 'functions'> & { readonly signal: AbortSignal }): AsyncInvoke {
  return async (functionName, payload, { maximumRetryAttempts: retries = DEFAULT_RETRIES, onFailure }, invoke) => {
    const id = randomUUID();
    const record = (outcome: Delivery['outcome'], reason?: string): void => {
      const about = { at: new Date().toISOString(), from: 'lambda', to: functionName, id };
      recordDelivery({ ...about, detail: 'asynchronous invocation', outcome, ...(reason !== undefined && { reason }) });
    };
    for (let attempt = 0; ; attempt += 1) {
      const result = await invoke();
      if (result.ok) return record('delivered');
      if (attempt >= retries) {
        log('error', `${functionName} failed as invoked asynchronously: ${result.errorMessage}`);
        if (onFailure === undefined) return record('dropped', result.errorMessage);
        await sendToQueue(onFailure, failureOf(functionName, payload, result, attempt + 1));
        return record('dead-lettered', result.errorMessage);
      }
      record('retrying', result.errorMessage);
      await delay(RETRY_DELAYS_MS[attempt] ?? 60_000, undefined, { signal });
    }
  };
}

/** The configuration of the qualifier that was used, as AWS has it. */
export function configOf(functions: Functions, functionName: string, given?: string): InvokeConfig {
  const { name, qualifier = given ?? LATEST } = parseFunctionName(functionName);
  const found = functions.store.find(name);
  return (found && own(found.invokeConfigs, qualifier)) ?? {};
}

/** Source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html#invocation-async-destinations */
function failureOf(
  functionName: string,
  requestPayload: unknown,
  { errorType, errorMessage }: { errorType: string; errorMessage: string },
  attempts: number,
): string {
  return JSON.stringify({
    version: '1.0',
    timestamp: new Date().toISOString(),
    requestContext: {
      requestId: randomUUID(),
      functionArn: functionName,
      condition: 'RetriesExhausted',
      approximateInvokeCount: attempts,
    },
    requestPayload,
    responseContext: { statusCode: 200, executedVersion: LATEST, functionError: 'Unhandled' },
    responsePayload: { errorType, errorMessage },
  });
}
