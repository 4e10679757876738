import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { serverless } from '@dure/deploy/serverless';
import type { Archive } from './rule.ts';

/** The sources of a package outside the service's folder. */
const SHARED = [
  join('packages', 'contracts', 'src'),
  join('packages', 'serverless-plugin', 'esbuild.yml'),
  'package-lock.json',
];
const MADE = ['.serverless', '.esbuild', 'node_modules', 'test'];

/** The function's own, or the service's where its functions are not packaged individually. */
export function archiveOf(folder: string, functionName: string): string {
  const own = join(folder, '.serverless', `${functionName}.zip`);
  const ofService = join(folder, '.serverless', `${basename(folder)}.zip`);
  return !existsSync(own) && existsSync(ofService) ? ofService : own;
}

/** Whether all archives of a service exist and none is older than its sources. */
export function arePackaged(root: string, folder: string, functionNames: readonly string[]): boolean {
  const made = functionNames.map((name) => modified(archiveOf(folder, name)));
  const sources = [folder, ...SHARED.map((path) => join(root, path))].map(newest);
  return Math.min(...made) >= Math.max(...sources);
}

/**
 * Packages a service as a person would.
 * @throws Error with the CLI's output, if it fails
 */
export async function packageService(folder: string, signal: AbortSignal): Promise<void> {
  const { code, output } = await serverless({ folder, args: ['package'], signal });
  if (code !== 0) throw new Error(`${folder} cannot be packaged:\n${output.trim()}`);
}

/** The sizes of a service's archives. */
export function readArchives(folder: string, functionNames: readonly string[]): Archive[] {
  return functionNames.map((functionName) => {
    const content = readFileSync(archiveOf(folder, functionName));
    return { functionName, zipped: content.length, unzipped: unzippedSize(content) };
  });
}

const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const END_LENGTH = 22;

/**
 * The bytes of all files in a zip archive, from its central directory.
 * Source: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.3.12 and 4.3.16
 * @throws Error if it is not a zip archive
 */
export function unzippedSize(zip: Buffer): number {
  let end = zip.length - END_LENGTH;
  while (end >= 0 && zip.readUInt32LE(end) !== END_OF_DIRECTORY) end -= 1;
  if (end < 0) throw new Error('This is not a zip archive: it has no central directory.');
  let total = 0;
  let at = zip.readUInt32LE(end + 16);
  for (let entries = zip.readUInt16LE(end + 10); entries > 0; entries -= 1) {
    if (zip.readUInt32LE(at) !== DIRECTORY_ENTRY) throw new Error('The zip archive has a broken central directory.');
    total += zip.readUInt32LE(at + 24);
    at += 46 + zip.readUInt16LE(at + 28) + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return total;
}

/** The modification time of the newest file in a folder, in ms. */
function newest(path: string): number {
  if (!statSync(path).isDirectory()) return modified(path);
  const names = readdirSync(path).filter((name) => !MADE.includes(name) && !name.endsWith('.md'));
  return Math.max(0, ...names.map((name) => newest(join(path, name))));
}

function modified(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
