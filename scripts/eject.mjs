#!/usr/bin/env node
/** `npm run eject`: takes the shop out of a clone and leaves the platform with one example service. */
import { join } from 'node:path';
import { HELP, parseOptions } from '../packages/eject/src/options.mjs';
import { installIfNeeded } from './lib/install.mjs';
import { ROOT, runNode24 } from './lib/node24.mjs';

const CLI = join(ROOT, 'packages', 'eject', 'src', 'cli.ts');

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
