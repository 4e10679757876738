import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { isUnreadable, UnreadableData } from '../database.ts';

export interface InstanceLock {
  /** Tells others where this instance answers. */
  publish(url: string): void;
  release(): void;
}

interface Instance {
  readonly pid: number;
  readonly url?: string;
}

export const LOCK_FILES = ['lock.sqlite', 'lock.sqlite-journal', 'instance.json'];

/**
 * Makes this process the only one on a data folder. The operating system gives the lock back however the process
 * ends, so nothing stale is left after a kill.
 * @throws Error that names the process that has it
 */
export function lockDataDir(dataDir: string): InstanceLock {
  mkdirSync(dataDir, { recursive: true });
  const file = join(dataDir, 'instance.json');
  const path = join(dataDir, 'lock.sqlite');
  const database = new DatabaseSync(path);
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if (isUnreadable(error)) throw new UnreadableData(path, error);
    if (!String(error).includes('locked')) throw error;
    const { pid, url } = read(file);
    const where = url === undefined ? '' : ` and answers at ${url}`;
    throw new Error(`The local cloud runs already on ${dataDir}: process ${pid ?? 'unknown'}${where}.`, {
      cause: error,
    });
  }
  const write = (instance: Instance): void => writeFileSync(file, JSON.stringify(instance));
  write({ pid: process.pid });
  return {
    publish: (url) => write({ pid: process.pid, url }),
    release() {
      rmSync(file, { force: true });
      database.close();
    },
  };
}

function read(file: string): Partial<Instance> {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Instance;
  } catch {
    return {};
  }
}
