import type { InvokeResult } from '../ports.ts';
import type { FunctionConfig, FunctionFaults, FunctionOutput } from './function-config.ts';
import { startWorkerThread, type WorkerThread } from './worker-thread.ts';

interface Job {
  readonly event: string;
  readonly since: number;
  readonly resolve: (result: InvokeResult) => void;
  readonly reject: (error: Error) => void;
}

export interface FunctionCounts {
  readonly workers: number;
  readonly running: number;
  readonly waiting: number;
  /** Invocations that have ended. */
  readonly invocations: number;
  /** How long all of them took together, and how long they waited for a thread before. */
  readonly busyMilliseconds: number;
  readonly waitedMilliseconds: number;
}

export interface FunctionPool {
  readonly config: FunctionConfig;
  invoke(event: string): Promise<InvokeResult>;
  /** Starts a worker if there is none, so that the next invocation finds the module loaded. */
  warm(): Promise<void>;
  /** Ends idle workers now and busy ones after their invocation, so that the next one loads the code anew. */
  recycle(): void;
  /** Ends workers that have been idle for too long. */
  reap(now: number): void;
  counts(): FunctionCounts;
  stop(): Promise<void>;
}

/** A second thread costs more than a short wait, so an invocation waits this long for a busy one first. */
const SPAWN_AFTER_MS = 100;
const KEEP_SPARE_MS = 15_000;
const KEEP_LAST_MS = 60 * 60_000;

/** The execution environments of one function: at most `maxConcurrency`, further invocations wait in order. */
export function createFunctionPool(
  config: FunctionConfig,
  output: FunctionOutput,
  maxConcurrency: number,
  faults?: FunctionFaults,
): FunctionPool {
  const threads = new Set<WorkerThread>();
  const idle: WorkerThread[] = [];
  const waiting: Job[] = [];
  let running = 0;
  const ended = { invocations: 0, busyMilliseconds: 0, waitedMilliseconds: 0 };
  let warming = false;
  let stopped = false;
  let spawnTimer: NodeJS.Timeout | undefined;

  function spawn(): WorkerThread {
    const thread = startWorkerThread(config, output, faults);
    threads.add(thread);
    return thread;
  }

  function takeIdle(): WorkerThread | undefined {
    for (let thread = idle.pop(); thread !== undefined; thread = idle.pop()) {
      if (!thread.dead && !thread.stale) return thread;
      discard(thread);
    }
    return undefined;
  }

  function discard(thread: WorkerThread): void {
    threads.delete(thread);
    void thread.terminate();
  }

  function pump(): void {
    for (let job = waiting[0]; job !== undefined; job = waiting[0]) {
      const thread = takeIdle() ?? (maySpawn(job) ? spawn() : undefined);
      if (thread === undefined) break;
      waiting.shift();
      void run(thread, job);
    }
    if (waiting.length === 0 || threads.size >= maxConcurrency) return;
    spawnTimer ??= setTimeout(() => {
      spawnTimer = undefined;
      pump();
    }, SPAWN_AFTER_MS);
  }

  function maySpawn(job: Job): boolean {
    if (warming || threads.size >= maxConcurrency) return false;
    return threads.size === 0 || performance.now() - job.since >= SPAWN_AFTER_MS;
  }

  async function run(thread: WorkerThread, job: Job): Promise<void> {
    running += 1;
    const startedAt = performance.now();
    const result = await thread.invoke(job.event);
    ended.invocations += 1;
    ended.busyMilliseconds += performance.now() - startedAt;
    ended.waitedMilliseconds += startedAt - job.since;
    running -= 1;
    release(thread);
    job.resolve(result);
    pump();
  }

  function release(thread: WorkerThread): void {
    if (thread.dead || thread.stale || stopped) return discard(thread);
    thread.idleSince = Date.now();
    idle.push(thread);
  }

  function reap(now: number): void {
    while (idle[0] !== undefined) {
      const keep = idle.length > 1 || threads.size > idle.length ? KEEP_SPARE_MS : KEEP_LAST_MS;
      if (!idle[0].dead && now - idle[0].idleSince < keep) return;
      discard(idle.shift()!);
    }
  }

  return {
    config,
    invoke(event) {
      if (stopped) return Promise.reject(new Error(`${config.name} is shutting down.`));
      return new Promise((resolve, reject) => {
        waiting.push({ event, since: performance.now(), resolve, reject });
        pump();
      });
    },
    async warm() {
      if (threads.size > 0 || stopped) return;
      warming = true;
      const thread = spawn();
      await thread.ready;
      warming = false;
      release(thread);
      pump();
    },
    recycle() {
      for (const thread of threads) thread.stale = true;
      for (const thread of idle.splice(0)) discard(thread);
    },
    reap,
    counts: () => ({ workers: threads.size, running, waiting: waiting.length, ...ended }),
    async stop() {
      stopped = true;
      clearTimeout(spawnTimer);
      for (const job of waiting.splice(0)) job.reject(new Error(`${config.name} is shutting down.`));
      await Promise.all([...threads].map((thread) => thread.terminate()));
    },
  };
}
