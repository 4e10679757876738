import { randomUUID } from 'node:crypto';
import type { CloudLog, InvokeLambda, RecordDelivery } from '../../shared/types.ts';
import { parseSchedule } from './schedule-expression.ts';

export interface ScheduledFunction {
  readonly functionName: string;
  readonly expression: string;
  /** Replaces the scheduled event as the function's input. */
  readonly input?: unknown;
  readonly maximumRetryAttempts?: number;
  /** ARN of the queue that takes the invocation when it failed for good. */
  readonly deadLetterQueue?: string;
}

export interface SchedulerDeps {
  readonly accountId: string;
  readonly region: string;
  readonly invokeLambda: InvokeLambda;
  readonly sendToQueue: (queueArn: string, body: string) => Promise<void>;
  readonly log: CloudLog;
  readonly recordDelivery: RecordDelivery;
  /** How often the next run is made; once by default. */
  readonly copies?: () => number;
}

export interface Scheduler {
  /** @throws TypeError for an expression that is not supported */
  add(scheduled: ScheduledFunction): void;
  start(): void;
  idle(): boolean;
  describe(): readonly ScheduledFunction[];
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
  const scheduled: ScheduledFunction[] = [];
  const timers = new Set<NodeJS.Timeout>();
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
    const retries = item.maximumRetryAttempts ?? DEFAULT_RETRIES;
    for (let attempt = 0; ; attempt += 1) {
      const result = await deps.invokeLambda(item.functionName, payload);
      if (result.ok) return record(item, 'delivered');
      if (attempt >= retries || stopped) return giveUp(item, payload, result.errorMessage, attempt + 1);
      record(item, 'retrying', result.errorMessage);
      await new Promise((resolve) => setTimeout(resolve, RETRY_DELAYS_MS[attempt] ?? MINUTE_MS));
    }
  }

  async function giveUp(item: ScheduledFunction, payload: unknown, reason: string, attempts: number): Promise<void> {
    deps.log('error', `${item.functionName} failed as scheduled: ${reason}`, { attempts });
    if (item.deadLetterQueue === undefined) return record(item, 'dropped', reason);
    await deps.sendToQueue(
      item.deadLetterQueue,
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
    for (const item of scheduled) {
      const schedule = parseSchedule(item.expression);
      if ('matches' in schedule && schedule.matches(now)) due(item);
    }
    timers.add(setTimeout(tick, MINUTE_MS - (Date.now() % MINUTE_MS)).unref());
  }

  return {
    add(item) {
      parseSchedule(item.expression);
      scheduled.push(item);
    },
    start() {
      for (const item of scheduled) {
        const schedule = parseSchedule(item.expression);
        if ('matches' in schedule) continue;
        timers.add(setInterval(() => due(item), schedule.everyMilliseconds).unref());
      }
      timers.add(setTimeout(tick, MINUTE_MS - (Date.now() % MINUTE_MS)).unref());
    },
    idle: () => running === 0,
    describe: () => scheduled,
    stop() {
      stopped = true;
      for (const timer of timers) clearInterval(timer);
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
