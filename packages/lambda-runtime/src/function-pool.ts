import type { InvokeResult } from './invoke-result.ts';
import type { FunctionConfig, FunctionFaults, FunctionOutput } from './function-config.ts';
import type { WatchIdleCpu } from './idle-cpu.ts';
import { type Invocation, startWorkerThread, type WorkerThread } from './worker-thread.ts';

interface Job {
  readonly event: string;
  readonly invocation: Invocation;
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
  invoke(event: string, invocation: Invocation): Promise<InvokeResult>;
  /** Starts a worker if there is none, so that the next invocation finds the module loaded. */
  warm(): Promise<void>;
  /** Ends idle workers now and busy ones after their invocation, so that the next one reloads the code. */
  recycle(): void;
  /** Works off what is waiting and under way; resolves when no worker is left. */
  retire(): Promise<void>;
  /** Ends workers that have been idle for too long. */
  reap(now: number): void;
  counts(): FunctionCounts;
  stop(): Promise<void>;
}

/** A second thread costs more than a short wait, so an invocation waits this long for a busy one first. */
const SPAWN_AFTER_MS = 100;
/** Where no core is idle a further thread would only take time from the others, and invocations wait this long. */
const SPAWN_AFTER_ALL_MS = 1_500;
const IDLE_SHARE = 0.2;
const KEEP_SPARE_MS = 15_000;
const KEEP_LAST_MS = 10 * 60_000;
/** Called once, as by a schedule, or not at all. What was compiled stays on disk: it starts fast when called. */
const KEEP_RARE_MS = 10_000;

export interface PoolOptions {
  readonly maxConcurrency: number;
  readonly watchIdleCpu: WatchIdleCpu;
  readonly faults?: FunctionFaults;
}

/** The execution environments of one function: at most `maxConcurrency`, further invocations wait in order. */
export function createFunctionPool(
  config: FunctionConfig,
  output: FunctionOutput,
  { maxConcurrency: configured, watchIdleCpu, faults }: PoolOptions,
): FunctionPool {
  const maxConcurrency = config.inspected ? 1 : configured;
  const threads = new Set<WorkerThread>();
  const idle: WorkerThread[] = [];
  const waiting: Job[] = [];
  let running = 0;
  const ended = { invocations: 0, busyMilliseconds: 0, waitedMilliseconds: 0 };
  let starting = false;
  let stopped = false;
  let onRetired: (() => void) | undefined;
  let spawnTimer: NodeJS.Timeout | undefined;

  /** Starts a thread, which takes the first that waits then: another thread may have become free before. */
  async function grow(): Promise<void> {
    const thread = startWorkerThread(config, output, faults);
    threads.add(thread);
    starting = true;
    await thread.ready;
    starting = false;
    const job = thread.stale ? undefined : waiting.shift();
    if (job === undefined) release(thread);
    else void run(thread, job);
    pump();
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
    if (threads.size + waiting.length === 0) onRetired?.();
  }

  function pump(): void {
    while (waiting.length > 0) {
      const thread = takeIdle();
      if (thread === undefined) break;
      void run(thread, waiting.shift()!);
    }
    if (waiting.length === 0 || starting || threads.size >= maxConcurrency) return;
    if (threads.size === 0) return void grow();
    if (spawnTimer !== undefined) return;
    const idleCores = watchIdleCpu();
    spawnTimer = setTimeout(() => {
      spawnTimer = undefined;
      if (isDue(idleCores())) void grow();
      else pump();
    }, SPAWN_AFTER_MS);
  }

  function isDue(idleShare: number): boolean {
    const first = waiting[0];
    if (first === undefined || starting || threads.size >= maxConcurrency) return false;
    const waited = performance.now() - first.since;
    return waited >= (idleShare >= IDLE_SHARE ? SPAWN_AFTER_MS : SPAWN_AFTER_ALL_MS);
  }

  async function run(thread: WorkerThread, job: Job): Promise<void> {
    running += 1;
    thread.uses += 1;
    const startedAt = performance.now();
    const result = await thread.invoke(job.event, job.invocation);
    ended.invocations += 1;
    ended.busyMilliseconds += performance.now() - startedAt;
    ended.waitedMilliseconds += startedAt - job.since;
    running -= 1;
    release(thread);
    job.resolve(result);
    pump();
  }

  function release(thread: WorkerThread): void {
    if (thread.dead || thread.stale || stopped || onRetired !== undefined) return discard(thread);
    thread.idleSince = Date.now();
    idle.push(thread);
  }

  function recycle(): void {
    for (const thread of threads) thread.stale = true;
    for (const thread of idle.splice(0)) discard(thread);
  }

  function reap(now: number): void {
    while (idle[0] !== undefined) {
      const alone = idle[0].uses > 1 ? KEEP_LAST_MS : KEEP_RARE_MS;
      const keep = idle.length > 1 || threads.size > idle.length ? KEEP_SPARE_MS : alone;
      if (!idle[0].dead && now - idle[0].idleSince < keep) return;
      discard(idle.shift()!);
    }
  }

  return {
    config,
    invoke(event, invocation) {
      if (stopped) return Promise.reject(new Error(`${config.name} is shutting down.`));
      return new Promise((resolve, reject) => {
        waiting.push({ event, invocation, since: performance.now(), resolve, reject });
        pump();
      });
    },
    async warm() {
      if (threads.size > 0 || stopped) return;
      await grow();
    },
    recycle,
    retire() {
      const done = new Promise<void>((resolve) => (onRetired = resolve));
      recycle();
      if (threads.size + waiting.length === 0) onRetired?.();
      return done;
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
