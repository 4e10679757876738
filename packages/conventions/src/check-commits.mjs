import { spawnSync } from 'node:child_process';
import lint from '@commitlint/lint';
import load from '@commitlint/load';

/** Conventional Commits with one scope, a subject line of at most 72 characters, and a body that wraps. */
const CONFIGURATION = {
  extends: ['@commitlint/config-conventional'],
  plugins: [
    { rules: { 'one-scope': ({ scope }) => [/^[a-z0-9-]*$/.test(scope ?? ''), 'write one scope, as in fix(orders)'] } },
  ],
  rules: {
    'one-scope': [2, 'always'],
    'header-max-length': [2, 'always', 72],
    'body-max-line-length': [0],
    'footer-max-line-length': [0],
  },
};

/** @typedef {{ commit: string, subject: string, problems: string[] }} BadCommit */

/**
 * Commits that break the convention, oldest first. Merges, reverts made by git and fixups are left out, as commitlint does.
 * @param {string} root
 * @param {string} since the commit before the first one to check
 * @returns {Promise<{ checked: number, bad: BadCommit[] }>}
 * @throws Error when `since` is not in the history, as in a shallow clone
 * @example await checkCommits('/path/to/dure', 'origin/main')
 */
export async function checkCommits(root, since) {
  const { rules, parserPreset, plugins } = await load(CONFIGURATION, { cwd: import.meta.dirname });
  const options = { plugins, ...(parserPreset?.parserOpts !== undefined && { parserOpts: parserPreset.parserOpts }) };
  const commits = messages(root, since);
  const bad = [];
  for (const { commit, message } of commits) {
    const { errors } = await lint(message, rules, options);
    if (errors.length > 0)
      bad.push({
        commit,
        subject: message.split('\n')[0] ?? '',
        problems: errors.map(({ message: problem }) => problem),
      });
  }
  return { checked: commits.length, bad };
}

function messages(root, since) {
  const { status, stdout, stderr } = spawnSync('git', ['log', '--reverse', '--format=%h%x00%B%x01', `${since}..HEAD`], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0) throw new Error(`The commits since ${since} cannot be read: ${stderr.trim()}`);
  return stdout
    .split('\x01')
    .map((entry) => entry.trim().split('\0'))
    .filter(([commit]) => commit !== '')
    .map(([commit = '', message = '']) => ({ commit, message }));
}
