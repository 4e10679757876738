import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { compareWith } from '../../src/compare/compare.ts';
import { parseOptions } from '../../src/options.mjs';

const root = mkdtempSync(join(tmpdir(), 'dure-compare-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const TEST_MS = 300_000;

const git = (...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=Test', '-c', 'user.email=test@example.com', ...args], { cwd: root });

/** A benchmark that takes as long as its revision says. */
function commit(milliseconds: number): void {
  const program = `
    const { mkdirSync, writeFileSync, appendFileSync } = require('node:fs');
    mkdirSync('.local/bench', { recursive: true });
    appendFileSync(${JSON.stringify(join(root, 'turns'))}, '${milliseconds} ' + process.argv.slice(2).join(' ') + '\\n');
    const file = '.local/bench/' + new Date().toISOString().replace(/[:.]/g, '-') + '.json';
    writeFileSync(file, JSON.stringify({ results: { startup: { first: [{ readyAfter: ${milliseconds} }] } } }));
  `;
  writeFileSync(join(root, 'bench.cjs'), program);
  git('add', '-A');
  git('commit', '--quiet', '-m', `takes ${milliseconds}`);
}

describe('a comparison', () => {
  it(
    'measures both revisions in turn with the same arguments, and gives the ratio',
    async () => {
      writeFileSync(join(root, '.gitignore'), '.local\nnode_modules\nturns\n');
      writeFileSync(join(root, 'package.json'), JSON.stringify({ scripts: { bench: 'node bench.cjs' } }));
      const lock = { name: 'x', lockfileVersion: 3, packages: { '': {} } };
      writeFileSync(join(root, 'package-lock.json'), JSON.stringify(lock));
      git('init', '--quiet');
      commit(200);
      commit(300);
      mkdirSync(join(root, '.local'), { recursive: true });
      const [table, file] = await compareWith({
        ...{ root, against: 'HEAD~1', rounds: 2, args: ['startup', '--quick'], progress: () => undefined },
      });
      expect(table.rows).toEqual([['startup.first.readyAfter', '200', '300', '1.50×']]);
      expect(readFileSync(join(root, 'turns'), 'utf8').trim().split('\n')).toEqual(
        [200, 300, 300, 200].map((milliseconds) => `${milliseconds} startup --quick`),
      );
      const { figures } = JSON.parse(readFileSync(file, 'utf8')) as { figures: unknown };
      expect(figures).toEqual([{ name: 'startup.first.readyAfter', before: 200, after: 300, ratio: 1.5 }]);
      const missing = compareWith({ root, against: 'no-such', rounds: 1, args: [], progress: () => undefined });
      await expect(missing).rejects.toThrow('there is no "no-such"');
    },
    TEST_MS,
  );
});

describe('options', () => {
  it('belong to compare, which needs a revision', () => {
    const { parts, against, rounds } = parseOptions(['compare', '--against', 'main', 'startup', '--rounds', '3']);
    expect({ parts, against, rounds }).toEqual({ parts: ['startup'], against: 'main', rounds: 3 });
    expect(() => parseOptions(['compare'])).toThrow('compare needs --against');
    expect(() => parseOptions(['startup', '--against', 'main'])).toThrow('--against belongs to compare');
  });
});
