import { randomUUID } from 'node:crypto';
import type { CloudLog, InvokeLambda, RecordDelivery } from '../../shared/types.ts';
import type { InvokeConfig } from '../lambda/asynchronous/index.ts';
import { parseSchedule } from './schedule-expression.ts';

export interface ScheduledFunction {
  readonly functionName: string;
  readonly expression: string;
  /** Replaces the scheduled event as the function's input. */
  readonly input?: unknown;
  /** ARN of the queue that takes an event for which there is no function. */
  readonly undeliverable?: string;
}

export interface SchedulerDeps {
  readonly accountId: string;
  readonly region: string;
  readonly invokeLambda: InvokeLambda;
  /** How a function's failed invocations are treated. */
  readonly invokeConfig: (functionName: string) => InvokeConfig;
  readonly sendToQueue: (
    queueArn: string,
    body: string,
    options?: { readonly attributes?: Readonly<Record<string, string>> },
  ) => Promise<void>;
  readonly log: CloudLog;
  readonly recordDelivery: RecordDelivery;
  /** How often the next run is made; once by default. */
  readonly copies?: () => number;
}

export interface Scheduler {
  /** Makes a schedule, or replaces the one of this id. @throws TypeError for an expression that is not supported */
  put(id: string, scheduled: ScheduledFunction): void;
  remove(id: string): void;
  /** Begins with the schedules of the functions that run. Those of others are dropped. */
  start(runs?: (functionName: string) => boolean): void;
  idle(): boolean;
  describe(): readonly (ScheduledFunction & InvokeConfig)[];
  stop(): void;
}

const MINUTE_MS = 60_000;
const DEFAULT_RETRIES = 2;
/** On AWS these are minutes. */
const RETRY_DELAYS_MS = [1000, 2000];

/**
 * Invokes functions by schedule, as EventBridge does it asynchronously: two retries, then the function's destination
 * for failures.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
export function createScheduler(deps: SchedulerDeps): Scheduler {
  const scheduled = new Map<string, ScheduledFunction>();
  const rates = new Map<string, NodeJS.Timeout>();
  let minute: NodeJS.Timeout | undefined;
  let running = 0;
  let stopped = false;

  function due(item: ScheduledFunction): void {
    for (let left = deps.copies?.() ?? 1; left > 0; left -= 1) void run(item);
  }

  async function run(item: ScheduledFunction): Promise<void> {
    const payload = item.input ?? scheduledEvent(deps);
    running += 1;
    try {
      await deliver(item, payload);
    } catch (error) {
      if (!stopped) deps.log('error', `The schedule of ${item.functionName} failed: ${String(error)}`);
    } finally {
      running -= 1;
    }
  }

  async function deliver(item: ScheduledFunction, payload: unknown): Promise<void> {
    const { maximumRetryAttempts: retries = DEFAULT_RETRIES } = deps.invokeConfig(item.functionName);
    for (let attempt = 0; ; attempt += 1) {
      const result = await invoke(item, payload);
      if (result === undefined) return record(item, 'dead-lettered', 'There is no such function.');
      if (result.ok) return record(item, 'delivered');
      if (attempt >= retries || stopped) return giveUp(item, payload, result.errorMessage, attempt + 1);
      record(item, 'retrying', result.errorMessage);
      await new Promise((resolve) => setTimeout(resolve, RETRY_DELAYS_MS[attempt] ?? MINUTE_MS));
    }
  }

  /** Undefined where there is no such function and the schedule has a queue for that. */
  async function invoke({ functionName, undeliverable }: ScheduledFunction, payload: unknown) {
    try {
      return await deps.invokeLambda(functionName, payload);
    } catch (error) {
      if (undeliverable === undefined) throw error;
      const attributes = { ERROR_MESSAGE: String(error) };
      await deps.sendToQueue(undeliverable, JSON.stringify(payload), { attributes });
      return undefined;
    }
  }

  async function giveUp(item: ScheduledFunction, payload: unknown, reason: string, attempts: number): Promise<void> {
    deps.log('error', `${item.functionName} failed as scheduled: ${reason}`, { attempts });
    const { onFailure } = deps.invokeConfig(item.functionName);
    if (onFailure === undefined) return record(item, 'dropped', reason);
    await deps.sendToQueue(
      onFailure,
      JSON.stringify({
        version: '1.0',
        timestamp: new Date().toISOString(),
        requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: attempts },
        requestPayload: payload,
        responsePayload: { errorMessage: reason },
      }),
    );
    record(item, 'dead-lettered', reason);
  }

  function record(
    item: ScheduledFunction,
    outcome: 'delivered' | 'retrying' | 'dropped' | 'dead-lettered',
    reason?: string,
  ): void {
    deps.recordDelivery({
      at: new Date().toISOString(),
      from: item.expression,
      to: item.functionName,
      id: randomUUID(),
      detail: 'Scheduled Event',
      outcome,
      ...(reason !== undefined && { reason }),
    });
  }

  function tick(): void {
    const now = new Date();
    for (const item of scheduled.values()) {
      const schedule = parseSchedule(item.expression);
      if ('matches' in schedule && schedule.matches(now)) due(item);
    }
    minute = setTimeout(tick, MINUTE_MS - (Date.now() % MINUTE_MS)).unref();
  }

  function begin(id: string, item: ScheduledFunction): void {
    const schedule = parseSchedule(item.expression);
    if ('everyMilliseconds' in schedule) {
      rates.set(id, setInterval(() => due(item), schedule.everyMilliseconds).unref());
    }
  }

  function remove(id: string): void {
    clearInterval(rates.get(id));
    rates.delete(id);
    scheduled.delete(id);
  }

  return {
    put(id, item) {
      parseSchedule(item.expression);
      remove(id);
      scheduled.set(id, item);
      if (minute !== undefined) begin(id, item);
    },
    remove,
    start(runs = () => true) {
      for (const [id, item] of scheduled) {
        if (runs(item.functionName)) begin(id, item);
        else scheduled.delete(id);
      }
      minute = setTimeout(tick, MINUTE_MS - (Date.now() % MINUTE_MS)).unref();
    },
    idle: () => running === 0,
    describe: () => [...scheduled.values()].map((item) => ({ ...item, ...deps.invokeConfig(item.functionName) })),
    stop() {
      stopped = true;
      clearTimeout(minute);
      for (const timer of rates.values()) clearInterval(timer);
    },
  };
}

/** Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-run-lambda-schedule.html */
function scheduledEvent({ accountId, region }: SchedulerDeps): object {
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'Scheduled Event',
    source: 'aws.events',
    account: accountId,
    time: new Date().toISOString().replace(/\.\d+Z$/, 'Z'),
    region,
    resources: [],
    detail: {},
  };
}
