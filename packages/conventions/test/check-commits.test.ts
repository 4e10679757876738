import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { checkCommits } from '../src/check-commits.mjs';

let root: string;
const git = (...args: string[]): string =>
  execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@dure.example', ...args], {
    cwd: root,
    encoding: 'utf8',
  });
const commit = (message: string): string => {
  git('commit', '--allow-empty', '--quiet', '-m', message);
  return git('rev-parse', '--short', 'HEAD').trim();
};

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'dure-commits-'));
  git('init', '--quiet');
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('checkCommits', () => {
  test('finds subjects without a type, of an unknown type, with two scopes, and over 72 characters', async () => {
    const first = commit('Before the convention');
    commit('feat(orders): cancel an order that was never paid\n\nA body may say why, in as many lines as it takes.');
    const expected = [
      commit('Add a thing'),
      commit('feature: add a thing'),
      commit(`fix(orders): ${'a'.repeat(60)}`),
      commit('fix(orders): Add a thing.'),
      commit('fix(orders,payments): add a thing'),
    ];
    const { checked, bad } = await checkCommits(root, first);
    expect(checked).toBe(6);
    expect(bad.map((entry) => entry.commit)).toEqual(expected);
    expect(bad.every(({ problems }) => problems.length > 0)).toBe(true);
  });

  test('reports a history that does not reach back far enough', async () => {
    await expect(checkCommits(root, 'ffffffff')).rejects.toThrow(/since ffffffff cannot be read/);
  });
});
