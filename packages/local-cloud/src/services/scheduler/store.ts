import type { DatabaseSync } from 'node:sqlite';

const TABLES = `
  CREATE TABLE IF NOT EXISTS scheduler_groups (
    name TEXT PRIMARY KEY, tags TEXT NOT NULL DEFAULT '[]', created INTEGER NOT NULL, modified INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS scheduler_schedules (
    arn TEXT PRIMARY KEY, group_name TEXT NOT NULL, name TEXT NOT NULL, definition TEXT NOT NULL,
    created INTEGER NOT NULL, modified INTEGER NOT NULL, completed INTEGER
  ) WITHOUT ROWID;
`;

/** Times are in ms since 1970. */
export interface StoredGroup {
  readonly name: string;
  /** A JSON list. */
  readonly tags: string;
  readonly created: number;
  readonly modified: number;
}

export interface StoredSchedule {
  readonly arn: string;
  readonly group_name: string;
  readonly name: string;
  /** What CreateSchedule or UpdateSchedule was given, as JSON. */
  readonly definition: string;
  readonly created: number;
  readonly modified: number;
  /** When it ran for the last time and was deleted. Its deliveries may still be under way. */
  readonly completed: number | null;
}

export type Store = ReturnType<typeof openStore>;

export function openStore(database: DatabaseSync, now: number) {
  database.exec(TABLES);
  const sql = (text: string) => database.prepare(text);
  const saveGroup = sql('INSERT OR REPLACE INTO scheduler_groups VALUES (?, ?, ?, ?)');
  const saveSchedule = sql('INSERT OR REPLACE INTO scheduler_schedules VALUES (?, ?, ?, ?, ?, ?, ?)');
  const group = sql('SELECT * FROM scheduler_groups WHERE name = ?');
  const groups = sql('SELECT * FROM scheduler_groups ORDER BY name');
  const schedule = sql('SELECT * FROM scheduler_schedules WHERE arn = ?');
  const schedules = sql('SELECT * FROM scheduler_schedules WHERE completed IS NULL ORDER BY group_name, name');
  const removeGroup = sql('DELETE FROM scheduler_groups WHERE name = ?');
  const removeSchedule = sql('DELETE FROM scheduler_schedules WHERE arn = ?');
  const forget = sql('DELETE FROM scheduler_schedules WHERE completed < ?');
  if (group.get('default') === undefined) saveGroup.run('default', '[]', now, now);
  return {
    group: (name: string) => group.get(name) as StoredGroup | undefined,
    groups: () => groups.all() as unknown as StoredGroup[],
    saveGroup: ({ name, tags, created, modified }: StoredGroup): void =>
      void saveGroup.run(name, tags, created, modified),
    removeGroup: (name: string): void => void removeGroup.run(name),
    /** Also one that is completed. */
    schedule: (arn: string) => schedule.get(arn) as StoredSchedule | undefined,
    schedules: () => schedules.all() as unknown as StoredSchedule[],
    saveSchedule: (it: StoredSchedule): void =>
      void saveSchedule.run(it.arn, it.group_name, it.name, it.definition, it.created, it.modified, it.completed),
    removeSchedule: (arn: string): void => void removeSchedule.run(arn),
    /** Forgets what was completed before a time. */
    forget: (before: number): void => void forget.run(before),
  };
}
