import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { contractsFolder, type Plan, serviceFolder } from './plan.ts';

const GENERATED = 'packages/contracts/generated';
const LOCK = 'package-lock.json';

/** Steps after the files are written. Each rejects when it fails, and may change the files named beside it. */
export interface Steps {
  /** Changes packages/contracts/generated. */
  generateContracts(): Promise<void>;
  /** Changes package-lock.json. */
  updateLock(): Promise<void>;
}

/**
 * Writes a plan and runs the steps after it. All of it, or nothing: when something fails, everything is as before.
 * Answers the paths of the generated files that changed.
 */
export async function applyPlan(root: string, plan: Plan, steps: Steps): Promise<string[]> {
  const before = readFiles(root, [...plan.changed.keys(), LOCK, ...filesIn(root, GENERATED)]);
  try {
    for (const [path, text] of [...plan.made, ...plan.changed]) write(root, path, text);
    await steps.generateContracts();
    await steps.updateLock();
    return filesIn(root, GENERATED).filter((path) => before.get(path) !== readFileSync(join(root, path), 'utf8'));
  } catch (error) {
    undo(root, plan, before);
    throw error;
  }
}

function undo(root: string, { names }: Plan, before: ReadonlyMap<string, string>): void {
  for (const folder of [serviceFolder(names), contractsFolder(names)]) {
    rmSync(join(root, folder), { recursive: true, force: true });
  }
  for (const path of filesIn(root, GENERATED)) if (!before.has(path)) rmSync(join(root, path));
  for (const folder of foldersIn(root, GENERATED)) {
    if (readdirSync(join(root, folder)).length === 0) rmSync(join(root, folder), { recursive: true });
  }
  for (const [path, text] of before) write(root, path, text);
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
