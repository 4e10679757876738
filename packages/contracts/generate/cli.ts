/** `npm run contracts`. */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { compareContracts, type ContractChange } from '@dure/compatibility';
import { filesAt } from './diff/at-commit.ts';
import { nextMajor } from './diff/next-major.ts';
import { GENERATED, writeFiles } from './files.ts';
import { type Files, generate } from './generate.ts';

const HELP = `Usage: npm run contracts [-- --diff REF | --no-diff]

Writes what is generated from the contracts: JSON Schema, OpenAPI, AsyncAPI and problems. Then it compares them with the
last commit, and fails if a change breaks a consumer or a caller.

  --diff REF  write nothing; print every change since a commit, and fail if one breaks
  --no-diff   write, and compare nothing
  --help      print this
`;
const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

async function main(): Promise<void> {
  const options = {
    diff: { type: 'string' },
    'no-diff': { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  } as const;
  const { values } = parseArgs({ options });
  if (values.help) return void process.stdout.write(HELP);
  if (values.diff !== undefined && values['no-diff']) throw new Error('Give --diff or --no-diff, not both.');
  const files = await generate();
  if (values.diff !== undefined) return compare(values.diff, files);
  const changed = writeFiles(GENERATED, files);
  for (const change of changed) console.log(change);
  console.log(`${files.size} files in ${GENERATED}, ${changed.length} of them changed.`);
  if (!values['no-diff']) compareWithLastCommit(files);
}

function compare(reference: string, files: Files): void {
  const changes = compareContracts(filesAt(ROOT, reference), files);
  const breaking = changes.filter((change) => change.breaking);
  for (const change of changes) console.log(line(change));
  console.log(`${changes.length} changes since ${reference}, ${breaking.length} of them breaking.`);
  fail(breaking);
}

/** Prints the breaks only; a repository without a commit has nothing to compare with. */
function compareWithLastCommit(files: Files): void {
  let before: ReadonlyMap<string, string>;
  try {
    before = filesAt(ROOT, 'HEAD');
  } catch {
    return console.log('Not compared with an earlier version: git has no commit here.');
  }
  const breaking = compareContracts(before, files).filter((change) => change.breaking);
  for (const change of breaking) console.log(line(change));
  fail(breaking);
}

const line = ({ contract, at, what, breaking }: ContractChange): string =>
  `${breaking ? 'BREAKING  ' : 'compatible'}  ${contract}${at && `, ${at}`}: ${what}`;

function fail(breaking: readonly ContractChange[]): void {
  process.exitCode = breaking.length > 0 ? 1 : 0;
  if (breaking.length > 0) console.log(`\n${nextMajor(breaking)}`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
});
