import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { EndedExecution } from '../cloudwatch/index.ts';
import { NO_LOGGING, type Logging } from './execution-log.ts';

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ABORTED' | 'TIMED_OUT';

/** A state machine as it is now; `revision` is the definition that new executions run. */
export interface MachineRow {
  readonly arn: string;
  readonly name: string;
  readonly created_at: number;
  readonly revision: number;
  /** 0 for a machine that is as it was created, 1 after an update. */
  readonly is_updated: number;
  readonly definition: string;
  readonly role_arn: string;
  readonly updated_at: number;
  readonly type: 'STANDARD' | 'EXPRESS';
  readonly logging: Logging;
}

/** Times are milliseconds since 1970; input and output are JSON text. */
export interface ExecutionRow {
  readonly seq: number;
  readonly arn: string;
  readonly machine_arn: string;
  readonly name: string;
  readonly revision: number;
  readonly status: ExecutionStatus;
  readonly input: string;
  readonly trace_header: string | null;
  readonly started_at: number;
  readonly stopped_at: number | null;
  readonly output: string | null;
  readonly error: string | null;
  readonly cause: string | null;
}

export interface EventRow {
  readonly id: number;
  readonly previous_id: number;
  readonly timestamp: number;
  readonly type: string;
  readonly details: string | null;
}

export interface ExecutionEnd {
  readonly status: Exclude<ExecutionStatus, 'RUNNING'>;
  readonly output?: string | undefined;
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS sfn_machines (
    arn TEXT PRIMARY KEY, name TEXT NOT NULL, created_at REAL NOT NULL, revision INTEGER NOT NULL
  );
  CREATE TABLE IF NOT EXISTS sfn_revisions (
    revision INTEGER PRIMARY KEY AUTOINCREMENT, machine_arn TEXT NOT NULL, definition TEXT NOT NULL,
    role_arn TEXT NOT NULL, updated_at REAL NOT NULL
  );
  CREATE INDEX IF NOT EXISTS sfn_revisions_by_machine ON sfn_revisions (machine_arn, revision);
  CREATE TABLE IF NOT EXISTS sfn_executions (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, arn TEXT NOT NULL UNIQUE, machine_arn TEXT NOT NULL, name TEXT NOT NULL,
    revision INTEGER NOT NULL, status TEXT NOT NULL, input TEXT NOT NULL, trace_header TEXT,
    started_at REAL NOT NULL, stopped_at REAL, output TEXT, error TEXT, cause TEXT
  );
  CREATE INDEX IF NOT EXISTS sfn_executions_by_machine ON sfn_executions (machine_arn, seq);
  CREATE INDEX IF NOT EXISTS sfn_executions_by_status ON sfn_executions (machine_arn, status, seq);
  CREATE INDEX IF NOT EXISTS sfn_executions_by_end ON sfn_executions (stopped_at);
  CREATE INDEX IF NOT EXISTS sfn_executions_running ON sfn_executions (seq) WHERE status = 'RUNNING';
  CREATE TABLE IF NOT EXISTS sfn_history (
    execution INTEGER NOT NULL, id INTEGER NOT NULL, previous_id INTEGER NOT NULL, timestamp REAL NOT NULL,
    type TEXT NOT NULL, details TEXT, PRIMARY KEY (execution, id)
  );
  CREATE TABLE IF NOT EXISTS sfn_tokens (token TEXT PRIMARY KEY, execution INTEGER NOT NULL) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS sfn_tokens_by_execution ON sfn_tokens (execution);
`;

/** Columns that data of earlier versions lack. */
const LATER_COLUMNS = ["type TEXT NOT NULL DEFAULT 'STANDARD'", 'logging TEXT'];

const IS_UPDATED =
  'EXISTS (SELECT 1 FROM sfn_revisions e WHERE e.machine_arn = r.machine_arn AND e.revision < r.revision)';

const MACHINE = `SELECT m.arn, m.name, m.created_at, m.revision, m.type, m.logging, r.definition, r.role_arn, r.updated_at,
  ${IS_UPDATED} AS is_updated
  FROM sfn_machines m JOIN sfn_revisions r USING (revision)`;

type Row = Record<string, SQLOutputValue>;

/** Machines, executions, histories and tokens in SQLite. Each write is on disk when the call returns. */
export function createStore(database: DatabaseSync) {
  database.exec(SCHEMA);
  addLaterColumns(database);
  const sql = (text: string) => database.prepare(text);
  const insertEvent = sql('INSERT INTO sfn_history VALUES (?, ?, ?, ?, ?, ?)');
  const insertToken = sql('INSERT INTO sfn_tokens VALUES (?, ?)');
  const insertExecution = sql(`INSERT INTO sfn_executions
    (arn, machine_arn, name, revision, status, input, trace_header, started_at) VALUES (?, ?, ?, ?, 'RUNNING', ?, ?, ?)`);
  const updateExecution = sql(
    'UPDATE sfn_executions SET status = ?, output = ?, error = ?, cause = ?, stopped_at = ? WHERE seq = ?',
  );
  const selectExecution = sql('SELECT * FROM sfn_executions WHERE arn = ?');
  const selectMachine = sql(`${MACHINE} WHERE m.arn = ?`);
  const selectToken = sql('SELECT 1 FROM sfn_tokens WHERE token = ?');

  function transaction<T>(work: () => T): T {
    database.exec('SAVEPOINT sfn');
    try {
      return work();
    } catch (error) {
      database.exec('ROLLBACK TO sfn');
      throw error;
    } finally {
      database.exec('RELEASE sfn');
    }
  }

  return {
    transaction,
    machine(arn: string): MachineRow | undefined {
      const row = selectMachine.get(arn);
      return row === undefined ? undefined : toMachine(row);
    },
    machines: (after: string, limit: number) =>
      sql(`${MACHINE} WHERE m.name > ? ORDER BY m.name LIMIT ?`).all(after, limit).map(toMachine),

    addRevision(machineArn: string, definition: string, roleArn: string, now: number): number {
      const added = sql(
        'INSERT INTO sfn_revisions (machine_arn, definition, role_arn, updated_at) VALUES (?, ?, ?, ?)',
      );
      return Number(added.run(machineArn, definition, roleArn, now).lastInsertRowid);
    },
    /** A machine keeps its type. */
    putMachine(row: Pick<MachineRow, 'arn' | 'name' | 'type' | 'logging'>, now: number, revision: number): void {
      const { arn, name, type, logging } = row;
      sql(`INSERT INTO sfn_machines (arn, name, created_at, revision, type, logging) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (arn) DO UPDATE SET revision = excluded.revision, logging = excluded.logging`).run(
        ...[arn, name, now, revision, type],
        JSON.stringify(logging),
      );
    },
    deleteMachine(arn: string): void {
      // Children of map runs are executions of `machine/label`.
      const isOf = "(machine_arn = ?1 OR machine_arn LIKE ?1 || '/%')";
      const ofMachine = `execution IN (SELECT seq FROM sfn_executions WHERE ${isOf})`;
      transaction(() => {
        for (const table of ['sfn_history', 'sfn_tokens', 'sfn_map_children']) {
          sql(`DELETE FROM ${table} WHERE ${ofMachine}`).run(arn);
        }
        for (const table of ['sfn_executions', 'sfn_revisions', 'sfn_map_runs'])
          sql(`DELETE FROM ${table} WHERE ${isOf}`).run(arn);
        sql('DELETE FROM sfn_machines WHERE arn = ?').run(arn);
      });
    },
    revision: (revision: number) =>
      sql(`SELECT definition, role_arn, updated_at, revision, ${IS_UPDATED} AS is_updated
        FROM sfn_revisions r WHERE revision = ?`).get(revision) as
        Pick<MachineRow, 'definition' | 'role_arn' | 'updated_at' | 'revision' | 'is_updated'> | undefined,

    addExecution(row: Omit<ExecutionRow, 'seq' | 'status' | 'stopped_at' | 'output' | 'error' | 'cause'>): number {
      const { arn, machine_arn, name, revision, input, trace_header, started_at } = row;
      return Number(
        insertExecution.run(arn, machine_arn, name, revision, input, trace_header, started_at).lastInsertRowid,
      );
    },
    endExecution(seq: number, end: ExecutionEnd, now: number): void {
      updateExecution.run(end.status, end.output ?? null, end.error ?? null, end.cause ?? null, now, seq);
    },
    execution: (arn: string) => selectExecution.get(arn) as ExecutionRow | undefined,
    executions(machineArn: string, status: string | undefined, before: number, limit: number): ExecutionRow[] {
      const filter = status === undefined ? '' : 'AND status = ?';
      const values = status === undefined ? [machineArn, before, limit] : [machineArn, before, status, limit];
      return sql(
        `SELECT * FROM sfn_executions WHERE machine_arn = ? AND seq < ? ${filter} ORDER BY seq DESC LIMIT ?`,
      ).all(...values) as unknown as ExecutionRow[];
    },
    runningExecutions: () =>
      sql(`SELECT * FROM sfn_executions WHERE status = 'RUNNING'`).all() as unknown as ExecutionRow[],
    endedBetween: (after: number, until: number) =>
      sql(`SELECT machine_arn AS machineArn, status, started_at AS startedAt, stopped_at AS stoppedAt
        FROM sfn_executions WHERE stopped_at > ? AND stopped_at <= ?`).all(after, until) as unknown as EndedExecution[],
    countsByStatus: () =>
      sql('SELECT machine_arn, status, count(*) AS count FROM sfn_executions GROUP BY 1, 2').all() as Row[],
    forgetExecutionsBefore(time: number): void {
      const old = 'SELECT seq FROM sfn_executions WHERE stopped_at < ?';
      transaction(() => {
        for (const table of ['sfn_history', 'sfn_tokens', 'sfn_map_children']) {
          sql(`DELETE FROM ${table} WHERE execution IN (${old})`).run(time);
        }
        sql('DELETE FROM sfn_map_runs WHERE stopped_at < ?').run(time);
        sql('DELETE FROM sfn_executions WHERE stopped_at < ?').run(time);
      });
    },

    addEvent(execution: number, event: EventRow): void {
      insertEvent.run(execution, event.id, event.previous_id, event.timestamp, event.type, event.details);
    },
    lastEventId: (execution: number) =>
      Number(sql('SELECT max(id) AS id FROM sfn_history WHERE execution = ?').get(execution)?.['id'] ?? 0),
    events(execution: number, after: number, limit: number, reverse: boolean): EventRow[] {
      const [comparison, order] = reverse ? ['<', 'DESC'] : ['>', 'ASC'];
      return sql(
        `SELECT * FROM sfn_history WHERE execution = ? AND id ${comparison} ? ORDER BY id ${order} LIMIT ?`,
      ).all(execution, after, limit) as unknown as EventRow[];
    },

    addToken: (token: string, execution: number) => insertToken.run(token, execution),
    hasToken: (token: string) => selectToken.get(token) !== undefined,
  };
}

function addLaterColumns(database: DatabaseSync): void {
  const known = database.prepare("SELECT 1 FROM pragma_table_info('sfn_machines') WHERE name = 'logging'").get();
  if (known !== undefined) return;
  for (const column of LATER_COLUMNS) database.exec(`ALTER TABLE sfn_machines ADD COLUMN ${column}`);
}

function toMachine(row: Row): MachineRow {
  const logging = row['logging'] === null ? NO_LOGGING : (JSON.parse(String(row['logging'])) as Logging);
  return { ...(row as unknown as MachineRow), logging };
}

export type Store = ReturnType<typeof createStore>;
