import { AwsError } from '@dure/aws-protocols/aws-error';
import type { EventSourceMappingConfig } from './config.ts';
import { createFilter } from './filter.ts';
import {
  describeShards,
  type KinesisRecord,
  type KinesisShard,
  laneOf,
  openShard,
  streamOf,
  toKinesisRecord,
  withParsedData,
} from './kinesis-source.ts';
import { backOff, createLifecycle } from './lifecycle.ts';
import type { EventSourceMapping, EventSourceMappingDeps } from './mapping.ts';
import { runStreamMapping } from './run-stream-mapping.ts';
import { openShardCheckpoints, type ShardCheckpoints } from './shard-checkpoints.ts';
import { createStreamDelivery, type StreamDelivery } from './stream-delivery.ts';
import { streamSettings } from './stream-settings.ts';
import { createStreamSignal } from './stream-signal.ts';
import { workOff } from './work-off.ts';

const BACK_OFF_CAP_MS = 5_000;

/**
 * A Kinesis stream's mapping: each shard is read in its order, by as many batches at a time as ParallelizationFactor
 * says, with the records of a partition key in the same. A shard that came from another begins when that has ended.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html
 * @throws AwsError `InvalidParameterValueException` where there is no Kinesis
 */
export function createKinesisMapping(
  config: EventSourceMappingConfig,
  deps: EventSourceMappingDeps,
): EventSourceMapping {
  const { kinesis, log, database, region, now = Date.now } = deps;
  if (kinesis === undefined) {
    throw new AwsError('InvalidParameterValueException', 'EventSourceArn: There is no Kinesis to read from.');
  }
  const source = kinesis;
  const { UUID, FunctionName, EventSourceArn } = config;
  const stream = streamOf(config);
  const settings = streamSettings(config);
  const lanes = settings.ParallelizationFactor;
  const startingAt = config.StartingPosition === 'AT_TIMESTAMP' ? Number(config.StartingPositionTimestamp) : undefined;
  const passes = createFilter(config.FilterCriteria);
  const lifecycle = createLifecycle(config.Enabled ?? true);
  const defaultRole = `arn:aws:iam::${EventSourceArn.split(':')[4]}:role/${FunctionName.split(':').at(-1)}`;
  const about = { eventSourceARN: EventSourceArn, region, roleArn: deps.roleOf?.(FunctionName) ?? defaultRole };
  let retentionSeconds = Infinity;
  let checkpoints: ShardCheckpoints | undefined;
  let lastDelivery: StreamDelivery | undefined;
  let changed = Promise.withResolvers<void>();
  lifecycle.onStop(() => changed.resolve());

  /** Where a mapping that is new starts: at the end, for LATEST; closed shards are then done with. */
  function begin(kept: ShardCheckpoints, shards: readonly KinesisShard[]): void {
    if (config.StartingPosition === 'LATEST') {
      const last = source.lastRecords(stream.name);
      for (const { ShardId, SequenceNumberRange: range } of shards) {
        kept.open(ShardId, lanes);
        const sequence = last.get(ShardId);
        for (let lane = 0; lane < lanes; lane += 1) {
          if (range.EndingSequenceNumber !== undefined) kept.end(ShardId, lane);
          else if (sequence !== undefined) kept.save(ShardId, lane, sequence);
        }
      }
    }
    kept.begin();
  }

  async function workOffLane(kept: ShardCheckpoints, shardId: string, lane: number): Promise<void> {
    const signal = createStreamSignal(stream.name, onWrite, lifecycle);
    const save = ({ sequence }: { readonly sequence?: string }): void => {
      if (sequence !== undefined) kept.save(shardId, lane, sequence);
    };
    const kind = { batchInfo: 'KinesisBatchInfo', retentionSeconds: () => retentionSeconds } as const;
    const delivery = createStreamDelivery(config, deps, lifecycle, kind, save);
    const ended = await workOff<KinesisRecord>({
      ...{ signal, lifecycle, save },
      delivery: {
        ...delivery,
        deliver(...batch) {
          lastDelivery = delivery;
          return delivery.deliver(...batch);
        },
      },
      open: async () => {
        const sequence = kept.sequenceOf(shardId, lane);
        const position = { shardId, ...(sequence !== undefined && { sequence }) };
        return openShard(source, stream.arn, position, startingAt, (foreign) =>
          log('warn', `${EventSourceArn} does not have what ${FunctionName} has seen`, { ...foreign }),
        );
      },
      batches: {
        size: settings.BatchSize,
        windowMs: settings.MaximumBatchingWindowInSeconds * 1000,
        toRecord: (record) => toKinesisRecord(record, shardId, about),
        passes: (record) => passes(withParsedData(record)),
        isChange: (record) => laneOf(record, lanes) === lane,
        now,
      },
      failed: (error) => log('warn', `Reading ${shardId} of ${EventSourceArn} failed`, { reason: String(error) }),
    });
    signal.close();
    if (ended) kept.end(shardId, lane);
  }

  /** Begins the shards whose parents are done, and again whenever one has ended. */
  async function run(): Promise<void> {
    const begun = new Map<string, Promise<void>>();
    for (let failures = 0; await lifecycle.mayGoOn();) {
      changed = Promise.withResolvers<void>();
      try {
        const found = await describeShards(source, stream.arn);
        ({ retentionSeconds } = found);
        const kept = (checkpoints ??= openShardCheckpoints(database, UUID, `${stream.arn} ${found.createdAt}`));
        if (!kept.hasBegun()) begin(kept, found.shards);
        const there = new Set(found.shards.map(({ ShardId }) => ShardId));
        const waits = (parent: string | undefined): boolean =>
          parent !== undefined && there.has(parent) && !kept.isDone(parent);
        for (const { ShardId, ParentShardId, AdjacentParentShardId } of found.shards) {
          if (begun.has(ShardId) || kept.isDone(ShardId) || waits(ParentShardId) || waits(AdjacentParentShardId)) {
            continue;
          }
          kept.open(ShardId, lanes);
          const left = Array.from({ length: lanes }, (_, lane) => lane).filter(
            (lane) => !kept.isLaneDone(ShardId, lane),
          );
          const all = left.map((lane) => workOffLane(kept, ShardId, lane));
          begun.set(
            ShardId,
            Promise.all(all).then(() => changed.resolve()),
          );
        }
        failures = 0;
        await changed.promise;
      } catch (error) {
        failures += 1;
        log('warn', `Reading ${EventSourceArn} failed`, { reason: String(error) });
        await lifecycle.sleep(backOff(failures, BACK_OFF_CAP_MS));
      }
    }
    await Promise.all(begun.values());
  }

  const onWrite: EventSourceMappingDeps['onStreamWrite'] = (listener) =>
    source.onWrite((name) => listener(new Set([name])));

  /** Whether a shard's last record is worked off by every lane. */
  function hasRead(shardId: string, last: string): boolean {
    const kept = checkpoints;
    if (kept === undefined) return false;
    return Array.from({ length: lanes }).every(
      (_, lane) => kept.isLaneDone(shardId, lane) || BigInt(kept.sequenceOf(shardId, lane) ?? 0) >= BigInt(last),
    );
  }

  return {
    ...runStreamMapping({ config, settings, lifecycle, log, run, lastResult: () => lastDelivery?.lastResult() }),
    checkpoint: () => undefined,
    idle: () => [...source.lastRecords(stream.name)].every(([shardId, last]) => hasRead(shardId, last)),
  };
}
