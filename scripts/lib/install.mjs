/** Installs the dependencies when they are missing or not those of the lock file. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT, environmentFor, findNode24 } from './node24.mjs';
import { npmCommand } from './npm.mjs';

const PROGRESS_MS = 5000;
/** npm writes the first at the end of an install; the second remembers for which lock file that was. */
const INSTALLED = join(ROOT, 'node_modules', '.package-lock.json');
const STAMP = join(ROOT, 'node_modules', '.lock-digest');
/** Has the process that installs. Outside node_modules, which npm ci removes. */
const BUSY = join(ROOT, '.local', 'installing');
const POLL_MS = 500;

function lockDigest() {
  return createHash('sha256')
    .update(readFileSync(join(ROOT, 'package-lock.json')))
    .digest('hex');
}

/** Whether every package of the lock file is there, in its version, as npm noted it. */
function isInstalled() {
  if (!existsSync(INSTALLED)) return false;
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === lockDigest()) return true;
  const versionsOf = (path) =>
    Object.entries(JSON.parse(readFileSync(path, 'utf8')).packages ?? {}).filter(
      ([name, entry]) => name.startsWith('node_modules/') && !entry.optional && !entry.link,
    );
  const installed = new Map(versionsOf(INSTALLED).map(([name, { version }]) => [name, version]));
  const complete = versionsOf(join(ROOT, 'package-lock.json')).every(
    ([name, { version }]) => installed.get(name) === version,
  );
  if (complete) writeFileSync(STAMP, lockDigest());
  return complete;
}

/**
 * Needs the network only when it installs.
 * @throws {Error} when npm fails
 */
export async function installIfNeeded() {
  if (isInstalled()) return;
  await takeTurn();
  try {
    // Another command may have done it meanwhile.
    if (!isInstalled()) await install();
  } finally {
    rmSync(BUSY, { force: true });
  }
}

/** Commands that start at the same time would remove one another's files. */
async function takeTurn() {
  mkdirSync(dirname(BUSY), { recursive: true });
  for (let told = false; !tookTurn(); told = true) {
    if (!told) process.stderr.write(`Process ${holder() ?? ''} installs the dependencies: waiting …\n`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

function tookTurn() {
  const mine = `${BUSY}.${process.pid}`;
  writeFileSync(mine, String(process.pid));
  try {
    // There with its content or not at all.
    linkSync(mine, BUSY);
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    // Whoever was killed installs nothing.
    if (!isRunning(holder())) rmSync(BUSY, { force: true });
    return false;
  } finally {
    rmSync(mine, { force: true });
  }
}

/** The process that installs; undefined when it has just ended. */
function holder() {
  try {
    return Number(readFileSync(BUSY, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function isRunning(pid) {
  if (pid === undefined) return true;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}

async function install() {
  const startedAt = Date.now();
  const seconds = () => Math.round((Date.now() - startedAt) / 1000);
  process.stderr.write('Installing the dependencies (npm ci) …\n');
  const progress = setInterval(() => process.stderr.write(`… ${seconds()} s\n`), PROGRESS_MS);
  const code = await npmCi();
  clearInterval(progress);
  if (code !== 0)
    throw new Error(
      'npm ci failed: see above. It needs the network once, and a lock file that fits: npm install writes it.',
    );
  writeFileSync(STAMP, lockDigest());
  process.stderr.write(`Installed after ${seconds()} s.\n`);
}

function npmCi() {
  const [file, parameters, options] = npmCommand(['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  const child = spawn(file, parameters, {
    ...options,
    cwd: ROOT,
    stdio: ['ignore', process.stderr, process.stderr],
    env: environmentFor(findNode24()),
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
}
