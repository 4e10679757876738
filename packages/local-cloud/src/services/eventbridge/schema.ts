import type { DatabaseSync } from 'node:sqlite';

export { inTransaction } from '../../shared/sqlite.ts';

const TABLES = `
  CREATE TABLE IF NOT EXISTS eventbridge_buses (
    name TEXT PRIMARY KEY, description TEXT, kms_key TEXT, created INTEGER NOT NULL, modified INTEGER NOT NULL
  );
  CREATE TABLE IF NOT EXISTS eventbridge_rules (
    bus TEXT NOT NULL, name TEXT NOT NULL, pattern TEXT NOT NULL, state TEXT NOT NULL, description TEXT, role TEXT,
    PRIMARY KEY (bus, name)
  );
  CREATE TABLE IF NOT EXISTS eventbridge_targets (
    bus TEXT NOT NULL, rule TEXT NOT NULL, id TEXT NOT NULL, arn TEXT NOT NULL, target TEXT NOT NULL,
    PRIMARY KEY (bus, rule, id)
  );
  CREATE TABLE IF NOT EXISTS eventbridge_tags (
    arn TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (arn, key)
  );
  CREATE TABLE IF NOT EXISTS eventbridge_events (
    sequence INTEGER PRIMARY KEY, id TEXT NOT NULL, label TEXT NOT NULL, body TEXT NOT NULL, received INTEGER NOT NULL
  );
  CREATE TABLE IF NOT EXISTS eventbridge_deliveries (
    id INTEGER PRIMARY KEY AUTOINCREMENT, event INTEGER NOT NULL, bus TEXT NOT NULL, rule TEXT NOT NULL,
    target TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, due INTEGER NOT NULL DEFAULT 0
  );
  CREATE INDEX IF NOT EXISTS eventbridge_deliveries_event ON eventbridge_deliveries (event);
  CREATE TABLE IF NOT EXISTS eventbridge_archives (
    name TEXT PRIMARY KEY, bus TEXT NOT NULL, pattern TEXT, description TEXT, kms_key TEXT, retention INTEGER NOT NULL,
    created INTEGER NOT NULL
  );
  CREATE TABLE IF NOT EXISTS eventbridge_archived (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT, archive TEXT NOT NULL, time INTEGER NOT NULL, id TEXT NOT NULL,
    label TEXT NOT NULL, body TEXT NOT NULL, size INTEGER NOT NULL
  );
  CREATE INDEX IF NOT EXISTS eventbridge_archived_time ON eventbridge_archived (archive, time, sequence);
  CREATE TABLE IF NOT EXISTS eventbridge_replays (
    name TEXT PRIMARY KEY, archive TEXT NOT NULL, bus TEXT NOT NULL, filters TEXT, description TEXT,
    start INTEGER NOT NULL, stop INTEGER NOT NULL, state TEXT NOT NULL, reason TEXT, created INTEGER NOT NULL,
    ended INTEGER, last_time INTEGER, last_sequence INTEGER NOT NULL DEFAULT 0
  );
`;

/** Columns that tables of an earlier version lack. */
const LATER_COLUMNS: readonly (readonly [table: string, column: string, type: string])[] = [
  ['eventbridge_rules', 'schedule', 'TEXT'],
  ['eventbridge_rules', 'scheduled_from', 'INTEGER NOT NULL DEFAULT 0'],
  ['eventbridge_buses', 'policy', 'TEXT'],
  ['eventbridge_events', 'trace', 'TEXT'],
];

/** Creates what is missing. Times are in ms since the epoch. */
export function createTables(database: DatabaseSync, now: number): void {
  database.exec(TABLES);
  for (const [table, column, type] of LATER_COLUMNS) {
    const known = database.prepare('SELECT 1 FROM pragma_table_info(?) WHERE name = ?').get(table, column);
    if (known === undefined) database.exec(`ALTER TABLE ${table} ADD COLUMN ${column} ${type}`);
  }
  database
    .prepare('INSERT OR IGNORE INTO eventbridge_buses (name, created, modified) VALUES (?, ?, ?)')
    .run('default', now, now);
}
