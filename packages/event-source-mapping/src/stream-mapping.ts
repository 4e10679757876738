import { openCheckpoints, type Position } from './checkpoint-store.ts';
import { tableOf, type EventSourceMappingConfig } from './config.ts';
import { createFilter } from './filter.ts';
import { backOff, createLifecycle } from './lifecycle.ts';
import type { EventSourceMapping, EventSourceMappingDeps } from './mapping.ts';
import { openStream, type ShardReader } from './shard-reader.ts';
import { nextBatch, type StreamBatchSettings } from './stream-batch.ts';
import { createStreamDelivery, type StreamDelivery } from './stream-delivery.ts';
import { createStreamSignal } from './stream-signal.ts';

const DEFAULT_BATCH_SIZE = 100;
const BACK_OFF_CAP_MS = 5_000;

/**
 * A DynamoDB stream's mapping: one batch at a time, in the stream's order. The position is kept after each batch, so
 * that a restart delivers again at most what was under way.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
 */
export function createStreamMapping(
  config: EventSourceMappingConfig,
  deps: EventSourceMappingDeps,
): EventSourceMapping {
  const { log, now = Date.now, isChange = () => true } = deps;
  const { UUID, FunctionName, EventSourceArn } = config;
  const settings = {
    BatchSize: config.BatchSize ?? DEFAULT_BATCH_SIZE,
    MaximumBatchingWindowInSeconds: config.MaximumBatchingWindowInSeconds ?? 0,
    MaximumRetryAttempts: config.MaximumRetryAttempts ?? -1,
    MaximumRecordAgeInSeconds: config.MaximumRecordAgeInSeconds ?? -1,
    BisectBatchOnFunctionError: config.BisectBatchOnFunctionError ?? false,
    ParallelizationFactor: 1,
  };
  const tableName = tableOf(config);
  const passes = createFilter(config.FilterCriteria);
  const lifecycle = createLifecycle(config.Enabled ?? true);
  const checkpoints = openCheckpoints(deps.database, UUID, EventSourceArn);
  let saved = checkpoints.load();
  let running: Promise<void> | undefined;
  let delivery: StreamDelivery | undefined;

  function save(position: Position): void {
    checkpoints.save(position);
    saved = position;
  }

  async function open(): Promise<ShardReader> {
    const from = saved ?? config.StartingPosition ?? 'TRIM_HORIZON';
    const reader = await openStream(deps.streams, EventSourceArn, from, (position) =>
      log('warn', `${EventSourceArn} no longer has what ${FunctionName} has not seen`, { ...position }),
    );
    if (saved === undefined) save(reader.position());
    return reader;
  }

  async function run(): Promise<void> {
    const { region } = deps;
    const signal = createStreamSignal(tableName, deps.onStreamWrite, lifecycle);
    const batches: StreamBatchSettings = {
      streamArn: EventSourceArn,
      region,
      size: settings.BatchSize,
      windowMs: settings.MaximumBatchingWindowInSeconds * 1000,
      passes,
      isChange,
      now,
    };
    let reader: ShardReader | undefined;
    delivery = createStreamDelivery(config, deps, lifecycle, region, save);
    for (let failures = 0; await lifecycle.mayGoOn();) {
      try {
        reader ??= await open();
        const batch = await nextBatch(reader, signal, lifecycle, batches, save);
        if (batch === undefined || !(await delivery.deliver(batch.records, batch.upTo.shardId))) break;
        save(batch.upTo);
        failures = 0;
      } catch (error) {
        reader = undefined;
        failures += 1;
        log('warn', `Reading ${EventSourceArn} failed`, { reason: String(error) });
        await lifecycle.sleep(backOff(failures, BACK_OFF_CAP_MS));
      }
    }
    signal.close();
  }

  return {
    start() {
      running ??= run().catch((error: unknown) =>
        log('error', `${EventSourceArn} is not read`, { reason: String(error) }),
      );
    },
    async stop() {
      const ended = await lifecycle.stop(Promise.resolve(running));
      if (!ended) log('warn', `${EventSourceArn} → ${FunctionName} still had work when stopped`);
    },
    pause: lifecycle.pause,
    resume: lifecycle.resume,
    describe: () => ({
      ...config,
      ...settings,
      State: lifecycle.state(),
      LastProcessingResult: delivery?.lastResult() ?? 'No records processed',
      Checkpoint: saved?.sequence,
    }),
    checkpoint: () => saved?.sequence,
    tableName,
  };
}
