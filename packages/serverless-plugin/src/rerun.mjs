/** Runs this process's command anew, on a Node.js that is new enough. Plain JavaScript, as Node 20 reads it. */
import { spawn } from 'node:child_process';
import { environmentFor, findNode24 } from '../../../scripts/lib/node24.mjs';

/**
 * Ends this process with the exit code of the other. Signals are passed on, and if this process vanishes, the other
 * learns it by its channel closing.
 * @returns {Promise<never>}
 * @throws {Error} that says what to install, when no such Node.js is to be had
 */
export async function rerun() {
  const node = findNode24();
  const child = spawn(node, [...process.execArgv, ...process.argv.slice(1)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: environmentFor(node),
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  return new Promise((_, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => process.exit(code ?? (signal === null ? 1 : 128)));
  });
}
