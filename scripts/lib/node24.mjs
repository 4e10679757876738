/** Runs the repository's scripts under the Node.js version that its functions run on. Works from Node 20 on. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const WANTED_MAJOR = 24;
const REMEMBERED = join(ROOT, '.local', 'node24-path');
const WINDOWS = process.platform === 'win32';

/** @param {string} version */
function isWanted(version) {
  return Number(/^v?(\d+)\./.exec(version)?.[1]) >= WANTED_MAJOR;
}

/** @param {string} path */
function runsWanted(path) {
  const { stdout, status } = spawnSync(path, ['--version'], { encoding: 'utf8' });
  return status === 0 && isWanted(stdout.trim());
}

/**
 * Path of a Node.js that is new enough: this process's own, the one found last time, or one from the npm registry,
 * which npx keeps.
 * @param {(message: string) => void} tell
 */
export function findNode24(tell = (message) => process.stderr.write(`${message}\n`)) {
  if (isWanted(process.version)) return process.execPath;
  const remembered = existsSync(REMEMBERED) ? readFileSync(REMEMBERED, 'utf8').trim() : '';
  if (remembered !== '' && existsSync(remembered) && runsWanted(remembered)) return remembered;
  tell(`This is Node.js ${process.version}, and the functions run on ${WANTED_MAJOR}. Getting it from npm …`);
  const parameters = ['-y', `node@${WANTED_MAJOR}`, '-p', 'process.execPath'];
  const { stdout, status, stderr } = spawnSync('npx', parameters, { encoding: 'utf8', shell: WINDOWS, cwd: ROOT });
  const path = stdout?.trim().split('\n').at(-1)?.trim() ?? '';
  if (status !== 0 || !existsSync(path)) {
    throw new Error(`Node.js ${WANTED_MAJOR} could not be had from npm: ${stderr ?? ''}\nInstall it and try again.`);
  }
  mkdirSync(dirname(REMEMBERED), { recursive: true });
  writeFileSync(REMEMBERED, path);
  return path;
}

/**
 * Environment in which everything that is started finds this Node.js as `node`.
 * @param {string} node
 */
export function environmentFor(node) {
  const name = Object.keys(process.env).find((key) => key.toUpperCase() === 'PATH') ?? 'PATH';
  const separator = WINDOWS ? ';' : ':';
  return { ...process.env, [name]: `${dirname(node)}${separator}${process.env[name] ?? ''}` };
}

/**
 * Starts a script under Node.js 24, attached to this terminal, and resolves to its exit code. Being told to end is
 * passed on; if this process vanishes, the script is told so by its channel closing. A Ctrl-C reaches it twice: from
 * the terminal and from here.
 * @param {string[]} parameters
 * @param {Record<string, string>} environment
 * @returns {Promise<number>}
 */
export function runNode24(parameters, environment = {}) {
  const node = findNode24();
  const child = spawn(node, parameters, {
    cwd: ROOT,
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...environmentFor(node), ...environment },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? (signal === null ? 1 : 128)));
  });
}
