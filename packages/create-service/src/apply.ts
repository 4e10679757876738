import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';

const GENERATED = 'packages/contracts/generated';
const LOCK = 'package-lock.json';
/** Where removed folders wait until all has gone well. Git ignores it. */
const REMOVED = '.local/removed';

/** Content by path from the repository's root, with forward slashes. */
export type Files = ReadonlyMap<string, string>;

/** What a command does to the repository. */
export interface Edits {
  readonly made: Files;
  readonly changed: Files;
  /** Folders. */
  readonly removed: readonly string[];
}

/** Steps after the files are written. Each rejects when it fails, and may change the files named beside it. */
export interface Steps {
  /** Changes packages/contracts/generated. */
  generateContracts(): Promise<void>;
  /** Changes package-lock.json. Only run where a package.json comes, changes or goes. */
  updateLock(): Promise<void>;
}

/** What the steps changed. */
export interface Done {
  /** Paths of generated files that changed, those that are gone among them. */
  readonly generated: readonly string[];
  /** Whether package-lock.json is another. */
  readonly lock: boolean;
}

/**
 * Makes the edits and runs the steps after them. All of it, or nothing: when something fails, everything is as before.
 */
export async function applyEdits(root: string, edits: Edits, steps: Steps): Promise<Done> {
  const before = readFiles(root, [...edits.changed.keys(), LOCK, ...filesIn(root, GENERATED)]);
  try {
    for (const [index, path] of edits.removed.entries()) move(root, path, join(REMOVED, String(index)));
    for (const [path, text] of [...edits.made, ...edits.changed]) write(root, path, text);
    await steps.generateContracts();
    if (changesWorkspaces(edits)) await steps.updateLock();
  } catch (error) {
    undo(root, edits, before);
    throw error;
  }
  rmSync(join(root, REMOVED), { recursive: true, force: true });
  const generated = new Set([...filesIn(root, GENERATED), ...[...before.keys()].filter(isGenerated)]);
  const contentOf = (path: string) =>
    existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : undefined;
  const isAnother = (path: string) => before.get(path) !== contentOf(path);
  return { generated: [...generated].filter(isAnother), lock: isAnother(LOCK) };
}

/** The lock file has the workspaces and what each depends on: npm takes seconds to find that nothing changed. */
const changesWorkspaces = ({ made, changed, removed }: Edits) =>
  removed.length > 0 || [...made.keys(), ...changed.keys()].some((path) => basename(path) === 'package.json');

const isGenerated = (path: string) => path.replaceAll('\\', '/').startsWith(`${GENERATED}/`);

function undo(root: string, { made, removed }: Edits, before: Files): void {
  for (const path of made.keys()) rmSync(join(root, path), { force: true });
  for (const path of filesIn(root, GENERATED)) if (!before.has(path)) rmSync(join(root, path));
  for (const folder of new Set([...made.keys()].map((path) => dirname(path)))) removeEmpty(root, folder);
  for (const folder of foldersIn(root, GENERATED)) removeEmpty(root, folder);
  for (const [index, path] of removed.entries()) {
    const waiting = join(REMOVED, String(index));
    if (existsSync(join(root, waiting))) move(root, waiting, path);
  }
  for (const [path, text] of before) write(root, path, text);
}

/** Removes a folder without content, and those around it that have none then. */
function removeEmpty(root: string, folder: string): void {
  const path = join(root, folder);
  if (folder === '.' || !existsSync(path) || readdirSync(path).length > 0) return;
  rmSync(path, { recursive: true });
  removeEmpty(root, dirname(folder));
}

function move(root: string, from: string, to: string): void {
  rmSync(join(root, to), { recursive: true, force: true });
  mkdirSync(dirname(join(root, to)), { recursive: true });
  renameSync(join(root, from), join(root, to));
}

function write(root: string, path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

function readFiles(root: string, paths: readonly string[]): Map<string, string> {
  return new Map(paths.map((path) => [path, readFileSync(join(root, path), 'utf8')]));
}

const filesIn = (root: string, folder: string) => entriesIn(root, folder, false);
const foldersIn = (root: string, folder: string) => entriesIn(root, folder, true);

function entriesIn(root: string, folder: string, directories: boolean): string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isDirectory() === directories)
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
}
