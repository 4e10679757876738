import type { DatabaseSync } from 'node:sqlite';

/** Runs `work`, which must be synchronous, in one transaction: all of it is on disk afterwards, or nothing. */
export function inTransaction<Result>(database: DatabaseSync, work: () => Result): Result {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    // A full disk, for one, has rolled it back already.
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}
