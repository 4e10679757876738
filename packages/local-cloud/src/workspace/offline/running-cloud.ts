import { readInstance } from '../../shared/instance-lock.ts';
import type { ServiceSummary } from '../options.ts';

/** A local cloud that answers, and what it runs. */
export interface RunningCloud {
  readonly url: string;
  readonly pid: number;
  readonly services: readonly ServiceSummary[];
}

interface Index extends RunningCloud {
  readonly ready: boolean;
}

const ANSWER_MS = 5_000;
/** What the first start on a slow machine takes, and more. */
const READY_MS = 120_000;
const ASK_EVERY_MS = 200;
const WATCH_EVERY_MS = 2_000;

/**
 * The local cloud that runs on a data folder, once it is ready; undefined when there is none.
 * @throws Error when one is there and does not get ready within two minutes
 */
export async function findRunningCloud(dataDir: string): Promise<RunningCloud | undefined> {
  const deadline = Date.now() + READY_MS;
  for (;;) {
    const { pid, url } = readInstance(dataDir);
    if (pid === undefined || !isAlive(pid)) return undefined;
    if (url !== undefined) {
      const index = await ask(url);
      // The number of a killed process may have a new owner.
      if (index?.pid !== pid) return undefined;
      if (index.ready) return { url, pid, services: index.services };
    }
    if (Date.now() > deadline) {
      throw new Error(`The local cloud on ${dataDir} (process ${pid}) is not ready after ${READY_MS / 1000} s.`);
    }
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
  }
}

/** Resolves when the cloud no longer answers. Does not keep the process alive. */
export function untilGone({ url, pid }: RunningCloud): Promise<void> {
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      void ask(url).then((index) => {
        if (index?.pid === pid || (index === undefined && isAlive(pid))) return;
        clearInterval(timer);
        resolve();
      });
    }, WATCH_EVERY_MS);
    timer.unref();
  });
}

async function ask(url: string): Promise<Index | undefined> {
  try {
    const response = await fetch(`${url}/_cloud`, { signal: AbortSignal.timeout(ANSWER_MS) });
    return (await response.json()) as Index;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
