#!/usr/bin/env node
/** `npm run new-service NAME`: makes a service that runs, is tested and deploys as it stands. */
import { join } from 'node:path';
import { HELP, parseOptions } from '../packages/create-service/src/options.mjs';
import { installIfNeeded } from './lib/install.mjs';
import { ROOT, runNode24 } from './lib/node24.mjs';

const CLI = join(ROOT, 'packages', 'create-service', 'src', 'cli.ts');

async function main() {
  const args = process.argv.slice(2);
  if (parseOptions(args).help) return void process.stdout.write(HELP);
  await installIfNeeded();
  process.exitCode = await runNode24([CLI, ...args]);
}

main().catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
