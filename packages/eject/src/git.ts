import { execFileSync } from 'node:child_process';

const git = (root: string, ...args: string[]): string =>
  execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

/** The reason why git could not undo changes in this folder; undefined if it could. */
export function whyNotClean(root: string): string | undefined {
  let changes: string;
  try {
    changes = git(root, 'status', '--porcelain');
  } catch {
    return 'This is not a git repository. Make it one and commit: git init && git add -A && git commit -m "Start"';
  }
  if (changes === '') return undefined;
  const count = changes.trimEnd().split('\n').length;
  return `${count} files are changed and not committed. Commit or stash them: git stash --include-untracked`;
}

/** Every tracked or untracked file that git does not ignore, from the root, with forward slashes. */
export function filesOf(root: string): string[] {
  const listed = git(root, 'ls-files', '-z', '--cached', '--others', '--exclude-standard');
  return [...new Set(listed.split('\0'))].filter((file) => file !== '');
}
