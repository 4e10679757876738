import { spawn } from 'node:child_process';
import { join } from 'node:path';

const UPDATE_LOCK = [
  'install',
  '--package-lock-only',
  '--ignore-scripts',
  '--prefer-offline',
  '--no-audit',
  '--no-fund',
];

/** Regenerates packages/contracts/generated. */
export const generateContracts = (signal: AbortSignal): Promise<void> =>
  runQuietly(process.execPath, [join('packages', 'contracts', 'generate', 'cli.ts'), '--no-diff'], signal);

/** Updates package-lock.json to the current workspaces. */
export const updateLock = (signal: AbortSignal): Promise<void> => runQuietly(...npm(UPDATE_LOCK), signal);

/** The npm that started this, if one did: Node.js can run it without a shell, on Windows too. */
function npm(args: readonly string[]): [command: string, args: readonly string[]] {
  const own = process.env['npm_execpath'];
  return own?.endsWith('npm-cli.js') ? [process.execPath, [own, ...args]] : ['npm', args];
}

/** Runs a command quietly. Rejects with what it said when it fails, or when `signal` ends it. */
export async function runQuietly(command: string, args: readonly string[], signal: AbortSignal): Promise<void> {
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
    shell: process.platform === 'win32' && command === 'npm',
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  const code = await new Promise((resolve, reject) => {
    // One that is being ended may still write: what it leaves is undone after it has gone.
    child.once('error', (error) => void (child.pid === undefined && reject(error)));
    child.once('close', resolve);
  });
  if (signal.aborted) throw new Error('Ended before it was done.');
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${output.trim()}`);
}
