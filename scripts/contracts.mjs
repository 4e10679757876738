/**
 * Writes what is generated from the contracts (JSON Schema, OpenAPI, AsyncAPI, problems): `npm run contracts`. With
 * `--diff REF` it tells what changed since that commit, and fails when a change breaks.
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { findNode24, ROOT, runNode24 } from './lib/node24.mjs';

const HELP = `Usage: npm run contracts [-- --diff REF]

  --diff REF  write nothing; print what changed since a commit, and fail if a change breaks a consumer
  --help      print this
`;
const { values } = parseArgs({ options: { diff: { type: 'string' }, help: { type: 'boolean', short: 'h' } } });

if (values.help) {
  process.stdout.write(HELP);
} else if (node() !== process.execPath) {
  process.exitCode = await runNode24([fileURLToPath(import.meta.url), ...process.argv.slice(2)]);
} else if (values.diff === undefined) await write();
else await compare(values.diff);

function node() {
  try {
    return findNode24();
  } catch (error) {
    console.error(error.message);
    process.exit(1);
  }
}

async function write() {
  const { GENERATED, writeFiles } = await import('../packages/contracts/generate/files.ts');
  const { generate } = await import('../packages/contracts/generate/generate.ts');
  const files = await generate();
  const changed = writeFiles(GENERATED, files);
  for (const change of changed) console.log(change);
  console.log(`${files.size} files in ${GENERATED}, ${changed.length} of them changed.`);
}

async function compare(reference) {
  const { filesAt } = await import('../packages/contracts/generate/diff/at-commit.ts');
  const { compareContracts } = await import('../packages/contracts/generate/diff/contracts.ts');
  const { generate } = await import('../packages/contracts/generate/generate.ts');
  try {
    const changes = compareContracts(filesAt(ROOT, reference), await generate());
    for (const { contract, at, what, breaking } of changes) {
      console.log(`${breaking ? 'BREAKING  ' : 'compatible'}  ${contract}${at && `, ${at}`}: ${what}`);
    }
    const breaking = changes.filter((change) => change.breaking).length;
    console.log(`${changes.length} changes since ${reference}, ${breaking} of them breaking.`);
    if (breaking > 0)
      console.log('A break is a new major version beside the old one: see packages/contracts/README.md.');
    process.exitCode = breaking > 0 ? 1 : 0;
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
