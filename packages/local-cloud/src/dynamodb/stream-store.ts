import { DatabaseSync } from 'node:sqlite';

const BUSY_TIMEOUT_MS = 5_000;
const TRIMMED_AT_ONCE = 5_000;
const RETENTION_SECONDS = 24 * 60 * 60;
const WATCH_INTERVAL_MS = 5;

/** The tables into whose streams something was written. */
export type StreamWriteListener = (tables: ReadonlySet<string>) => void;

/** What the emulator keeps of streams in its SQLite file, mended and watched from outside. */
export interface StreamStore {
  /** Makes the index that the emulator lacks, and drops the records of tables that are gone. Idempotent. */
  prepare(): void;
  /** Drops what all readers have read, by table; and what is older than the 24 h that AWS keeps. */
  trim(readUpTo: Readonly<Record<string, string>>): void;
  /** Calls the listener within milliseconds of a write. Returns how to stop it. */
  watch(listener: StreamWriteListener): () => void;
  close(): void;
}

/**
 * Opens the emulator's database file beside it.
 *
 * Each write to a table with a stream looks for that table's highest sequence number, which without an index reads all
 * its earlier records. A table's last record must stay: the next sequence number is counted from it.
 */
export function openStreamStore(file: string): StreamStore {
  const database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS });
  const listeners = new Set<StreamWriteListener>();
  let timer: NodeJS.Timeout | undefined;

  const version = database.prepare('PRAGMA data_version');
  const highestId = database.prepare('SELECT coalesce(max(id), 0) AS id FROM _stream_records');
  const writtenAfter = database.prepare('SELECT DISTINCT table_name AS name FROM _stream_records WHERE id > ?');
  let seenVersion = 0;
  let seenId = 0;

  const look = (): void => {
    const current = Number(version.get()?.['data_version']);
    if (current === seenVersion) return;
    seenVersion = current;
    const tables = new Set(writtenAfter.all(seenId).map((row) => String(row['name'])));
    if (tables.size === 0) return;
    seenId = Number(highestId.get()?.['id']);
    for (const listener of listeners) listener(tables);
  };

  return {
    prepare() {
      database.exec(
        `CREATE INDEX IF NOT EXISTS _stream_records_by_sequence
           ON _stream_records(table_name, CAST(sequence_number AS INTEGER))`,
      );
      database.exec(
        `DELETE FROM _stream_records WHERE NOT EXISTS (
           SELECT 1 FROM _tables AS t
           WHERE t.table_name = _stream_records.table_name AND t.created_at <= _stream_records.created_at)`,
      );
    },

    trim(readUpTo) {
      for (const [table, sequence] of Object.entries(readUpTo)) {
        trimTable(database, table, 'CAST(sequence_number AS INTEGER) <= CAST(? AS INTEGER)', sequence);
      }
      const expired = String(Math.floor(Date.now() / 1000) - RETENTION_SECONDS);
      for (const row of database.prepare('SELECT table_name AS name FROM _tables WHERE stream_enabled = 1').all()) {
        trimTable(database, String(row['name']), 'created_at < CAST(? AS INTEGER)', expired);
      }
    },

    watch(listener) {
      listeners.add(listener);
      if (timer === undefined) {
        seenId = Number(highestId.get()?.['id']);
        timer = setInterval(look, WATCH_INTERVAL_MS);
        timer.unref();
      }
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        clearInterval(timer);
        timer = undefined;
      };
    },

    close() {
      clearInterval(timer);
      timer = undefined;
      listeners.clear();
      if (database.isOpen) database.close();
    },
  };
}

/** In portions, so that the emulator's writes need not wait for a long transaction. */
function trimTable(database: DatabaseSync, table: string, condition: string, value: string): void {
  const portion = database.prepare(
    `DELETE FROM _stream_records WHERE id IN (
       SELECT id FROM _stream_records
       WHERE table_name = ?1 AND ${condition.replace('?', '?2')} AND CAST(sequence_number AS INTEGER) <
         (SELECT max(CAST(sequence_number AS INTEGER)) FROM _stream_records WHERE table_name = ?1)
       LIMIT ${TRIMMED_AT_ONCE})`,
  );
  while (Number(portion.run(table, value).changes) === TRIMMED_AT_ONCE);
}
