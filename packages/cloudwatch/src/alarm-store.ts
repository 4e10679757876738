import type { DatabaseSync } from 'node:sqlite';
import type { Fields } from './alarm-definition.ts';
import type { StateValue } from './evaluate.ts';

export interface AlarmRow {
  readonly name: string;
  /** JSON of what was asked for. */
  readonly properties: string;
  readonly updated_at: number;
  readonly state: StateValue;
  readonly reason: string;
  readonly state_updated_at: number;
}

export type HistoryType = 'ConfigurationUpdate' | 'StateUpdate' | 'Action';

export interface HistoryRow {
  readonly id: number;
  readonly name: string;
  readonly at: number;
  readonly type: HistoryType;
  readonly summary: string;
  readonly data: string;
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS cloudwatch_alarms (
    name TEXT PRIMARY KEY, properties TEXT NOT NULL, updated_at REAL NOT NULL, state TEXT NOT NULL,
    reason TEXT NOT NULL, state_updated_at REAL NOT NULL
  );
  CREATE TABLE IF NOT EXISTS cloudwatch_alarm_history (
    id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, at REAL NOT NULL, type TEXT NOT NULL,
    summary TEXT NOT NULL, data TEXT NOT NULL
  );
  CREATE INDEX IF NOT EXISTS cloudwatch_alarm_history_by_name ON cloudwatch_alarm_history (name, id);
`;
const KEPT_HISTORY = 10_000;

export type AlarmStore = ReturnType<typeof openAlarmStore>;

/** Alarms, the states they are in, and their history, in SQLite. Times are milliseconds since 1970. */
export function openAlarmStore(database: DatabaseSync) {
  database.exec(SCHEMA);
  const upsert = database.prepare(`INSERT INTO cloudwatch_alarms VALUES (?, ?, ?, 'INSUFFICIENT_DATA', ?, ?)
    ON CONFLICT (name) DO UPDATE SET properties = excluded.properties, updated_at = excluded.updated_at`);
  const updateState = database.prepare(
    'UPDATE cloudwatch_alarms SET state = ?, reason = ?, state_updated_at = ? WHERE name = ?',
  );
  const insertHistory = database.prepare(
    'INSERT INTO cloudwatch_alarm_history (name, at, type, summary, data) VALUES (?, ?, ?, ?, ?)',
  );
  const trimHistory = database.prepare('DELETE FROM cloudwatch_alarm_history WHERE id <= ?');
  const select = database.prepare('SELECT * FROM cloudwatch_alarms WHERE name = ?');
  const selectAll = database.prepare('SELECT * FROM cloudwatch_alarms ORDER BY name');
  const remove = database.prepare('DELETE FROM cloudwatch_alarms WHERE name = ?');
  const selectHistory = database.prepare(
    'SELECT * FROM cloudwatch_alarm_history WHERE (? IS NULL OR name = ?) AND id < ? ORDER BY id DESC LIMIT ?',
  );

  return {
    find: (name: string) => select.get(name) as AlarmRow | undefined,
    all: () => selectAll.all() as unknown as AlarmRow[],
    put(name: string, properties: Fields, now: number): void {
      upsert.run(name, JSON.stringify(properties), now, 'Unchecked: Initial alarm creation', now);
    },
    setState(name: string, state: StateValue, reason: string, now: number): void {
      updateState.run(state, reason, now, name);
    },
    delete: (name: string) => void remove.run(name),
    addHistory(name: string, at: number, type: HistoryType, summary: string, data: object): void {
      const { lastInsertRowid } = insertHistory.run(name, at, type, summary, JSON.stringify(data));
      trimHistory.run(Number(lastInsertRowid) - KEPT_HISTORY);
    },
    /** The latest first, of one alarm or of all. */
    history: (name: string | undefined, before: number, limit: number) =>
      selectHistory.all(name ?? null, name ?? null, before, limit) as unknown as HistoryRow[],
  };
}
