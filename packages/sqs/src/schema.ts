import type { DatabaseSync } from 'node:sqlite';

const TABLES = `
  CREATE TABLE IF NOT EXISTS sqs_queues (
    name TEXT PRIMARY KEY, attributes TEXT NOT NULL, tags TEXT NOT NULL, created INTEGER NOT NULL,
    modified INTEGER NOT NULL, purged INTEGER NOT NULL DEFAULT 0
  );
  CREATE TABLE IF NOT EXISTS sqs_messages (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT, queue TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL,
    md5 TEXT NOT NULL, attributes TEXT, trace TEXT, sender TEXT NOT NULL, message_group TEXT, deduplication TEXT,
    source TEXT, sent INTEGER NOT NULL, visible INTEGER NOT NULL, receives INTEGER NOT NULL DEFAULT 0,
    first_received INTEGER, received INTEGER, receipt TEXT
  );
  CREATE INDEX IF NOT EXISTS sqs_messages_visible ON sqs_messages (queue, visible, sequence);
  CREATE INDEX IF NOT EXISTS sqs_messages_sent ON sqs_messages (queue, sent, sequence);
  CREATE INDEX IF NOT EXISTS sqs_messages_group ON sqs_messages (queue, message_group, sequence)
    WHERE message_group IS NOT NULL;
  CREATE TABLE IF NOT EXISTS sqs_deduplication (
    queue TEXT NOT NULL, scope TEXT NOT NULL, id TEXT NOT NULL, message TEXT NOT NULL, sequence INTEGER NOT NULL,
    until INTEGER NOT NULL, PRIMARY KEY (queue, scope, id)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS sqs_move_tasks (
    handle TEXT PRIMARY KEY, source TEXT NOT NULL, destination TEXT, rate INTEGER, status TEXT NOT NULL,
    moved INTEGER NOT NULL DEFAULT 0, to_move INTEGER NOT NULL, started INTEGER NOT NULL, reason TEXT
  );
`;

/**
 * Creates what is missing. Times are in ms since the epoch. A message is visible from `visible` on; it is in flight
 * while that is in the future and it has a receipt, and delayed while it has none. `source` is the queue that gave it
 * up, of a message that is a dead letter.
 *
 * What was in flight when the process ended is shown again at once: nobody holds its receipt any more, and waiting for
 * the visibility time-out would only delay what goes on. Its receive count stays.
 */
export function createTables(database: DatabaseSync, now: number): void {
  database.exec(TABLES);
  database
    .prepare('UPDATE sqs_messages SET receipt = NULL, visible = ? WHERE receipt IS NOT NULL AND visible > ?')
    .run(now, now);
}
