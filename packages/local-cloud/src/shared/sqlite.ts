import { existsSync } from 'node:fs';
import { DatabaseSync, type DatabaseSyncOptions } from 'node:sqlite';

/** A data file that is damaged, cut off, or not a database. */
export class UnreadableData extends Error {
  override readonly name = 'UnreadableData';
  readonly path: string;

  constructor(path: string, cause: unknown) {
    super(`The data file ${path} cannot be read: ${(cause as Error).message}.`, { cause });
    this.path = path;
  }
}

/** Source: https://www.sqlite.org/rescode.html (SQLITE_CORRUPT, SQLITE_NOTADB) */
const UNREADABLE = [11, 26];
const BUSY_TIMEOUT_MS = 5_000;

/**
 * Opens a database of this system, or makes it. What is committed survives a kill of the process.
 * @param path `:memory:` keeps nothing
 * @throws UnreadableData that names the file
 */
export function openDatabase(path: string): DatabaseSync {
  const database = openFile(path);
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
  return database;
}

/**
 * Opens a database file of another program as it is.
 * @throws UnreadableData that names the file
 */
export function openFile(path: string, options: DatabaseSyncOptions = {}): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS, ...options });
  try {
    // SQLite opens any file; its first read finds out whether it is a database.
    database.prepare('SELECT count(*) FROM sqlite_schema').get();
    return database;
  } catch (error) {
    database.close();
    throw asUnreadable(error, path);
  }
}

/** Checks a file that another process is about to open. @throws UnreadableData that names the file */
export function checkFile(path: string): void {
  if (existsSync(path)) openFile(path).close();
}

/** The error, as an UnreadableData where the file is the reason. */
export function asUnreadable(error: unknown, path: string): unknown {
  const { errcode } = error as { errcode?: number };
  return errcode !== undefined && UNREADABLE.includes(errcode & 0xff) ? new UnreadableData(path, error) : error;
}

/** Adds what to do to an error about a file of this folder. */
export function withRemedy(error: unknown, dataDir: string): unknown {
  if (!(error instanceof UnreadableData)) return error;
  const remedy = `Put it back from a copy, or empty the data: npm run reset -- --data ${JSON.stringify(dataDir)}`;
  return new Error(`${error.message} ${remedy}`, { cause: error });
}

/**
 * Runs `work`, which must be synchronous, in one transaction: all of it is on disk afterwards, or nothing. Within another
 * transaction it is a part of that one.
 */
export function inTransaction<Result>(database: DatabaseSync, work: () => Result): Result {
  if (database.isTransaction) return work();
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
