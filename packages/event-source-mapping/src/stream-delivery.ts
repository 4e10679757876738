import type { InvokeResult } from '@dure/lambda-runtime';
import type { Delivery } from './surroundings.ts';
import { batchOutcome } from './batch-response.ts';
import type { Position } from './checkpoint-store.ts';
import type { EventSourceMappingConfig } from './config.ts';
import type { DiscardCondition } from './failure-document.ts';
import { backOff, type Lifecycle } from './lifecycle.ts';
import type { EventSourceMappingDeps } from './mapping.ts';
import { discard } from './stream-discard.ts';
import type { StreamKind } from './stream-kind.ts';
import type { StreamRecord } from './stream-record.ts';

const BACK_OFF_CAP_MS = 10_000;

/** A batch, or what is left of it, with the answers so far to its first record. */
interface Attempt {
  readonly shardId: string;
  readonly records: readonly StreamRecord[];
  readonly attempts: number;
  /** How often in a row the function could not be called. */
  readonly refused?: number;
  readonly result?: InvokeResult;
}

export interface StreamDelivery {
  /** Works a batch off, in parts where it must. False when the mapping stopped before all was done. */
  deliver(records: readonly StreamRecord[], shardId: string): Promise<boolean>;
  lastResult(): string;
}

/**
 * Delivers a stream's batches: what fails blocks its shard and is retried until it succeeds or is given up.
 *
 * An invocation that never reached the function does not count as an attempt, nor does the splitting of a batch. With
 * no age set, only what failed before is given up when it is older than its stream keeps it.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html and
 * https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
 * @param workedOff called with the position up to which nothing needs to be delivered again
 */
export function createStreamDelivery(
  config: EventSourceMappingConfig,
  deps: EventSourceMappingDeps,
  lifecycle: Lifecycle,
  kind: StreamKind,
  workedOff: (last: Position) => void,
): StreamDelivery {
  const { log, now = Date.now } = deps;
  const { FunctionName, EventSourceArn, MaximumRetryAttempts = -1, MaximumRecordAgeInSeconds = -1 } = config;
  const bisect = config.BisectBatchOnFunctionError ?? false;
  const partial = config.FunctionResponseTypes?.includes('ReportBatchItemFailures') ?? false;
  let lastResult = 'No records processed';

  async function deliver(records: readonly StreamRecord[], shardId: string): Promise<boolean> {
    let current: Attempt = { shardId, records, attempts: 0 };
    while (current.records.length > 0) {
      const fresh = await withoutExpired(current);
      const next = fresh && (await tryOnce(fresh));
      if (next === undefined) return false;
      current = next;
    }
    return true;
  }

  /** What is left after one invocation; undefined when stopped. */
  async function tryOnce(attempt: Attempt): Promise<Attempt | undefined> {
    if (attempt.records.length === 0) return attempt;
    if (!(await lifecycle.mayGoOn())) return undefined;
    const result = await invoke(attempt.records);
    if (result === undefined) {
      const refused = (attempt.refused ?? 0) + 1;
      await lifecycle.sleep(backOff(refused, BACK_OFF_CAP_MS));
      return { ...attempt, refused };
    }
    const identifiers = attempt.records.map(({ sequence }) => sequence);
    const { failed, reason } = batchOutcome(result, identifiers, partial);
    const first =
      failed.size === 0 ? identifiers.length : identifiers.findIndex((identifier) => failed.has(identifier));
    finish({ ...attempt, records: attempt.records.slice(0, first) }, 'delivered');
    const rest = {
      ...attempt,
      records: attempt.records.slice(first),
      attempts: first > 0 ? 0 : attempt.attempts,
      refused: 0,
      result,
    };
    lastResult = rest.records.length === 0 ? 'OK' : `PROBLEM: ${reason}`;
    if (rest.records.length === 0) return rest;
    report(rest.records.slice(0, 1), 'retrying', `${reason} (${rest.records.length} records wait)`);
    return afterFailure(rest, first > 0);
  }

  async function afterFailure(failed: Attempt, progressed: boolean): Promise<Attempt | undefined> {
    const { records, shardId } = failed;
    if (bisect && records.length > 1) {
      await lifecycle.sleep(backOff(1, BACK_OFF_CAP_MS));
      if (progressed) return failed;
      const half = Math.ceil(records.length / 2);
      const done = await deliver(records.slice(0, half), shardId);
      return done ? { shardId, records: records.slice(half), attempts: 0 } : undefined;
    }
    const counted = { ...failed, attempts: failed.attempts + 1 };
    if (MaximumRetryAttempts !== -1 && counted.attempts > MaximumRetryAttempts) {
      return (await giveUp(counted, 'RetryAttemptsExhausted')) ? { ...counted, records: [] } : undefined;
    }
    await lifecycle.sleep(backOff(counted.attempts, BACK_OFF_CAP_MS));
    return counted;
  }

  /** Undefined when the function could not be called. */
  async function invoke(records: readonly StreamRecord[]): Promise<InvokeResult | undefined> {
    try {
      return await deps.invokeLambda(FunctionName, { Records: records.map(({ event }) => event) });
    } catch (error) {
      const problem = `PROBLEM: ${String(error)}`;
      log(problem === lastResult ? 'info' : 'warn', `${FunctionName} could not be invoked: ${String(error)}`);
      lastResult = problem;
      return undefined;
    }
  }

  async function withoutExpired(attempt: Attempt): Promise<Attempt | undefined> {
    const failedBefore = attempt.attempts > 0 ? kind.retentionSeconds() : Infinity;
    const longest = MaximumRecordAgeInSeconds === -1 ? failedBefore : MaximumRecordAgeInSeconds;
    const oldest = now() / 1000 - longest;
    const firstKept = attempt.records.findIndex(({ arrived }) => arrived >= oldest);
    if (firstKept === 0) return attempt;
    const expired = attempt.records.slice(0, firstKept === -1 ? undefined : firstKept);
    const gone = await giveUp({ ...attempt, records: expired }, 'RecordAgeExceeded');
    const records = attempt.records.slice(expired.length);
    return gone ? { shardId: attempt.shardId, records, attempts: 0 } : undefined;
  }

  async function giveUp(attempt: Attempt, condition: DiscardCondition): Promise<boolean> {
    const { attempts: invokeCount, ...given } = attempt;
    const about = { condition, functionName: FunctionName, invokeCount, streamArn: EventSourceArn, at: now() };
    const outcome = await discard(
      { ...given, ...about, region: deps.region, info: kind.batchInfo },
      config,
      deps,
      lifecycle,
    );
    if (outcome !== 'stopped') finish(attempt, outcome, condition);
    return outcome !== 'stopped';
  }

  function finish({ records, shardId }: Attempt, outcome: Delivery['outcome'], reason?: string): void {
    const last = records.at(-1);
    if (last === undefined) return;
    workedOff({ shardId, sequence: last.sequence });
    report(records, outcome, reason);
  }

  function report(records: readonly StreamRecord[], outcome: Delivery['outcome'], reason?: string): void {
    for (const { sequence, event } of records) {
      deps.recordDelivery({
        at: new Date(now()).toISOString(),
        from: EventSourceArn,
        to: FunctionName,
        id: event.eventID ?? '',
        detail: `${event.eventName} ${sequence}`,
        outcome,
        ...(reason !== undefined && { reason }),
      });
    }
  }

  return { deliver, lastResult: () => lastResult };
}
