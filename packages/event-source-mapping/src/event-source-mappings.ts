import {
  createEventSourceMapping,
  type EventSourceMapping,
  type EventSourceMappingConfig,
  type EventSourceMappingDeps,
} from './create-event-source-mapping.ts';
import { isQueue } from './config.ts';
import { startStreamTrimming } from './stream-trimming.ts';

export interface EventSourceMappingsDeps extends EventSourceMappingDeps {
  queueUrl(queueArn: string): string;
  /** Sequence number of the last record in a table's stream. */
  streamEnd(tableName: string): string | undefined;
  /** Drops the stream records up to a sequence number, by table name. */
  trimStreamRecords(readUpTo: Readonly<Record<string, string>>): Promise<void>;
}

/** The event source mappings there are, by id. */
export interface EventSourceMappings {
  /** Makes a mapping, or replaces the one of this id. @throws AwsError for what is not supported */
  put(config: EventSourceMappingConfig): Promise<void>;
  remove(uuid: string): Promise<void>;
  /** Begins to deliver to the functions that run. The mappings of others are dropped. */
  start(runs?: (functionName: string) => boolean): void;
  /** Whether a function handles this queue's messages. */
  reads(queueArn: string): boolean;
  /** Whether no stream has a record that is still to be delivered. */
  idle(): boolean;
  describe(): object[];
  stop(): Promise<void>;
}

interface Entry {
  readonly config: EventSourceMappingConfig;
  readonly mapping: EventSourceMapping;
}

export function createEventSourceMappings(deps: EventSourceMappingsDeps): EventSourceMappings {
  const entries = new Map<string, Entry>();
  let started = false;
  const all = (): EventSourceMapping[] => [...entries.values()].map(({ mapping }) => mapping);
  const stopTrimming = startStreamTrimming(
    { [Symbol.iterator]: () => all().values() },
    deps.trimStreamRecords,
    deps.log,
  );

  /** A queue's messages are counted in the queue; a stream's by its end. */
  function hasReadAll({ tableName, checkpoint, idle }: EventSourceMapping): boolean {
    if (idle !== undefined) return idle();
    if (tableName === undefined) return true;
    return BigInt(deps.streamEnd(tableName) ?? 0) <= BigInt(checkpoint() ?? 0);
  }

  async function remove(uuid: string): Promise<void> {
    const entry = entries.get(uuid);
    entries.delete(uuid);
    await entry?.mapping.stop();
  }

  return {
    async put(config) {
      const whole = isQueue(config) ? { ...config, QueueUrl: deps.queueUrl(config.EventSourceArn) } : config;
      const mapping = createEventSourceMapping(whole, deps);
      await remove(config.UUID);
      entries.set(config.UUID, { config, mapping });
      if (started) mapping.start();
    },
    remove,
    start(runs = () => true) {
      started = true;
      for (const [uuid, { config, mapping }] of entries) {
        if (runs(config.FunctionName)) mapping.start();
        else entries.delete(uuid);
      }
    },
    reads: (queueArn) => [...entries.values()].some(({ config }) => config.EventSourceArn === queueArn),
    idle: () => all().every(hasReadAll),
    describe: () => all().map((mapping) => mapping.describe() as object),
    async stop() {
      stopTrimming();
      await Promise.all(all().map((mapping) => mapping.stop()));
    },
  };
}
