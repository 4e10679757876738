import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { checkLinks } from '../src/check-links.mjs';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function repository(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'dure-links-'));
  folders.push(root);
  execFileSync('git', ['init', '--quiet'], { cwd: root });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(root, name), text);
  return root;
}

test('accepts links to files, headings and other sites, and ignores code', () => {
  const root = repository({
    'a.md':
      '# A\n\n[b](b.md), [part](b.md#two-words), [here](#a), [site](https://dure.example/x)\n\n```\n[x](gone.md)\n```\n',
    'b.md': '# B\n\n## Two words\n',
  });
  expect(checkLinks(root)).toEqual({ files: 2, links: 3, dead: [] });
});

test.each([
  { link: 'gone.md', problem: 'there is no such file' },
  { link: 'b.md#gone', problem: 'there is no such heading' },
  { link: '../outside.md', problem: 'leads out of the repository' },
])('finds $link: $problem', ({ link, problem }) => {
  const root = repository({ 'a.md': `# A\n\n[x](${link})\n`, 'b.md': '# B\n' });
  expect(checkLinks(root).dead).toEqual([{ file: 'a.md', line: 3, link, problem }]);
});

test('finds a link whose text is on two lines', () => {
  const root = repository({ 'a.md': '# A\n\nSee [the\nother](gone.md)\n' });
  expect(checkLinks(root).dead).toEqual([{ file: 'a.md', line: 3, link: 'gone.md', problem: 'there is no such file' }]);
});
