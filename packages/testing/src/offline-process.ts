import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '@dure/local-cloud/shared/free-port';
import { eventually } from './eventually.ts';
import { pidsOfTree } from './process-memory.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const CLI = join(dirname(createRequire(import.meta.url).resolve('serverless/package.json')), 'bin', 'serverless.js');
/** Bundling three services at the same time is slow on a machine with two cores. */
const START_MS = 180_000;
const CLOUD = /(http:\/\/localhost:\d+)\/_cloud/;

interface Starting {
  readonly service: string;
  /** The data folder of `npm start`: a running local cloud is joined, and own data is stored below it. */
  readonly dataDir: string;
  readonly root?: string;
  /** For example `['offline', 'start']`. */
  readonly command?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** The Node.js to run; by default that of this process. */
  readonly node?: string;
}

/** `npx sls offline` in a service's folder, as a process. */
export interface OfflineProcess {
  /** URL of the API: `http://localhost:3000/dev`. */
  readonly url: string;
  /** URL of the local cloud behind it. */
  readonly cloud: string;
  readonly pid: number;
  /** Its whole output. */
  output(): string;
  /** The process and all its descendants. */
  pids(): Promise<number[]>;
  /** Resolves with its exit code. */
  readonly exited: Promise<number | null>;
  /** Interrupts it like Ctrl-C. */
  interrupt(): Promise<number | null>;
}

/**
 * Starts the real `serverless offline` on free ports and waits until it answers.
 * @throws Error with its output when it exits before that
 */
export async function startOffline(starting: Starting): Promise<OfflineProcess> {
  const [httpPort, lambdaPort] = [await freePort(), await freePort()];
  const { child, output, exited } = runServerless(starting, httpPort, lambdaPort);
  const url = `http://localhost:${httpPort}/dev`;
  const running = { ended: false };
  void exited.then(() => (running.ended = true));
  try {
    await eventually(
      `sls offline of ${starting.service} is ready`,
      () => Promise.resolve(running.ended || output().includes('Next:') || undefined),
      { within: START_MS },
    );
    if (running.ended) throw new Error('it ended');
  } catch (error) {
    child.kill('SIGKILL');
    throw new Error(`sls offline of ${starting.service} did not start:\n${output()}`, { cause: error });
  }
  return {
    url,
    cloud: CLOUD.exec(output())?.[1] ?? '',
    pid: child.pid!,
    output,
    pids: () => pidsOfTree(child.pid!),
    exited,
    interrupt() {
      child.kill('SIGINT');
      return exited;
    },
  };
}

/** Runs it when it is expected to exit by itself; returns its output. */
export async function offlineEnds(starting: Starting, httpPort: number, lambdaPort: number) {
  const { output, exited } = runServerless(starting, httpPort, lambdaPort);
  return { code: await exited, output: output() };
}

/** Interrupts it as soon as it has started its local cloud; returns all processes that existed. */
export async function interruptedStart(starting: Starting): Promise<number[]> {
  const { child, exited } = runServerless(starting, await freePort(), await freePort());
  const lock = join(starting.dataDir, 'offline', starting.service, 'instance.json');
  await eventually('A local cloud starts', () => Promise.resolve(existsSync(lock) || undefined), { within: START_MS });
  const pids = await pidsOfTree(child.pid!);
  child.kill('SIGINT');
  await exited;
  return pids;
}

function runServerless(starting: Starting, httpPort: number, lambdaPort: number) {
  const { service, dataDir, root = ROOT, command = ['offline'], env = {}, node = process.execPath } = starting;
  const { NODE_OPTIONS: _options, ...inherited } = process.env;
  const options = ['--httpPort', String(httpPort), '--lambdaPort', String(lambdaPort)];
  const child = spawn(node, [CLI, ...command, ...options], {
    cwd: join(root, 'services', service),
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...inherited, DURE_DATA: dataDir, NO_COLOR: '1', ...env },
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  }
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  return { child, exited, output: () => text };
}
