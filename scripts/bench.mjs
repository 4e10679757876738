#!/usr/bin/env node
/** `npm run bench`: measures the system on this machine. */
import { join } from 'node:path';
import { HELP, parseOptions } from '../packages/bench/src/options.mjs';
import { installIfNeeded } from './lib/install.mjs';
import { ROOT, runNode24 } from './lib/node24.mjs';

async function main() {
  const args = process.argv.slice(2);
  if (parseOptions(args).help) return void process.stdout.write(HELP);
  await installIfNeeded();
  process.exitCode = await runNode24([join(ROOT, 'packages', 'bench', 'src', 'main.ts'), ...args]);
}

main().catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
