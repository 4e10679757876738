import { createHash } from 'node:crypto';
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readAssets } from './assets.ts';
import { readDocuments } from './documents.ts';
import { makeSite } from './site.ts';
import { writeSite } from './write-site.ts';

const PACKAGE = fileURLToPath(new URL('..', import.meta.url));

/**
 * Builds the pages into a folder, unless they were built there from the same documents, sources and versions.
 * @param contracts the folder of the generated documents
 * @returns whether anything was built
 */
export async function buildSite(contracts: string, folder: string): Promise<boolean> {
  const stamp = stampOf(contracts);
  const stampFile = `${folder}.stamp`;
  if (readIfThere(stampFile) === stamp && readIfThere(join(folder, 'files.json')) !== undefined) return false;
  // Only a folder that is complete has a stamp.
  rmSync(stampFile, { force: true });
  writeSite(makeSite(readDocuments(contracts), await readAssets()), folder);
  mkdirSync(dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, stamp);
  return true;
}

/** A digest of all that the pages are made of. The package.json has the versions of the renderers. */
function stampOf(contracts: string): string {
  const hash = createHash('sha256').update(process.version);
  for (const [root, pattern] of [
    [contracts, '**/*.json'],
    [PACKAGE, 'package.json'],
    [PACKAGE, 'src/**/*.{ts,mjs,css,svg}'],
  ] as const) {
    for (const file of globSync(pattern, { cwd: root }).sort())
      hash.update(`${file}\0`).update(readFileSync(join(root, file)));
  }
  return hash.digest('hex');
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return undefined;
  }
}
