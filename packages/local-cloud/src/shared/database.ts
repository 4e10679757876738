import { existsSync } from 'node:fs';
import { DatabaseSync, type DatabaseSyncOptions } from 'node:sqlite';

/** A data file that is not what it was: cut off, overwritten, or of something else. */
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

export function isUnreadable(error: unknown): boolean {
  const { errcode } = error as { errcode?: number };
  return errcode !== undefined && UNREADABLE.includes(errcode & 0xff);
}

/**
 * Opens a database of the local cloud.
 * @throws UnreadableData that names the file
 */
export function openDatabase(path: string, options: DatabaseSyncOptions = {}): DatabaseSync {
  const database = new DatabaseSync(path, options);
  try {
    // SQLite opens anything; its first read looks at what it is.
    database.prepare('SELECT count(*) FROM sqlite_schema').get();
    return database;
  } catch (error) {
    database.close();
    throw isUnreadable(error) ? new UnreadableData(path, error) : error;
  }
}

/** Looks at a file that another process is about to open. @throws UnreadableData that names the file */
export function checkDatabase(path: string): void {
  if (existsSync(path)) openDatabase(path).close();
}

/** The error with what to do, where it is about a file of this folder. */
export function withRemedy(error: unknown, dataDir: string): unknown {
  if (!(error instanceof UnreadableData)) return error;
  const remedy = `Put it back from a copy, or empty the data: npm run reset -- --data ${JSON.stringify(dataDir)}`;
  return new Error(`${error.message} ${remedy}`, { cause: error });
}
