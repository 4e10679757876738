import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { localTokens } from './tokens.ts';

const CLIENT = fileURLToPath(new URL('python/client.py', import.meta.url));
const NAMES = ['python3', 'python'];
const TIMEOUT_MS = 300_000;

/** The command of Python 3; undefined when there is none. */
export function findPython(): string | undefined {
  return NAMES.find((name) => {
    const { status, stdout } = spawnSync(name, ['--version'], { encoding: 'utf8' });
    return status === 0 && stdout.startsWith('Python 3.');
  });
}

export interface ClientRun {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

/** Runs the Python client, without installed packages, with the generated files of a folder. */
export async function runClient(python: string, generated: string, url: string): Promise<ClientRun> {
  const given = await Promise.all((['operator', 'merchandiser'] as const).map((role) => localTokens(url).get(role)));
  const child = spawn(python, ['-S', '-E', '-B', CLIENT, generated, url], {
    timeout: TIMEOUT_MS,
    env: { ...process.env, DURE_TOKENS: JSON.stringify(given.filter((token) => token !== undefined)) },
  });
  let [output, errors] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output, errors }));
  });
}
