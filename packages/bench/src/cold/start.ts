import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const START = fileURLToPath(new URL('start.mjs', import.meta.url));
const TIMEOUT_MS = 30_000;
/** Without it, Windows has neither sockets nor random numbers. */
const NEEDED = { SystemRoot: process.env['SystemRoot'] };

/** The bundle to start, its first event, and its whole environment. */
export interface Start {
  readonly file: string;
  readonly eventFile: string;
  readonly environment: Readonly<Record<string, string>>;
  /** A file with V8's code cache; the start creates a missing one. */
  readonly cacheFile?: string;
}

/** The times of one start, in milliseconds. */
export interface Started {
  /** From the start of the process to the response. */
  readonly processMs: number;
  readonly importMs: number;
  /** Import and first invocation. */
  readonly firstMs: number;
  /** CPU time of import and first invocation, of all threads. */
  readonly cpuMs: number;
  readonly answer: Readonly<Record<string, unknown>> | undefined;
  /** Whether V8 refused the code cache. */
  readonly rejected: boolean;
}

/** Starts a process, loads the bundle and invokes it once. Errors during loading are thrown. */
export async function startOnce({ file, eventFile, environment, cacheFile }: Start): Promise<Started> {
  const parameters = [START, file, eventFile, ...(cacheFile === undefined ? [] : [cacheFile])];
  const { stdout } = await run(process.execPath, parameters, {
    env: { ...NEEDED, ...environment },
    timeout: TIMEOUT_MS,
  });
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as Started;
}
