import type { SQSRecord } from 'aws-lambda';
import type { InvokeResult } from '@dure/lambda-runtime';
import { batchOutcome } from './batch-response.ts';
import { isFifo, type EventSourceMappingConfig } from './config.ts';
import { createFilter, withParsedBody } from './filter.ts';
import { backOff, createLifecycle } from './lifecycle.ts';
import type { EventSourceMapping, EventSourceMappingDeps } from './mapping.ts';
import { collect, splitByPayload } from './sqs-collect.ts';
import { openQueue } from './sqs-queue.ts';
import { toSqsRecord } from './sqs-record.ts';

const DEFAULT_BATCH_SIZE = 10;
const DEFAULT_CONCURRENCY = 5;
const BACK_OFF_CAP_MS = 5_000;
/** Messages that come while the function is busy are left to form a batch for this long. */
const BUSY_MS = 50;

/**
 * A queue's mapping: one long poll at a time, as many batches at work as the concurrency allows, one more every 50 ms at
 * most while others are at work. What fails is left in
 * the queue and comes again after its visibility time-out, so that the queue's redrive policy counts it.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
 */
export function createSqsMapping(config: EventSourceMappingConfig, deps: EventSourceMappingDeps): EventSourceMapping {
  const { log, now = Date.now } = deps;
  const { FunctionName, EventSourceArn } = config;
  const settings = {
    BatchSize: config.BatchSize ?? DEFAULT_BATCH_SIZE,
    MaximumBatchingWindowInSeconds: config.MaximumBatchingWindowInSeconds ?? 0,
    ScalingConfig: { MaximumConcurrency: config.ScalingConfig?.MaximumConcurrency ?? DEFAULT_CONCURRENCY },
  };
  const limits = { size: settings.BatchSize, windowMs: settings.MaximumBatchingWindowInSeconds * 1000 };
  const partial = config.FunctionResponseTypes?.includes('ReportBatchItemFailures') ?? false;
  const passes = createFilter(config.FilterCriteria);
  const lifecycle = createLifecycle(config.Enabled ?? true);
  const queue = openQueue(deps.sqs, config.QueueUrl ?? '', log);
  const atWork = new Set<Promise<void>>();
  let polling: Promise<void> | undefined;
  let lastResult = 'No records processed';
  let handedOver = 0;

  async function poll(): Promise<void> {
    let failures = 0;
    while (await lifecycle.mayGoOn()) {
      if (atWork.size >= settings.ScalingConfig.MaximumConcurrency) {
        await Promise.race(atWork);
        continue;
      }
      if (atWork.size > 0) await Promise.race([...atWork, lifecycle.sleep(BUSY_MS)]);
      try {
        const { messages, received } = await collect(queue, limits, lifecycle, now);
        failures = 0;
        if (messages.length > 0)
          dispatch(
            messages.map((message) => toSqsRecord(message, EventSourceArn)),
            received,
          );
      } catch (error) {
        failures += 1;
        log('warn', `Receiving from ${EventSourceArn} failed`, { reason: String(error) });
        await lifecycle.sleep(backOff(failures, BACK_OFF_CAP_MS));
      }
    }
  }

  function dispatch(records: readonly SQSRecord[], received: number): void {
    const work = workOff(records, received)
      .catch((error: unknown) =>
        log('error', `A batch of ${EventSourceArn} was not worked off`, { reason: String(error) }),
      )
      .finally(() => atWork.delete(work));
    atWork.add(work);
  }

  async function workOff(records: readonly SQSRecord[], received: number): Promise<void> {
    const wanted = records.filter((record) => passes(withParsedBody(record)));
    await queue.delete(records.filter((record) => !wanted.includes(record)));
    for (const part of splitByPayload(wanted)) await deliver(part, received);
  }

  async function deliver(records: readonly SQSRecord[], received: number): Promise<void> {
    const result = await invoke(records, received);
    if (result === undefined) return;
    handedOver += records.length;
    const identifiers = records.map(({ messageId }) => messageId);
    const { failed, reason } = batchOutcome(result, identifiers, partial);
    const kept = isFifo(config) ? withRestOfGroup(records, failed) : failed;
    await queue.delete(records.filter(({ messageId }) => !kept.has(messageId)));
    lastResult = kept.size === 0 ? 'OK' : `PROBLEM: ${reason}`;
    for (const record of records) report(record, records.length, kept.has(record.messageId) ? reason : undefined);
  }

  /**
   * Invokes until the function could be called, as long as the messages stay out of sight; undefined after that.
   * Source: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-backoff-strategy
   */
  async function invoke(records: readonly SQSRecord[], received: number): Promise<InvokeResult | undefined> {
    for (let failures = 1; ; failures += 1) {
      if (lifecycle.state() !== 'Enabled') {
        await queue.release(records);
        return undefined;
      }
      try {
        return await deps.invokeLambda(FunctionName, { Records: records });
      } catch (error) {
        const problem = `PROBLEM: ${String(error)}`;
        log(problem === lastResult ? 'info' : 'warn', `${FunctionName} could not be invoked: ${String(error)}`, {
          failures,
        });
        lastResult = problem;
        const visibleAgain = received + (await queue.visibilityTimeoutMs());
        const pause = backOff(failures, BACK_OFF_CAP_MS);
        if (now() + pause >= visibleAgain) {
          for (const record of records) report(record, records.length, String(error));
          return undefined;
        }
        await lifecycle.sleep(pause);
      }
    }
  }

  function report(record: SQSRecord, batch: number, reason: string | undefined): void {
    deps.recordDelivery({
      at: new Date(now()).toISOString(),
      from: EventSourceArn,
      to: FunctionName,
      id: record.messageId,
      detail: `message in a batch of ${batch}, received ${record.attributes.ApproximateReceiveCount} times`,
      outcome: reason === undefined ? 'delivered' : 'retrying',
      ...(reason !== undefined && { reason }),
    });
  }

  return {
    start() {
      polling ??= poll();
    },
    async stop() {
      const work = Promise.resolve(polling).then(() => Promise.all(atWork));
      if (!(await lifecycle.stop(work))) log('warn', `${EventSourceArn} → ${FunctionName} still had work when stopped`);
    },
    pause: lifecycle.pause,
    resume: lifecycle.resume,
    describe: () => ({
      ...config,
      ...settings,
      State: lifecycle.state(),
      LastProcessingResult: lastResult,
      RecordsHandedOver: handedOver,
    }),
    checkpoint: () => undefined,
  };
}

/** In a FIFO queue what follows a failure in its group must wait for it. */
export function withRestOfGroup(records: readonly SQSRecord[], failed: ReadonlySet<string>): ReadonlySet<string> {
  const groups = new Set<string | undefined>();
  const kept = records.filter(({ messageId, attributes }) => {
    if (failed.has(messageId)) groups.add(attributes.MessageGroupId);
    return groups.has(attributes.MessageGroupId);
  });
  return new Set(kept.map(({ messageId }) => messageId));
}
