import type { DatabaseSync } from 'node:sqlite';

export interface LogGroup {
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly created_at: number;
  /** In days. */
  readonly retention: number | null;
}

export interface LogGroups {
  find(name: string): LogGroup | undefined;
  /** By name. */
  all(): LogGroup[];
  put(name: string, retention: number | null, createdAt?: number): void;
  remove(name: string): void;
  /** Makes the group of a function or a topic, which AWS makes with the first line that is written to it. */
  written(name: string): void;
}

/** The log groups of a region. */
export function openLogGroups(database: DatabaseSync): LogGroups {
  database.exec(
    'CREATE TABLE IF NOT EXISTS account_log_groups (name TEXT PRIMARY KEY, created_at INTEGER NOT NULL, retention INTEGER)',
  );
  const upsert = database.prepare('INSERT OR REPLACE INTO account_log_groups VALUES (?, ?, ?)');
  const select = database.prepare('SELECT * FROM account_log_groups WHERE name = ?');
  const selectAll = database.prepare('SELECT * FROM account_log_groups ORDER BY name');
  const drop = database.prepare('DELETE FROM account_log_groups WHERE name = ?');
  // Asked with each line that a function writes.
  const known = new Set<string>();

  const find = (name: string): LogGroup | undefined => select.get(name) as LogGroup | undefined;
  const put = (name: string, retention: number | null, createdAt = Date.now()): void => {
    upsert.run(name, createdAt, retention);
    known.add(name);
  };
  return {
    find,
    put,
    all: () => selectAll.all() as unknown as LogGroup[],
    remove(name) {
      drop.run(name);
      known.delete(name);
    },
    written(name) {
      if (known.has(name)) return;
      if (find(name) === undefined) put(name, null);
      known.add(name);
    },
  };
}
