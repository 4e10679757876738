/** Runs this process's command anew, on a Node.js that is new enough. Plain JavaScript, as Node 20 reads it. */
import { spawn } from 'node:child_process';
import { environmentFor, findNode24 } from '../../../scripts/lib/node24.mjs';

/** Set in the second run, so that there is no third. */
const SECOND_RUN = 'DURE_SECOND_RUN';

/**
 * Ends this process with the exit code of the other. Signals are passed on, and if this process vanishes, the other
 * learns it by its channel closing.
 * When no such Node.js is to be had, it says what to install, without the framework's stack trace.
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
    throw new Error(`This is Node.js ${process.version}, and the functions run on 24: install that and try again.`);
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}
