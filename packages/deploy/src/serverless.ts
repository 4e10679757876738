import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { GO, PACKAGED, WAITS_FOR_TURN } from '@dure/serverless-plugin/turn';
import { CACHES } from '../../../scripts/lib/local-cloud-node.mjs';

const require = createRequire(import.meta.url);
/** The repository's own CLI, not another version in the PATH. */
const CLI = join(dirname(require.resolve('serverless/package.json')), 'bin', 'serverless.js');

/**
 * The CLI's polling interval for a stack's state; its default is 5000. AWS allows two requests per second for four
 * stacks.
 */
const ASK_MS = { aws: '2000', endpoint: '100' };

/** From the request to end until the process is killed. */
const END_MS = 10_000;

export interface Result {
  readonly code: number | null;
  /** Standard output and error, in order. */
  readonly output: string;
  /** Whether it was ended by the signal, or because its turn never comes. */
  readonly stopped: boolean;
}

interface Invocation {
  /** The service's. */
  readonly folder: string;
  /** `['deploy', '--stage', 'dev']` */
  readonly args: readonly string[];
  readonly signal: AbortSignal;
  readonly env?: NodeJS.ProcessEnv;
  /** Called when the service is packaged. The CLI deploys it if this resolves to true, and is ended if not. */
  turn?(): Promise<boolean>;
  /** Each line of its output. */
  onLine?(line: string): void;
}

/**
 * Runs the Serverless CLI in a service's folder, as a person would. It is outside the terminal's process group, so it
 * receives a Ctrl-C once, through the signal.
 */
export function serverless({ folder, args, signal, env = process.env, turn, onLine }: Invocation): Promise<Result> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return resolve({ code: null, output: '', stopped: true });
    const child = spawn(process.execPath, [CLI, ...args], {
      cwd: folder,
      env: {
        ...CACHES,
        SLS_AWS_MONITORING_FREQUENCY: ASK_MS[env['AWS_ENDPOINT_URL'] ? 'endpoint' : 'aws'],
        ...env,
        NO_COLOR: '1',
        ...(turn !== undefined && { [WAITS_FOR_TURN]: '1' }),
      },
      stdio: ['ignore', 'pipe', 'pipe', ...(turn === undefined ? [] : ['ipc' as const])],
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
    let output = '';
    let rest = '';
    const read = (text: string) => {
      output += text;
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) if (line.trim() !== '') onLine?.(line.trim());
    };
    for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', read);
    let force: NodeJS.Timeout | undefined;
    let denied = false;
    const end = () => {
      if (force !== undefined) return;
      child.kill('SIGINT');
      force = setTimeout(() => child.kill('SIGKILL'), END_MS);
    };
    signal.addEventListener('abort', end, { once: true });
    child.on('message', (message) => {
      if (message !== PACKAGED) return;
      void turn?.().then((mayGo) => {
        if (mayGo) return child.send(GO);
        denied = true;
        return end();
      });
    });
    const settled = () => {
      clearTimeout(force);
      signal.removeEventListener('abort', end);
    };
    child.once('error', (error) => {
      settled();
      reject(error);
    });
    child.once('close', (code) => {
      settled();
      resolve({ code, output, stopped: (signal.aborted || denied) && code !== 0 });
    });
  });
}
