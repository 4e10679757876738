import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Cloud, connect } from '@dure/testing/cloud';
import { eventually } from '@dure/testing/eventually';
import { ENVIRONMENT } from '../../../../scripts/lib/local-cloud-node.mjs';
import { ROOT } from './machine.ts';

const START = [join(ROOT, 'scripts', 'run.mjs'), 'start'];
const CLI = join(ROOT, 'packages', 'local-cloud', 'src', 'cli', 'start.ts');

const START_MS = 120_000;
const STOP_MS = 30_000;
const IDLE_MS = 300_000;

interface Starting {
  /** Kept at the end; without one, a temporary folder is used and removed. */
  readonly dataDir?: string;
  /** Node options for the local cloud, without the script of `npm start`. */
  readonly nodeOptions?: readonly string[];
}

/** The benchmark's own local cloud, with its metrics. */
export interface System {
  readonly cloud: Cloud;
  readonly dataDir: string;
  /** Of the local cloud itself. */
  readonly pid: number;
  readonly endpoints: Readonly<Record<string, string>>;
  /** Milliseconds by phase of its start. */
  readonly timings: Readonly<Record<string, number>>;
  /** Milliseconds from the start of the process until it was ready. */
  readonly readyAfter: number;
  /** Waits until nothing is queued or in flight. */
  idle(): Promise<void>;
  stop(): Promise<void>;
}

interface Ready {
  readonly url: string;
  readonly pid: number;
  readonly services: readonly { readonly name: string; readonly state: string; readonly reason?: string }[];
  readonly endpoints: Record<string, string>;
  readonly timings: Record<string, number>;
}

const running = new Set<System>();

export async function stopAll(): Promise<void> {
  await Promise.all([...running].map((system) => system.stop()));
}

/**
 * Starts the system on a free port.
 * @throws Error with the end of its output if it does not become ready or a service does not run
 */
export async function startSystem({ dataDir, nodeOptions }: Starting = {}): Promise<System> {
  const folder = dataDir ?? (await mkdtemp(join(tmpdir(), 'dure-bench-')));
  const startedAt = performance.now();
  const entry = nodeOptions === undefined ? START : [...nodeOptions, CLI];
  const child = spawn(process.execPath, [...entry, '--port', '0', '--data', folder, '--json', '--no-watch'], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...process.env, ...ENVIRONMENT },
  });
  const { url, pid, services, endpoints, timings } = await untilReady(child);
  const cloud = connect(url);
  const system: System = {
    ...{ cloud, dataDir: folder, pid, endpoints, timings, readyAfter: performance.now() - startedAt },
    async idle() {
      await eventually('Nothing is under way', () => isIdle(cloud), { within: IDLE_MS });
    },
    async stop() {
      if (!running.delete(system)) return;
      const exited = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined;
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
      await exited;
      clearTimeout(late);
      if (dataDir === undefined) await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    },
  };
  running.add(system);
  const broken = services.find(({ state }) => state !== 'running');
  if (broken !== undefined) throw new Error(`${broken.name} does not run: ${broken.reason ?? broken.state}`);
  return system;
}

/** Twice in a row, because between two hops nothing is visible for a moment. */
async function isIdle(cloud: Cloud): Promise<true | undefined> {
  for (let looks = 0; looks < 2; looks += 1) {
    const { idle } = (await cloud.view('idle')) as { idle: boolean };
    if (!idle) return undefined;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return true;
}

async function untilReady(child: ChildProcess): Promise<Ready> {
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new Error('The local cloud has no output.');
  let output = '';
  stderr.on('data', (chunk: Buffer) => (output = (output + chunk.toString()).slice(-4000)));
  const late = setTimeout(() => child.kill('SIGKILL'), START_MS);
  const line = new Promise<string>((resolve) => createInterface({ input: stdout }).once('line', resolve));
  const ended = once(child, 'exit').then(([code, signal]) => {
    throw new Error(`The local cloud ended with ${code ?? signal} before it was ready:\n${output}`);
  });
  const ready = await Promise.race([line, ended]);
  clearTimeout(late);
  ended.catch(() => undefined);
  return JSON.parse(ready) as Ready;
}
