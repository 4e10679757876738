#!/usr/bin/env node
/** `npm run pipeline-role`: prints the template of the pipeline's role, see docs/deploy.md. */
import { join } from 'node:path';
import { installIfNeeded } from './lib/install.mjs';
import { ROOT, runNode24 } from './lib/node24.mjs';

const CLI = join(ROOT, 'packages', 'deploy', 'src', 'pipeline-role-cli.ts');

async function main() {
  await installIfNeeded();
  process.exitCode = await runNode24([CLI, ...process.argv.slice(2)]);
}

main().catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
