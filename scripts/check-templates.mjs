#!/usr/bin/env node
/** `npm run check:templates`: see packages/template-check. */
import { join } from 'node:path';
import { installIfNeeded } from './lib/install.mjs';
import { ROOT, runNode24 } from './lib/node24.mjs';

const CLI = join(ROOT, 'packages', 'template-check', 'src', 'cli.ts');

async function main() {
  await installIfNeeded();
  process.exitCode = await runNode24([CLI, ...process.argv.slice(2)]);
}

main().catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
