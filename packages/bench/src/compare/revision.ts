import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Figures, figuresOf } from './figures.ts';

/** A revision of the repository in a folder of its own, with its dependencies. */
export interface Revision {
  readonly folder: string;
  readonly commit: string;
}

/**
 * Checks out another revision as a worktree under `.local/bench/revisions`, which stays for the next comparison.
 * @throws Error that names the revision if the repository does not have it
 */
export async function checkOut(root: string, name: string, progress: (step: string) => void): Promise<Revision> {
  const commit = commitOf(root, name);
  const folder = join(root, '.local', 'bench', 'revisions', commit);
  if (!existsSync(join(folder, 'package.json'))) {
    progress(`checking out ${name}`);
    mkdirSync(join(folder, '..'), { recursive: true });
    git(root, 'worktree', 'prune');
    git(root, 'worktree', 'add', '--quiet', '--detach', folder, commit);
  }
  if (!existsSync(join(folder, 'node_modules', '.package-lock.json'))) {
    progress(`installing the dependencies of ${name}`);
    await run(folder, 'npm', ['ci', '--no-audit', '--no-fund']);
  }
  return { folder, commit };
}

function commitOf(root: string, name: string): string {
  try {
    return git(root, 'rev-parse', '--short', '--verify', '--quiet', `${name}^{commit}`).trim();
  } catch (error) {
    throw new Error(`--against takes a revision of this repository; there is no "${name}".`, { cause: error });
  }
}

const git = (root: string, ...args: string[]): string =>
  execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

/** Runs a revision's own benchmark, and reads the figures that it saved. */
export async function measureRevision(folder: string, args: readonly string[]): Promise<Figures> {
  const saved = join(folder, '.local', 'bench');
  const before = new Set(resultsIn(saved));
  await run(folder, 'npm', ['run', '--silent', 'bench', '--', ...args]);
  const file = resultsIn(saved).findLast((name) => !before.has(name));
  if (file === undefined) throw new Error(`npm run bench in ${folder} saved no figures.`);
  const { results } = JSON.parse(readFileSync(join(saved, file), 'utf8')) as { results: unknown };
  return figuresOf(results);
}

const resultsIn = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => /^\d{4}-.*\.json$/.test(name))
        .sort()
    : [];

/** Its progress goes to standard error. */
function run(cwd: string, command: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      stdio: ['ignore', 'ignore', 'inherit'],
      shell: process.platform === 'win32',
    });
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`${command} ${args.join(' ')} in ${cwd} ended with ${code}.`));
    });
  });
}
