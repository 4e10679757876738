import { existsSync } from 'node:fs';
import { openFile } from '../../shared/sqlite.ts';

export interface StreamEnds {
  /** Sequence number of the last record in a table's stream, if it has any. */
  of(tableName: string): string | undefined;
  close(): void;
}

/** Reads where streams end from the emulator's own file; knows nothing where the DynamoDB is not ours. */
export function openStreamEnds(file: string): StreamEnds {
  if (!existsSync(file)) return { of: () => undefined, close: () => {} };
  const database = openFile(file, { readOnly: true, timeout: 1000 });
  return {
    of(tableName) {
      const row = database
        .prepare('SELECT MAX(CAST(sequence_number AS INTEGER)) AS last FROM _stream_records WHERE table_name = ?')
        .get(tableName) as { last: number | null } | undefined;
      return row?.last === null || row === undefined ? undefined : String(row.last);
    },
    close: () => database.close(),
  };
}
