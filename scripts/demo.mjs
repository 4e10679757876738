#!/usr/bin/env node
/** `npm run demo`: fills the running system with goods and places an order of every ending. */
import { join } from 'node:path';
import { installIfNeeded } from './lib/install.mjs';
import { ROOT, runNode24 } from './lib/node24.mjs';

const DEMO = join(ROOT, 'packages', 'e2e', 'src', 'demo', 'main.ts');

async function main() {
  await installIfNeeded();
  process.exitCode = await runNode24([DEMO, ...process.argv.slice(2)]);
}

main().catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
