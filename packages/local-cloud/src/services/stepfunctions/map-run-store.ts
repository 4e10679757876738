import type { DatabaseSync } from 'node:sqlite';
import type { ExecutionRow } from './store.ts';

export interface MapRunRow {
  readonly arn: string;
  readonly execution_arn: string;
  /** With the label: `…:stateMachine:machine/label`. */
  readonly machine_arn: string;
  readonly status: string;
  readonly started_at: number;
  readonly stopped_at: number | null;
  readonly max_concurrency: number;
  readonly tolerated_count: number;
  readonly tolerated_percentage: number;
  /** How many children and items there will be in all. */
  readonly executions: number;
  readonly items: number;
}

/** How many children have a status, and how many items those have. */
export interface MapRunCount {
  readonly status: string;
  readonly executions: number;
  readonly items: number;
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS sfn_map_runs (
    arn TEXT PRIMARY KEY, execution_arn TEXT NOT NULL, machine_arn TEXT NOT NULL, status TEXT NOT NULL,
    started_at REAL NOT NULL, stopped_at REAL, max_concurrency INTEGER NOT NULL, tolerated_count INTEGER NOT NULL,
    tolerated_percentage REAL NOT NULL, executions INTEGER NOT NULL, items INTEGER NOT NULL
  );
  CREATE INDEX IF NOT EXISTS sfn_map_runs_by_execution ON sfn_map_runs (execution_arn);
  CREATE TABLE IF NOT EXISTS sfn_map_children (
    execution INTEGER PRIMARY KEY, map_run TEXT NOT NULL, items INTEGER NOT NULL
  );
  CREATE INDEX IF NOT EXISTS sfn_map_children_by_run ON sfn_map_children (map_run, execution);
`;

/** Map runs and their children in SQLite. */
export function createMapRunStore(database: DatabaseSync) {
  database.exec(SCHEMA);
  const sql = (text: string) => database.prepare(text);

  return {
    add(row: Omit<MapRunRow, 'status' | 'stopped_at' | 'executions' | 'items'>): void {
      const { arn, execution_arn, machine_arn, started_at, max_concurrency } = row;
      sql(`INSERT INTO sfn_map_runs VALUES (?, ?, ?, 'RUNNING', ?, NULL, ?, ?, ?, 0, 0)`).run(
        ...[arn, execution_arn, machine_arn, started_at, max_concurrency],
        ...[row.tolerated_count, row.tolerated_percentage],
      );
    },
    plan(arn: string, executions: number, items: number): void {
      sql('UPDATE sfn_map_runs SET executions = ?, items = ? WHERE arn = ?').run(executions, items, arn);
    },
    end(arn: string, status: string, now: number): void {
      sql('UPDATE sfn_map_runs SET status = ?, stopped_at = ? WHERE arn = ?').run(status, now, arn);
    },
    /** Ends what an earlier process left. */
    abortRunning(now: number): void {
      sql(`UPDATE sfn_map_runs SET status = 'ABORTED', stopped_at = ? WHERE status = 'RUNNING'`).run(now);
    },
    addChild(execution: number, mapRun: string, items: number): void {
      sql('INSERT INTO sfn_map_children VALUES (?, ?, ?)').run(execution, mapRun, items);
    },
    find: (arn: string) => sql('SELECT * FROM sfn_map_runs WHERE arn = ?').get(arn) as MapRunRow | undefined,
    ofExecution: (executionArn: string) =>
      sql('SELECT * FROM sfn_map_runs WHERE execution_arn = ? ORDER BY started_at, arn').all(
        executionArn,
      ) as unknown as MapRunRow[],
    counts: (arn: string) =>
      sql(`SELECT status, count(*) AS executions, sum(c.items) AS items
        FROM sfn_map_children c JOIN sfn_executions e ON e.seq = c.execution WHERE map_run = ? GROUP BY status`).all(
        arn,
      ) as unknown as MapRunCount[],
    /** Newest first. */
    children: (arn: string, before: number, limit: number) =>
      sql(`SELECT e.* FROM sfn_map_children c JOIN sfn_executions e ON e.seq = c.execution
        WHERE map_run = ? AND execution < ? ORDER BY execution DESC LIMIT ?`).all(
        arn,
        before,
        limit,
      ) as unknown as ExecutionRow[],
    /** The run that an execution is a child of. */
    runOf: (execution: number) =>
      sql('SELECT map_run FROM sfn_map_children WHERE execution = ?').get(execution)?.['map_run'] as string | undefined,
  };
}

export type MapRunStore = ReturnType<typeof createMapRunStore>;
