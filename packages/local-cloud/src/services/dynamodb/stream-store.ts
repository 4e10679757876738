import type { DatabaseSync } from 'node:sqlite';
import { openFile } from '../../shared/sqlite.ts';
import { markExpired } from './expire-items.ts';
import { watchStreamWrites, type StreamWrites } from './stream-writes.ts';

const TRIMMED_AT_ONCE = 5_000;

/** What the emulator keeps of streams in its SQLite file, mended and watched from outside. */
export interface StreamStore {
  /**
   * Makes the index that the emulator lacks, and triggers: a deleted table takes its records along, so that a new one of
   * its name does not begin with them; records of expired items say so. Idempotent.
   */
  prepare(): void;
  /**
   * Drops what all readers have read, by table. What nobody has read yet stays, longer than the 24 h that AWS keeps it:
   * a laptop that slept over the weekend, or ran a part of the services only, loses nothing.
   */
  trim(readUpTo: Readonly<Record<string, string>>): void;
  readonly writes: StreamWrites;
  readonly database: DatabaseSync;
  close(): void;
}

/**
 * Opens the emulator's database file beside it.
 *
 * Each write to a table with a stream looks for that table's highest sequence number, which without an index reads all
 * its earlier records. A table's last record must stay: the next sequence number is counted from it.
 */
export function openStreamStore(file: string): StreamStore {
  const database = openFile(file);
  const writes = watchStreamWrites(database, file);
  return {
    prepare() {
      database.exec(
        `CREATE INDEX IF NOT EXISTS _stream_records_by_sequence
           ON _stream_records(table_name, CAST(sequence_number AS INTEGER))`,
      );
      database.exec(
        `CREATE TRIGGER IF NOT EXISTS _stream_of_deleted_table AFTER DELETE ON _tables
         BEGIN DELETE FROM _stream_records WHERE table_name = OLD.table_name; END`,
      );
      markExpired(database);
    },

    trim(readUpTo) {
      for (const [table, sequence] of Object.entries(readUpTo)) trimTable(database, table, sequence);
    },

    writes,
    database,

    close() {
      writes.close();
      if (database.isOpen) database.close();
    },
  };
}

/** In portions, so that the emulator's writes need not wait for a long transaction. */
function trimTable(database: DatabaseSync, table: string, readUpTo: string): void {
  const portion = database.prepare(
    `DELETE FROM _stream_records WHERE id IN (
       SELECT id FROM _stream_records
       WHERE table_name = ?1 AND CAST(sequence_number AS INTEGER) <= CAST(?2 AS INTEGER)
         AND CAST(sequence_number AS INTEGER) <
           (SELECT max(CAST(sequence_number AS INTEGER)) FROM _stream_records WHERE table_name = ?1)
       LIMIT ${TRIMMED_AT_ONCE})`,
  );
  while (Number(portion.run(table, readUpTo).changes) === TRIMMED_AT_ONCE);
}
