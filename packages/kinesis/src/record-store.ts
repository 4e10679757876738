import type { DatabaseSync } from 'node:sqlite';

/** `arrived` is in ms since 1970. Ids grow, over all streams. */
export interface StoredRecord {
  readonly id: number;
  readonly partitionKey: string;
  readonly data: Uint8Array;
  readonly arrived: number;
}

/** A shard of a stream, by their numbers. */
export interface ShardKey {
  readonly stream: number;
  readonly shard: number;
}

export type RecordStore = ReturnType<typeof openRecordStore>;

export function openRecordStore(database: DatabaseSync) {
  database.exec(
    `CREATE TABLE IF NOT EXISTS kinesis_records (
       id INTEGER PRIMARY KEY AUTOINCREMENT, stream INTEGER NOT NULL, shard INTEGER NOT NULL,
       partition_key TEXT NOT NULL, data BLOB NOT NULL, arrived INTEGER NOT NULL);
     CREATE INDEX IF NOT EXISTS kinesis_records_place ON kinesis_records (stream, shard, id);
     CREATE INDEX IF NOT EXISTS kinesis_records_arrival ON kinesis_records (stream, arrived)`,
  );
  const insert = database.prepare(
    'INSERT INTO kinesis_records (stream, shard, partition_key, data, arrived) VALUES (?, ?, ?, ?, ?)',
  );
  const select = database.prepare(
    `SELECT id, partition_key, data, arrived FROM kinesis_records
     WHERE stream = ? AND shard = ? AND id > ? AND arrived >= ? ORDER BY id LIMIT ?`,
  );
  const selectFirst = database.prepare(
    'SELECT min(id) AS id FROM kinesis_records WHERE stream = ? AND shard = ? AND arrived >= ?',
  );
  const selectLast = database.prepare('SELECT max(id) AS id FROM kinesis_records WHERE stream = ? AND shard = ?');
  const trim = database.prepare('DELETE FROM kinesis_records WHERE stream = ? AND arrived < ?');
  const removeOne = database.prepare('DELETE FROM kinesis_records WHERE id = ?');
  const idIn = (row: Record<string, unknown> | undefined): number | undefined =>
    row === undefined || row['id'] === null ? undefined : Number(row['id']);
  return {
    add: ({ stream, shard }: ShardKey, record: Omit<StoredRecord, 'id'>): number =>
      Number(insert.run(stream, shard, record.partitionKey, record.data, record.arrived).lastInsertRowid),
    /** A number of its own, for what is no record. */
    nextId(): number {
      const { lastInsertRowid } = insert.run(-1, -1, '', new Uint8Array(), 0);
      removeOne.run(lastInsertRowid);
      return Number(lastInsertRowid);
    },
    /** Records after an id that arrived at a time or later, in order. */
    after({ stream, shard }: ShardKey, id: number, since: number, limit: number): StoredRecord[] {
      return select.all(stream, shard, id, since, limit).map((row) => ({
        id: Number(row['id']),
        partitionKey: String(row['partition_key']),
        data: row['data'] as Uint8Array,
        arrived: Number(row['arrived']),
      }));
    },
    /** The id of the first record that arrived at a time or later. */
    firstSince: ({ stream, shard }: ShardKey, time: number): number | undefined =>
      idIn(selectFirst.get(stream, shard, time)),
    last: ({ stream, shard }: ShardKey): number | undefined => idIn(selectLast.get(stream, shard)),
    /** Deletes a stream's records that arrived before a time. */
    trim: (stream: number, before: number): void => void trim.run(stream, before),
  };
}
