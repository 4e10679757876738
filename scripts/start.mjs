#!/usr/bin/env node
/** `npm start`: installs what is missing and runs the services on this machine. */
import { join } from 'node:path';
import { HELP, parseOptions } from '../packages/local-cloud/src/cli/start-options.mjs';
import { requireDynamoDb } from '../packages/local-cloud/src/services/dynamodb/platform.mjs';
import { installIfNeeded } from './lib/install.mjs';
import { ROOT, runNode24 } from './lib/node24.mjs';
import { isPublished } from './lib/npm.mjs';

const CLI = join(ROOT, 'packages', 'local-cloud', 'src', 'cli', 'start.ts');
const ENVIRONMENT = {
  /** Many threads would each take memory from the C library and not give it back: 550 MB instead of 620. */
  MALLOC_ARENA_MAX: '2',
  /** Compiled code is kept, also for the functions' threads: a cold start takes 90 ms instead of 130. */
  NODE_COMPILE_CACHE: join(ROOT, '.local', 'compile-cache'),
};

/** What is young in memory is collected often instead of kept: 70 MB less. */
const NODE_OPTIONS = ['--max-semi-space-size=4'];

async function main() {
  const args = process.argv.slice(2);
  if (parseOptions(args).help) return void process.stdout.write(HELP);
  requireDynamoDb({ platform: process.platform, arch: process.arch, environment: process.env, isPublished });
  await installIfNeeded();
  process.exitCode = await runNode24([...NODE_OPTIONS, CLI, ...args], ENVIRONMENT);
}

main().catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
