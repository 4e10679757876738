#!/usr/bin/env node
/** `npm run changelog`: writes CHANGELOG.md from the commits. */
import { join } from 'node:path';
import { installIfNeeded } from './lib/install.mjs';
import { ROOT, runNode24 } from './lib/node24.mjs';

const CLI = join(ROOT, 'packages', 'conventions', 'src', 'changelog-cli.mjs');

async function main() {
  await installIfNeeded();
  process.exitCode = await runNode24([CLI, ...process.argv.slice(2)]);
}

main().catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
