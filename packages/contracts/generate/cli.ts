/** `npm run contracts`. */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { filesAt } from './diff/at-commit.ts';
import { compareContracts } from './diff/contracts.ts';
import { GENERATED, writeFiles } from './files.ts';
import { generate } from './generate.ts';

const HELP = `Usage: npm run contracts [-- --diff REF]

Writes what is generated from the contracts: JSON Schema, OpenAPI, AsyncAPI and problems.

  --diff REF  write nothing; print what changed since a commit, and fail if a change breaks a consumer
  --help      print this
`;
const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { diff: { type: 'string' }, help: { type: 'boolean', short: 'h' } } });
  if (values.help) return void process.stdout.write(HELP);
  if (values.diff === undefined) await write();
  else await compare(values.diff);
}

async function write(): Promise<void> {
  const files = await generate();
  const changed = writeFiles(GENERATED, files);
  for (const change of changed) console.log(change);
  console.log(`${files.size} files in ${GENERATED}, ${changed.length} of them changed.`);
}

async function compare(reference: string): Promise<void> {
  const changes = compareContracts(filesAt(ROOT, reference), await generate());
  for (const { contract, at, what, breaking } of changes) {
    console.log(`${breaking ? 'BREAKING  ' : 'compatible'}  ${contract}${at && `, ${at}`}: ${what}`);
  }
  const breaking = changes.filter((change) => change.breaking).length;
  console.log(`${changes.length} changes since ${reference}, ${breaking} of them breaking.`);
  if (breaking > 0) console.log('A break is a new major version beside the old one: see packages/contracts/README.md.');
  process.exitCode = breaking > 0 ? 1 : 0;
}

main().catch((error: unknown) => {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
});
