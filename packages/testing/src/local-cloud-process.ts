import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/**
 * `npm-start` is what a person runs; `cli` is the process behind it, which also ends when this one vanishes;
 * `short-minutes` is that with alarms in a hurry.
 */
const ENTRIES = {
  cli: [join(ROOT, 'packages', 'local-cloud', 'src', 'cli', 'start.ts')],
  'npm-start': [join(ROOT, 'scripts', 'start.mjs')],
  'short-minutes': [join(ROOT, 'packages', 'testing', 'src', 'short-minutes.ts')],
};

/** As scripts/start.mjs sets it. */
const ENVIRONMENT = { MALLOC_ARENA_MAX: '2', NODE_COMPILE_CACHE: join(ROOT, '.local', 'compile-cache') };

const START_MS = 120_000;
const STOP_MS = 20_000;
const KEPT_OUTPUT = 4_000;

interface Starting {
  /** Kept at the end; without one, a temporary folder is used and removed. */
  readonly dataDir?: string;
  readonly entry?: keyof typeof ENTRIES;
  /** Names of the services to run; all, unless told. */
  readonly only?: readonly string[];
  /** The workspace to run; this one, unless told. */
  readonly root?: string;
}

/** A local cloud of a test's own, as a process. */
export interface LocalCloudProcess {
  readonly url: string;
  /** Of the services of AWS, by name: `{ SQS: 'http://127.0.0.1:40123', … }`. */
  readonly endpoints: Readonly<Record<string, string>>;
  /** Milliseconds from the start of the process until it said that it was ready. */
  readonly readyAfter: number;
  /** Of the process that was started; what it started is below it. */
  readonly pid: number;
  /** Ends it as Ctrl-C does, and waits for that. */
  stop(): Promise<void>;
  /** Ends it with SIGKILL, and waits until the process is gone. */
  kill(): Promise<void>;
}

interface Ready {
  readonly url: string;
  readonly endpoints: Readonly<Record<string, string>>;
  /** Of the local cloud itself. */
  readonly pid: number;
}

/**
 * Starts a local cloud on a free port.
 * @throws Error with the last of its output when it ends before it is ready, or does not get there in two minutes
 */
export async function startLocalCloud({
  dataDir,
  entry = 'cli',
  only,
  root = ROOT,
}: Starting = {}): Promise<LocalCloudProcess> {
  const folder = dataDir ?? (await mkdtemp(join(tmpdir(), 'dure-e2e-')));
  const startedAt = performance.now();
  const options = ['--port', '0', '--data', folder, '--json', '--no-watch', ...(only ? ['--only', only.join()] : [])];
  const child = spawn(process.execPath, [...ENTRIES[entry], ...options], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...process.env, ...ENVIRONMENT },
  });
  const exited = once(child, 'exit');
  const ready = await untilReady(child);
  const end = async (how: () => void) => {
    if (child.exitCode === null && child.signalCode === null) how();
    await Promise.race([exited, deadline(STOP_MS, `The local cloud did not end within ${STOP_MS} ms.`)]);
    if (dataDir === undefined) await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  };
  return {
    url: ready.url,
    endpoints: ready.endpoints,
    readyAfter: Math.round(performance.now() - startedAt),
    pid: child.pid ?? ready.pid,
    stop: () => end(() => child.kill('SIGTERM')),
    kill: () => end(() => process.kill(ready.pid, 'SIGKILL')),
  };
}

async function untilReady(child: ChildProcess): Promise<Ready> {
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new Error('The local cloud has no output.');
  let output = '';
  stderr.on('data', (chunk: Buffer) => (output = (output + chunk.toString()).slice(-KEPT_OUTPUT)));
  const line = new Promise<string>((resolve) => createInterface({ input: stdout }).once('line', resolve));
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`The local cloud ended with ${code} before it was ready:\n${output}`);
  });
  try {
    return JSON.parse(
      await Promise.race([line, ended, deadline(START_MS, 'The local cloud is not ready yet.')]),
    ) as Ready;
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
}

/** Rejects after a time, without keeping the process alive until then. */
function deadline(milliseconds: number, message: string): Promise<never> {
  return new Promise((_, reject) => {
    setTimeout(() => reject(new Error(message)), milliseconds).unref();
  });
}
