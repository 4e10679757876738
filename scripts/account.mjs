#!/usr/bin/env node
/** `npm run account`: an AWS account on one port of this machine, to deploy to with the real tools. */
import { join } from 'node:path';
import { HELP, parseAccountOptions } from '../packages/local-cloud/src/cli/account-options.mjs';
import { installIfNeeded } from './lib/install.mjs';
import { ROOT, runNode24 } from './lib/node24.mjs';

const CLI = join(ROOT, 'packages', 'local-cloud', 'src', 'cli', 'account.ts');
/** As for `npm start`: less memory, and compiled code is kept. */
const ENVIRONMENT = { MALLOC_ARENA_MAX: '2', NODE_COMPILE_CACHE: join(ROOT, '.local', 'compile-cache') };
const NODE_OPTIONS = ['--max-semi-space-size=4'];

async function main() {
  const args = process.argv.slice(2);
  if (parseAccountOptions(args).help) return void process.stdout.write(HELP);
  await installIfNeeded();
  process.exitCode = await runNode24([...NODE_OPTIONS, CLI, ...args], ENVIRONMENT);
}

main().catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
