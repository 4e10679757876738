import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { asUnreadable } from './sqlite.ts';

export interface InstanceLock {
  /** Writes down where this instance answers, and where AWS is in it. */
  publish(url: string, aws?: string): void;
  release(): void;
}

/** Who has a data folder. */
export interface Instance {
  readonly pid: number;
  readonly url?: string;
  /** What a client of AWS has for AWS_ENDPOINT_URL. */
  readonly aws?: string;
}

const INSTANCE = 'instance.json';
export const LOCK_FILES = ['lock.sqlite', 'lock.sqlite-journal', INSTANCE];

/**
 * Makes this process the only one on a data folder. The operating system gives the lock back however the process
 * ends, so nothing stale is left after a kill.
 * @param remedy what to do about another that has it
 * @throws Error that names the process that has it
 */
export function lockDataDir(dataDir: string, remedy = 'End it first.'): InstanceLock {
  mkdirSync(dataDir, { recursive: true });
  const file = join(dataDir, INSTANCE);
  const path = join(dataDir, 'lock.sqlite');
  const database = new DatabaseSync(path);
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if (!String(error).includes('locked')) throw asUnreadable(error, path);
    const { pid, url } = readInstance(dataDir);
    const where = url === undefined ? '' : ` and answers at ${url}`;
    throw new Error(`The local cloud runs already on ${dataDir}: process ${pid ?? 'unknown'}${where}. ${remedy}`, {
      cause: error,
    });
  }
  const write = (instance: Instance): void => writeFileSync(file, JSON.stringify(instance));
  write({ pid: process.pid });
  return {
    publish: (url, aws) => write({ pid: process.pid, url, ...(aws !== undefined && { aws }) }),
    release() {
      rmSync(file, { force: true });
      database.close();
    },
  };
}

/** What the instance wrote that has this data folder, or the last one that had it and was killed. */
export function readInstance(dataDir: string): Partial<Instance> {
  try {
    return (JSON.parse(readFileSync(join(dataDir, INSTANCE), 'utf8')) as Instance | null) ?? {};
  } catch {
    return {};
  }
}
