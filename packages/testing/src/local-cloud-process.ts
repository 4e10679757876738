import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type Leak, leaksInEvents, leaksInLogs } from './leaks.ts';
import { ENVIRONMENT } from '../../../scripts/lib/local-cloud-node.mjs';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/**
 * `npm-start` is what a person runs; `cli` is the process behind it, which also ends when this one disappears;
 * `short-minutes` is `cli` with faster alarms.
 */
const ENTRIES = {
  cli: [join(ROOT, 'packages', 'local-cloud', 'src', 'cli', 'start.ts')],
  'npm-start': [join(ROOT, 'scripts', 'run.mjs'), 'start'],
  'short-minutes': [join(ROOT, 'packages', 'testing', 'src', 'short-minutes.ts')],
};

const START_MS = 240_000;
const STOP_MS = 60_000;
const KEPT_OUTPUT = 4_000;
const SHOWN_LEAKS = 10;

interface Starting {
  /** Kept at the end; by default a temporary folder is used and removed. */
  readonly dataDir?: string;
  readonly entry?: keyof typeof ENTRIES;
  /** The services to run; all by default. */
  readonly only?: readonly string[];
  /** The services to mock. */
  readonly mock?: readonly string[];
  /** The workspace to run; by default this one. */
  readonly root?: string;
}

/** A local cloud for one test, as a process. */
export interface LocalCloudProcess {
  readonly url: string;
  /** Endpoints of AWS services by name: `{ SQS: 'http://127.0.0.1:40123', … }`. */
  readonly endpoints: Readonly<Record<string, string>>;
  /** Milliseconds from the start of the process until it was ready. */
  readonly readyAfter: number;
  /** Of the process that was started; its children are below it. */
  readonly pid: number;
  readonly dataDir: string;
  /**
   * Stops it like Ctrl-C, and waits for it.
   * @throws Error if it, or a function, has logged a secret or data of a person, or put a secret on the bus
   */
  stop(): Promise<void>;
  /** Kills it with SIGKILL, and waits until the process is gone. */
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
 * @throws Error with the end of its output when it exits before it is ready, or is not ready within four minutes
 */
export async function startLocalCloud({
  dataDir,
  entry = 'cli',
  only,
  mock,
  root = ROOT,
}: Starting = {}): Promise<LocalCloudProcess> {
  const folder = dataDir ?? (await mkdtemp(join(tmpdir(), 'dure-e2e-')));
  if (root === ROOT && entry !== 'npm-start') bringBundles(folder);
  const startedAt = performance.now();
  const options = [
    '--port',
    '0',
    '--data',
    folder,
    '--json',
    '--no-watch',
    ...(only ? ['--services', only.join()] : []),
    ...(mock ? ['--mock', mock.join()] : []),
  ];
  const child = spawn(process.execPath, [...ENTRIES[entry], ...options], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...process.env, ...ENVIRONMENT },
  });
  const exited = once(child, 'exit');
  const ready = await untilReady(child);
  const end = async (how: () => void, searched = false) => {
    if (child.exitCode === null && child.signalCode === null) how();
    await Promise.race([exited, deadline(STOP_MS, `The local cloud did not end within ${STOP_MS} ms.`)]);
    const [logged, told] = searched ? [leaksInLogs(folder), leaksInEvents(folder)] : [[], []];
    if (dataDir === undefined) await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    refuse('log', logged);
    refuse('put on the bus', told);
  };
  return {
    url: ready.url,
    endpoints: ready.endpoints,
    readyAfter: Math.round(performance.now() - startedAt),
    pid: child.pid ?? ready.pid,
    dataDir: folder,
    stop: () => end(() => child.kill('SIGTERM'), root === ROOT),
    kill: () => end(() => process.kill(ready.pid, 'SIGKILL')),
  };
}

/**
 * Copies the bundles of the cloud that `DURE_TEST_BUNDLES` names, which saves each start 3 s of CPU time. What was
 * changed since is bundled anew. `npm-start` goes without: it shows that all is made from nothing.
 */
function bringBundles(dataDir: string): void {
  const [from, to] = [process.env['DURE_TEST_BUNDLES'], join(dataDir, 'build')];
  if (from === undefined || existsSync(to) || !existsSync(from)) return;
  cpSync(from, to, { recursive: true, filter: (path) => basename(path) !== 'node_modules' });
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

function refuse(what: string, leaks: readonly Leak[]): void {
  if (leaks.length === 0) return;
  throw new Error(`Nobody may ${what} this: ${JSON.stringify(leaks.slice(0, SHOWN_LEAKS), null, 2)}`);
}

/** Rejects after a time, without keeping the process alive until then. */
function deadline(milliseconds: number, message: string): Promise<never> {
  return new Promise((_, reject) => {
    setTimeout(() => reject(new Error(message)), milliseconds).unref();
  });
}
