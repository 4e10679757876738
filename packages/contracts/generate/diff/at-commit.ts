import { execFileSync } from 'node:child_process';

const FOLDER = 'packages/contracts/generated/';
const MAX_BYTES = 64 * 1024 * 1024;

/**
 * The generated files as they are in a commit, by path.
 * @throws Error that says so when git does not know the commit
 */
export function filesAt(root: string, reference: string): Map<string, string> {
  const git = (...args: string[]) => {
    try {
      return execFileSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: MAX_BYTES, stdio: 'pipe' });
    } catch (error) {
      throw new Error(`git ${args.join(' ')} failed: is ${reference} a commit, and is it fetched?`, { cause: error });
    }
  };
  const commit = git('rev-parse', '--verify', '--end-of-options', `${reference}^{commit}`).trim();
  const paths = git('ls-tree', '-r', '--name-only', commit, FOLDER).split('\n').filter(Boolean);
  return new Map(paths.map((path) => [path.slice(FOLDER.length), git('show', `${commit}:${path}`)]));
}
