import { openCheckpoints, type Position } from './checkpoint-store.ts';
import { tableOf, type EventSourceMappingConfig } from './config.ts';
import { createFilter } from './filter.ts';
import { createLifecycle } from './lifecycle.ts';
import type { EventSourceMapping, EventSourceMappingDeps } from './mapping.ts';
import { runStreamMapping } from './run-stream-mapping.ts';
import { openStream, type ShardReader } from './shard-reader.ts';
import { createStreamDelivery, type StreamDelivery } from './stream-delivery.ts';
import { TABLE_STREAM } from './stream-kind.ts';
import { toTableRecord } from './stream-record.ts';
import { streamSettings } from './stream-settings.ts';
import { createStreamSignal } from './stream-signal.ts';
import { workOff } from './work-off.ts';

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
  const settings = streamSettings(config);
  const tableName = tableOf(config);
  const passes = createFilter(config.FilterCriteria);
  const lifecycle = createLifecycle(config.Enabled ?? true);
  const checkpoints = openCheckpoints(deps.database, UUID, EventSourceArn);
  let saved = checkpoints.load();
  let delivery: StreamDelivery | undefined;

  function save(position: Position): void {
    checkpoints.save(position);
    saved = position;
  }

  async function open(): Promise<ShardReader> {
    const from = saved ?? (config.StartingPosition === 'LATEST' ? 'LATEST' : 'TRIM_HORIZON');
    const reader = await openStream(deps.streams, EventSourceArn, from, (position) =>
      log('warn', `${EventSourceArn} no longer has what ${FunctionName} has not seen`, { ...position }),
    );
    if (saved === undefined) save(reader.position());
    return reader;
  }

  async function run(): Promise<void> {
    const { region } = deps;
    const signal = createStreamSignal(tableName, deps.onStreamWrite, lifecycle);
    delivery = createStreamDelivery(config, deps, lifecycle, TABLE_STREAM, save);
    await workOff({
      ...{ open, signal, lifecycle, delivery, save },
      batches: {
        size: settings.BatchSize,
        windowMs: settings.MaximumBatchingWindowInSeconds * 1000,
        toRecord: (record) => toTableRecord(record, EventSourceArn, region),
        passes: ({ event }) => passes(event),
        isChange,
        now,
      },
      failed: (error) => log('warn', `Reading ${EventSourceArn} failed`, { reason: String(error) }),
    });
    signal.close();
  }

  const mapping = runStreamMapping({ config, settings, lifecycle, log, run, lastResult: () => delivery?.lastResult() });
  return {
    ...mapping,
    describe: () => ({ ...mapping.describe(), Checkpoint: saved?.sequence }),
    checkpoint: () => saved?.sequence,
    tableName,
  };
}
