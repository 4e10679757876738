import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { applyPlan } from './apply.ts';
import { namesFor } from './names.ts';
import { parseOptions } from './options.mjs';
import { planService } from './plan.ts';
import { Refusal } from './refusal.ts';
import { report } from './report.ts';

const UPDATE_LOCK = [
  'install',
  '--package-lock-only',
  '--ignore-scripts',
  '--prefer-offline',
  '--no-audit',
  '--no-fund',
];

async function main(): Promise<void> {
  const { name, aggregate } = parseOptions(process.argv.slice(2));
  const root = process.cwd();
  const ending = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => ending.abort());
  const plan = await planService(root, namesFor(name, aggregate));
  const generated = await applyPlan(root, plan, {
    generateContracts: () =>
      run(process.execPath, [join('packages', 'contracts', 'generate', 'cli.ts')], ending.signal),
    updateLock: () => run(...npm(UPDATE_LOCK), ending.signal),
  });
  process.stdout.write(report(plan, generated));
}

/** The npm that started this, if one did: Node.js can run it without a shell, on Windows too. */
function npm(args: readonly string[]): [command: string, args: readonly string[]] {
  const own = process.env['npm_execpath'];
  return own?.endsWith('npm-cli.js') ? [process.execPath, [own, ...args]] : ['npm', args];
}

/** Runs a command quietly. Rejects with what it said when it fails, or when `signal` ends it. */
async function run(command: string, args: readonly string[], signal: AbortSignal): Promise<void> {
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

main().catch((error: unknown) => {
  const message = error instanceof Error ? error.message : String(error);
  const undone = error instanceof Refusal ? '' : 'Everything is as it was before.\n';
  process.stderr.write(`${message.trimEnd()}\n${undone}`);
  process.exitCode = 1;
});
