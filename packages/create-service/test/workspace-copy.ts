import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  constants,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
} from 'node:fs';
import { rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { applyEdits } from '../src/apply.ts';
import { planRemoval } from '../src/removal.ts';
import { runQuietly } from '../src/steps.ts';

export const REPOSITORY = join(import.meta.dirname, '..', '..', '..');

export interface WorkspaceCopy {
  readonly root: string;
  remove(): void;
}

/** Copies the repository's files as they are now, without what git ignores. */
export function copyRepository(root: string): void {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: REPOSITORY,
    encoding: 'utf8',
  });
  const paths = listed.split('\0').filter((path) => path !== '' && existsSync(join(REPOSITORY, path)));
  for (const folder of new Set(paths.map((path) => dirname(path)))) mkdirSync(join(root, folder), { recursive: true });
  // Sharing the disk's blocks where it can.
  for (const path of paths) copyFileSync(join(REPOSITORY, path), join(root, path), constants.COPYFILE_FICLONE);
}

/**
 * The repository in a temporary folder. The dependencies are linked one by one, and the workspaces among them to the
 * copy's own folders.
 */
export function copyWorkspace(): WorkspaceCopy {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'dure-new-service-')));
  copyRepository(root);
  linkDependencies(root);
  return { root, remove: () => rmSync(root, { recursive: true, force: true, maxRetries: 5 }) };
}

const SCOPE = '@dure';

function linkDependencies(root: string): void {
  const modules = join(REPOSITORY, 'node_modules');
  mkdirSync(join(root, 'node_modules', SCOPE), { recursive: true });
  for (const entry of readdirSync(modules, { withFileTypes: true })) {
    if (entry.name === SCOPE || entry.name.startsWith('.packaged-')) continue;
    const [from, to] = [join(modules, entry.name), join(root, 'node_modules', entry.name)];
    if (entry.isFile()) cpSync(from, to);
    else symlinkSync(from, to, 'junction');
  }
  for (const name of readdirSync(join(root, 'packages'))) {
    symlinkSync(join(root, 'packages', name), join(root, 'node_modules', SCOPE, name), 'junction');
  }
}

/** Removes the services that a test is about to make, when the repository happens to have one of that name. */
export async function freeNames(root: string, services: readonly string[]): Promise<void> {
  for (const name of services.filter((it) => existsSync(join(root, 'services', it)))) {
    const contracts = join(root, 'packages', 'contracts', 'generate', 'cli.ts');
    await applyEdits(root, await planRemoval(root, name, true), {
      generateContracts: () => runQuietly(process.execPath, [contracts, '--no-diff'], AbortSignal.timeout(60_000)),
      updateLock: async () => {},
    });
  }
}

/** Marks the dependencies as those of the lock file, so that `scripts/lib/install.mjs` installs nothing. */
export function markInstalled(root: string): void {
  const digest = createHash('sha256').update(readFileSync(join(root, 'package-lock.json')));
  writeFileSync(join(root, 'node_modules', '.lock-digest'), digest.digest('hex'));
}
