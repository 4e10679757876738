import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { translationProblems } from '../src/translation.mjs';

const ROOT = join(import.meta.dirname, '../../..');
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const ORIGINAL = `# A

<!-- note -->

Run \`npm test\`, see [b](b.md), [다른 말](README.ko.md).

\`\`\`sh
npm start # in a terminal
\`\`\`

\`\`\`text
Ready
\`\`\`
`;

test('README.ko.md is in step with README.md', () => {
  expect(translationProblems(read('README.md'), read('README.ko.md'))).toEqual([]);
});

test('a translation may have other words, comments and order', () => {
  const translation = ORIGINAL.replace('Run `npm test`, see [b](b.md)', '[비](b.md)를 보고 `npm test`')
    .replace('in a terminal', '터미널에서')
    .replace('(README.ko.md)', '(README.md)');
  expect(translationProblems(ORIGINAL, translation)).toEqual([]);
});

test.each([
  ['npm start #', 'npm run cloud #', 'The command "npm start" is missing.'],
  ['`npm test`', '`npm run lint`', 'The command "npm run lint" is not in the original.'],
  ['(b.md)', '(c.md)', 'The link "b.md" is missing.'],
  ['Ready', 'Done', 'The output "Ready" is missing.'],
  ['<!-- note -->', '', 'The comment "<!-- note -->" is missing.'],
  ['# A', '## A', 'The heading "#" is missing.'],
  ['npm start #', 'npm start\nnpm start #', 'The command "npm start" is not in the original.'],
])('finds %j where it became %j', (before, after, problem) => {
  expect(translationProblems(ORIGINAL, ORIGINAL.replace(before, after))).toContain(problem);
});
