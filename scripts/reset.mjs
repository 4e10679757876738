#!/usr/bin/env node
/** `npm run reset`: empties the local cloud's data. Refuses while it runs. */
import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from './lib/node24.mjs';

const HELP = `Usage: npm run reset -- [options]

Empties the local cloud's data: tables, queues, events, logs.

  --data DIR  the folder that keeps the data (.local)
  --help      print this
`;

/** Not data: where Node.js 24 was found. */
const KEPT = ['node24-path'];

async function main() {
  const { values } = parseArgs({ options: { data: { type: 'string' }, help: { type: 'boolean', short: 'h' } } });
  if (values.help) return void process.stdout.write(HELP);
  const folder = resolve(ROOT, values.data ?? '.local');
  if (!existsSync(folder)) return void process.stdout.write(`${folder} is empty already.\n`);
  for (const own of [folder, ...offlineFolders(folder)]) {
    const owner = await runningInstance(own);
    if (owner === undefined) continue;
    throw new Error(
      `The local cloud runs on ${own}: process ${owner.pid}. End it first (Ctrl-C, or kill ${owner.pid}).`,
    );
  }
  const names = readdirSync(folder).filter((name) => !KEPT.includes(name));
  for (const name of names) rmSync(join(folder, name), { recursive: true, force: true });
  process.stdout.write(`Emptied ${folder}.\n`);
}

/** Where `sls offline` keeps the data of each service that it ran alone. */
function offlineFolders(folder) {
  const offline = join(folder, 'offline');
  return existsSync(offline) ? readdirSync(offline).map((name) => join(offline, name)) : [];
}

/** The process that the folder names, if it lives and is the local cloud: a number alone may have a new owner. */
async function runningInstance(folder) {
  const instance = readInstance(folder);
  if (instance?.pid === undefined || !isAlive(instance.pid)) return undefined;
  if (instance.url === undefined) return instance;
  try {
    const response = await fetch(`${instance.url}/_cloud`, { signal: AbortSignal.timeout(3000) });
    const { pid } = await response.json();
    return pid === instance.pid ? instance : undefined;
  } catch (error) {
    return error.name === 'TimeoutError' ? instance : undefined;
  }
}

/** A truncated file, from a full disk for instance, names no process: the data to delete may be broken. */
function readInstance(folder) {
  try {
    return JSON.parse(readFileSync(join(folder, 'instance.json'), 'utf8'));
  } catch {
    return undefined;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

main().catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
