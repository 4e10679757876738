import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const PACKAGE = join(import.meta.dirname, '..', '..');
const CLI = join(PACKAGE, 'src', 'cli', 'start.ts');
const START_DEADLINE_MS = 180_000;

export interface Ready {
  readonly url: string;
  readonly pid: number;
  readonly services: { readonly name: string; readonly state: string; readonly reason?: string }[];
  readonly endpoints: Record<string, string>;
  readonly sandboxes: Record<string, string>;
}

/** The local cloud in a process of its own, as `npm start` runs it. */
export interface RunningCloud extends Ready {
  /** What it wrote to standard error. */
  errors(): string;
  /** Ends it in the way given and resolves to its exit code. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

/** A copy of a fixture workspace that a test may write to. */
export function copyWorkspace(name = 'workspace'): { root: string; remove(): void } {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'dure-workspace-')));
  cpSync(join(PACKAGE, 'test', 'fixtures', name), root, { recursive: true });
  symlinkSync(join(PACKAGE, '..', '..', 'node_modules'), join(root, 'node_modules'), 'junction');
  return { root, remove: () => rmSync(root, { recursive: true, force: true, maxRetries: 5 }) };
}

/** Starts the local cloud and waits until it is ready. Rejects with what it said when it ends before. */
export async function startCloud(root: string, ...options: string[]): Promise<RunningCloud> {
  const child = spawn(process.execPath, [CLI, '--json', '--port', '0', ...options], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const ready = await firstLine(child, ended, () => errors);
  return {
    ...ready,
    errors: () => errors,
    async end(signal) {
      child.kill(signal);
      return ended;
    },
  };
}

async function firstLine(child: ChildProcess, ended: Promise<unknown>, errors: () => string): Promise<Ready> {
  const deadline = setTimeout(() => child.kill('SIGKILL'), START_DEADLINE_MS);
  try {
    return await new Promise<Ready>((resolve, reject) => {
      createInterface({ input: child.stdout! }).once('line', (line) => resolve(JSON.parse(line) as Ready));
      void ended.then(() => reject(new Error(errors())));
    });
  } finally {
    clearTimeout(deadline);
  }
}

/** Asks again until the answer satisfies, for a minute at most; then the last answer is in the error. */
export async function eventually<T>(ask: () => Promise<T>, satisfies: (answer: T) => boolean): Promise<T> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const answer = await ask();
    if (satisfies(answer)) return answer;
    if (Date.now() > deadline) throw new Error(`Not within a minute; last: ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

export async function getJson<T>(url: string): Promise<T> {
  const response = await fetch(url, { signal: AbortSignal.timeout(60_000) });
  return (await response.json()) as T;
}
