import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { ENVIRONMENT } from '../../../scripts/lib/local-cloud-node.mjs';

const require = createRequire(import.meta.url);
/** The repository's own CLI, not another version in the PATH. */
const CLI = join(dirname(require.resolve('serverless/package.json')), 'bin', 'serverless.js');

/**
 * The CLI's polling interval for a stack's state; its default is 5000. AWS allows two requests per second for four
 * stacks.
 */
const ASK_MS = { aws: '2000', endpoint: '500' };

/** From the request to end until the process is killed. */
const END_MS = 10_000;

export interface Result {
  readonly code: number | null;
  /** Standard output and error, in order. */
  readonly output: string;
  /** Whether the signal ended it. */
  readonly stopped: boolean;
}

interface Invocation {
  /** The service's. */
  readonly folder: string;
  /** `['deploy', '--stage', 'dev']` */
  readonly args: readonly string[];
  readonly signal: AbortSignal;
  readonly env?: NodeJS.ProcessEnv;
  /** Each line of its output. */
  onLine?(line: string): void;
}

/**
 * Runs the Serverless CLI in a service's folder, as a person would. It is outside the terminal's process group, so it
 * receives a Ctrl-C once, through the signal.
 */
export function serverless({ folder, args, signal, env = process.env, onLine }: Invocation): Promise<Result> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return resolve({ code: null, output: '', stopped: true });
    const child = spawn(process.execPath, [CLI, ...args], {
      cwd: folder,
      env: {
        NODE_COMPILE_CACHE: ENVIRONMENT.NODE_COMPILE_CACHE,
        SLS_AWS_MONITORING_FREQUENCY: ASK_MS[env['AWS_ENDPOINT_URL'] ? 'endpoint' : 'aws'],
        ...env,
        NO_COLOR: '1',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
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
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', read);
    let force: NodeJS.Timeout | undefined;
    const end = () => {
      child.kill('SIGINT');
      force = setTimeout(() => child.kill('SIGKILL'), END_MS);
    };
    signal.addEventListener('abort', end, { once: true });
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
      resolve({ code, output, stopped: signal.aborted && code !== 0 });
    });
  });
}
