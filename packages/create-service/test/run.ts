import { spawn } from 'node:child_process';

export interface Ran {
  readonly code: number | null;
  readonly output: string;
}

const TIMEOUT_MS = 600_000;

/** Runs Node.js in a folder, as a person's shell would: it gets nothing of this Jest run, nor of the npx that started it. */
export function node(cwd: string, ...args: string[]): Promise<Ran> {
  const { NODE_OPTIONS: _, JEST_WORKER_ID: __, DURE_TEST_DYNAMODB_ENDPOINT: ___, ...inherited } = process.env;
  const env = Object.fromEntries(Object.entries(inherited).filter(([name]) => !name.startsWith('npm_config_')));
  const child = spawn(process.execPath, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], timeout: TIMEOUT_MS });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
  });
}
