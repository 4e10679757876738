/** Restarts this process's command on a new enough Node.js. Plain JavaScript, because Node 20 reads it. */
import { spawn } from 'node:child_process';
import { environmentFor, findNode24 } from '../../../scripts/lib/node24.mjs';

/** Set in the second run, to prevent a third. */
const SECOND_RUN = 'DURE_SECOND_RUN';

/**
 * Ends this process with the exit code of the child. Signals are forwarded. If this process dies, the child notices
 * that its channel is closed. If no such Node.js is available, the message says what to install, without the
 * framework's stack trace.
 * @returns {Promise<never>}
 */
export async function rerun() {
  const node = find();
  const child = spawn(node, [...process.execArgv, ...process.argv.slice(1)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...environmentFor(node), [SECOND_RUN]: '1' },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  return new Promise((_, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => process.exit(code ?? (signal === null ? 1 : 128)));
  });
}

function find() {
  try {
    if (process.env[SECOND_RUN] === undefined) return findNode24();
    throw new Error(`This is Node.js ${process.version}, but the functions need 24: install it and try again.`);
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}
