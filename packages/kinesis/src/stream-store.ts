import type { DatabaseSync } from 'node:sqlite';
import type { Shard } from './shards.ts';

export type StreamMode = 'PROVISIONED' | 'ON_DEMAND';

/** Times are in ms since 1970. */
export interface Stream {
  /** Another one of the same name has another. */
  readonly id: number;
  readonly name: string;
  readonly arn: string;
  readonly createdAt: number;
  readonly mode: StreamMode;
  readonly retentionHours: number;
  readonly maxRecordKiB: number;
  readonly tags: Readonly<Record<string, string>>;
  /** When its shard count was updated, in the last day. */
  readonly scaledAt: readonly number[];
  readonly shards: readonly Shard[];
  readonly consumers: readonly Consumer[];
}

/** A registered consumer. */
export interface Consumer {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: number;
}

export interface StreamStore {
  find(name: string): Stream | undefined;
  /** In the order of their names. */
  all(): Stream[];
  add(stream: Omit<Stream, 'id'>): Stream;
  save(stream: Stream): void;
  /** With its records. */
  remove(stream: Stream): void;
}

/** Streams, each a row with its JSON. They are few and are kept in memory too. */
export function openStreamStore(database: DatabaseSync): StreamStore {
  database.exec(
    `CREATE TABLE IF NOT EXISTS kinesis_streams (
       id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, stream TEXT NOT NULL)`,
  );
  const insert = database.prepare('INSERT INTO kinesis_streams (name, stream) VALUES (?, ?)');
  const update = database.prepare('UPDATE kinesis_streams SET stream = ? WHERE id = ?');
  const removeStream = database.prepare('DELETE FROM kinesis_streams WHERE id = ?');
  const removeRecords = database.prepare('DELETE FROM kinesis_records WHERE stream = ?');
  const streams = new Map<string, Stream>();
  for (const { id, stream } of database.prepare('SELECT id, stream FROM kinesis_streams').all()) {
    const read = { ...(JSON.parse(String(stream), reviveNumber) as Stream), id: Number(id) };
    streams.set(read.name, read);
  }
  return {
    find: (name) => streams.get(name),
    all: () => [...streams.values()].sort((left, right) => (left.name < right.name ? -1 : 1)),
    add(given) {
      const { lastInsertRowid } = insert.run(given.name, JSON.stringify(given, replaceNumber));
      const stream = { ...given, id: Number(lastInsertRowid) };
      streams.set(stream.name, stream);
      return stream;
    },
    save(stream) {
      update.run(JSON.stringify(stream, replaceNumber), stream.id);
      streams.set(stream.name, stream);
    },
    remove({ id, name }) {
      removeRecords.run(id);
      removeStream.run(id);
      streams.delete(name);
    },
  };
}

/** Hash keys are too large for JSON's numbers. */
const HASH_KEYS = ['start', 'end'];
const replaceNumber = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);
const reviveNumber = (key: string, value: unknown): unknown =>
  HASH_KEYS.includes(key) && typeof value === 'string' ? BigInt(value) : value;
