import type { DatabaseSync } from 'node:sqlite';

/** How far a mapping has worked off a stream. */
export interface Position {
  readonly shardId: string;
  /** The last record worked off; undefined at the shard's beginning. */
  readonly sequence?: string;
}

export interface CheckpointStore {
  load(): Position | undefined;
  save(position: Position): void;
}

/** The positions of one mapping in one stream. A recreated table has another stream ARN and starts from its beginning. */
export function openCheckpoints(database: DatabaseSync, uuid: string, streamArn: string): CheckpointStore {
  database.exec(
    `CREATE TABLE IF NOT EXISTS event_source_mapping_checkpoints (
       uuid TEXT NOT NULL, stream_arn TEXT NOT NULL, shard_id TEXT NOT NULL, sequence_number TEXT,
       PRIMARY KEY (uuid, stream_arn)) WITHOUT ROWID`,
  );
  const select = database.prepare(
    'SELECT shard_id, sequence_number FROM event_source_mapping_checkpoints WHERE uuid = ? AND stream_arn = ?',
  );
  const upsert = database.prepare('INSERT OR REPLACE INTO event_source_mapping_checkpoints VALUES (?, ?, ?, ?)');
  return {
    load() {
      const row = select.get(uuid, streamArn);
      if (row === undefined) return undefined;
      const sequence = row['sequence_number'];
      return { shardId: String(row['shard_id']), ...(sequence !== null && { sequence: String(sequence) }) };
    },
    save({ shardId, sequence = null }: { shardId: string; sequence?: string | null }) {
      upsert.run(uuid, streamArn, shardId, sequence);
    },
  };
}
