import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { changelog } from '../src/changelog.mjs';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A repository with one empty commit for each message; `v…` sets a tag instead. */
function repository(...messages: string[]): string {
  const root = mkdtempSync(join(tmpdir(), 'dure-changelog-'));
  folders.push(root);
  const date = '2026-11-28T12:00:00Z';
  const env = { ...process.env, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date };
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@dure.example', ...args], { cwd: root, env });
  git('init', '--quiet');
  for (const message of messages) {
    if (message.startsWith('v')) git('tag', message);
    else git('commit', '--quiet', '--allow-empty', '-m', message);
  }
  return root;
}

const withoutHashes = (text: string) => text.replaceAll(/ [0-9a-f]{7}$/gm, '');
const sectionsOf = (text: string) => withoutHashes(text.slice(text.indexOf('## ')));

test('lists changes for users by release, newest first', async () => {
  const root = repository(
    'feat(orders): cancel an order',
    'v1.0.0',
    'fix(orders): keep the first reason',
    'docs: describe it',
    'an old subject without a type',
    'feat(payments)!: drop the old endpoint\n\nBREAKING CHANGE: call /v2 instead',
    'perf: write less',
  );
  expect(sectionsOf(await changelog(root))).toBe(`## Unreleased

### ⚠ BREAKING CHANGES

- **payments:** call /v2 instead

### Features

- **payments:** drop the old endpoint

### Bug Fixes

- **orders:** keep the first reason

### Performance Improvements

- write less

## 1.0.0 (2026-11-28)

### Features

- **orders:** cancel an order
`);
});

test('depends on nothing but the history', async () => {
  const root = repository('feat: begin');
  expect(await changelog(root)).toBe(await changelog(root));
});
