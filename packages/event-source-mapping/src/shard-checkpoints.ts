import type { DatabaseSync } from 'node:sqlite';

/** What is kept of a shard that was worked off to its end. */
const END = 'END';

/** How far each lane of each shard of a stream has been worked off by one mapping. */
export interface ShardCheckpoints {
  /** Whether the mapping has chosen where to start. */
  hasBegun(): boolean;
  begin(): void;
  /** Brings a shard to so many lanes; each goes on where the slowest lane of before was. */
  open(shardId: string, lanes: number): void;
  /** The last record that is worked off; undefined at the shard's beginning. */
  sequenceOf(shardId: string, lane: number): string | undefined;
  /** Whether all lanes have ended. */
  isDone(shardId: string): boolean;
  isLaneDone(shardId: string, lane: number): boolean;
  save(shardId: string, lane: number, sequence: string): void;
  end(shardId: string, lane: number): void;
}

const NO_SHARD = '';

/** @param stream the stream's ARN and when it was made, since another of its name starts anew */
export function openShardCheckpoints(database: DatabaseSync, uuid: string, stream: string): ShardCheckpoints {
  database.exec(
    `CREATE TABLE IF NOT EXISTS event_source_mapping_shards (
       uuid TEXT NOT NULL, stream TEXT NOT NULL, shard_id TEXT NOT NULL, lane INTEGER NOT NULL, sequence_number TEXT,
       PRIMARY KEY (uuid, stream, shard_id, lane)) WITHOUT ROWID`,
  );
  const select = database.prepare(
    `SELECT lane, sequence_number AS sequence FROM event_source_mapping_shards
     WHERE uuid = ? AND stream = ? AND shard_id = ? ORDER BY lane`,
  );
  const upsert = database.prepare('INSERT OR REPLACE INTO event_source_mapping_shards VALUES (?, ?, ?, ?, ?)');
  const remove = database.prepare(
    'DELETE FROM event_source_mapping_shards WHERE uuid = ? AND stream = ? AND shard_id = ? AND lane >= ?',
  );
  const lanesOf = (shardId: string): (string | undefined)[] =>
    select.all(uuid, stream, shardId).map((row) => (row['sequence'] === null ? undefined : String(row['sequence'])));
  const put = (shardId: string, lane: number, sequence: string | undefined): void =>
    void upsert.run(uuid, stream, shardId, lane, sequence ?? null);
  return {
    hasBegun: () => lanesOf(NO_SHARD).length > 0,
    begin: () => put(NO_SHARD, 0, undefined),
    open(shardId, lanes) {
      const before = lanesOf(shardId);
      if (before.length === lanes) return;
      const slowest = before.length === 0 ? undefined : before.reduce(slower);
      for (let lane = 0; lane < lanes; lane += 1) put(shardId, lane, slowest);
      remove.run(uuid, stream, shardId, lanes);
    },
    sequenceOf(shardId, lane) {
      const sequence = lanesOf(shardId)[lane];
      return sequence === END ? undefined : sequence;
    },
    isDone(shardId) {
      const lanes = lanesOf(shardId);
      return lanes.length > 0 && lanes.every((sequence) => sequence === END);
    },
    isLaneDone: (shardId, lane) => lanesOf(shardId)[lane] === END,
    save: put,
    end: (shardId, lane) => put(shardId, lane, END),
  };
}

function slower(one: string | undefined, other: string | undefined): string | undefined {
  if (one === undefined || other === undefined) return undefined;
  if (one === END) return other;
  if (other === END) return one;
  return BigInt(one) < BigInt(other) ? one : other;
}
