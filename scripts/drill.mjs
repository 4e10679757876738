#!/usr/bin/env node
/** `npm run drill`: lets orders flow while faults are injected, and checks that everything adds up. */
import { join } from 'node:path';
import { installIfNeeded } from './lib/install.mjs';
import { ROOT, runNode24 } from './lib/node24.mjs';

async function main() {
  await installIfNeeded();
  process.exitCode = await runNode24([join(ROOT, 'packages', 'drill', 'src', 'cli.ts'), ...process.argv.slice(2)]);
}

main().catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
