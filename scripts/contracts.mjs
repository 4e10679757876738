/** Writes what is generated from the contracts (JSON Schema, OpenAPI, AsyncAPI, problems): `npm run contracts`. */
import { fileURLToPath } from 'node:url';
import { findNode24, runNode24 } from './lib/node24.mjs';

if (findNode24() === process.execPath) await write();
else process.exitCode = await runNode24([fileURLToPath(import.meta.url)]);

async function write() {
  const { GENERATED, writeFiles } = await import('../packages/contracts/generate/files.ts');
  const { generate } = await import('../packages/contracts/generate/generate.ts');
  const files = await generate();
  const changed = writeFiles(GENERATED, files);
  for (const change of changed) console.log(change);
  console.log(`${files.size} files in ${GENERATED}, ${changed.length} of them changed.`);
}
