/** `npm run changelog`: writes CHANGELOG.md from the commits. */
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { changelog } from './changelog.mjs';

const HELP = `Usage: npm run changelog

Writes CHANGELOG.md from the commits and the version tags (v1.2.3). It replaces the whole file.

  --help  print this
`;
const ROOT = resolve(import.meta.dirname, '../../..');

async function main() {
  const { values } = parseArgs({ options: { help: { type: 'boolean', short: 'h' } } });
  if (values.help) return void process.stdout.write(HELP);
  writeFileSync(join(ROOT, 'CHANGELOG.md'), await changelog(ROOT));
}

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
