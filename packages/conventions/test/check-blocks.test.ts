import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { blockProblems, isRunAgainstCloud, pathProblems } from '../src/check-blocks.mjs';
import { codeBlocks, proseLines } from '../src/markdown.mjs';

const ROOT = join(import.meta.dirname, '../../..');
const only = (markdown: string, file = 'docs/planted.md') => {
  const [block] = codeBlocks(file, markdown);
  if (block === undefined) throw new Error('There is no block.');
  return block;
};
const problemsOf = (info: string, text: string, file?: string) =>
  blockProblems(ROOT, only(`\`\`\`${info}\n${text}\n\`\`\`\n`, file)).join(' ');

test.each([
  ['sh', 'npm start # in a terminal\nnpm run demo'],
  ['sh', 'cd services/journal && npx sls offline\ncurl localhost:3000/dev/v1/health'],
  ['sh', 'curl \'localhost:4000/x?limit=1\' -H "a: ?"'],
  ['sh', 'curl localhost:4000/x \\\n  -d \'{\n  "a": 1 }\''],
  ['sh', 'STAGE=dev'],
  ['sh aws', 'aws sts get-caller-identity'],
  ['sh github', 'gh api user'],
  ['json', '{ "a": "…" }'],
  ['yaml', 'a: [1, 2]'],
  ['', 'orders ─► bus'],
  ['text', 'npm prints this'],
])('accepts %s: %s', (info, text) => {
  expect(problemsOf(info, text)).toBe('');
});

test.each([
  ['sh', 'if true; do', 'syntax error'],
  ['sh', 'cd services/nowhere', 'services/nowhere does not exist.'],
  ['sh', 'node packages/nowhere/cli.mjs', 'packages/nowhere/cli.mjs does not exist.'],
  ['sh', 'aws sts get-caller-identity', 'No test runs "aws sts get-caller-identity".'],
  ['sh', 'curl "$(url orders)/v1/health"', 'it does not call localhost:4000.'],
  ['sh', 'curl localhost:4000/x?limit=1', 'localhost:4000/x?limit=1 has a ? that zsh takes for itself'],
  ['sh', 'curl localhost:3000/dev/v1/health', 'it does not call localhost:4000.'],
  ['sh', 'curl "localhost:4000/orders/<id of an order>"', '<id of an order> cannot be typed'],
  ['sh later', 'npm start', '"later" is not a reason. There are aws, github.'],
  ['sh', 'TOKEN=$(npm run --silent demo)', 'No test runs'],
  ['sh aws', 'npm start', 'It runs without aws.'],
  ['json', '{ "a": }', 'JSON'],
  ['yaml', 'a: [1', 'Flow'],
  ['ts', 'let a = 1;', 'there is no docs/test/readme.test.ts'],
  ['', 'npm start', 'It has commands: write ```sh.'],
  ['diff', '+a', 'No test reads blocks of the language "diff".'],
])('refuses %s: %s', (info, text, problem) => {
  expect(problemsOf(info, text)).toContain(problem);
});

test('lets a test of a package compile its README', () => {
  expect(problemsOf('ts', 'let a = 1;', 'packages/contracts/README.md')).toBe('');
});

describe('a block that a test runs', () => {
  const runBy = (path: string) => `<!-- run by ${path} -->\n\n\`\`\`sh\naws x\n\`\`\`\n`;

  test('needs nothing else', () => {
    const block = only(runBy('packages/conventions/test/translation.test.ts'), 'README.ko.md');
    expect(blockProblems(ROOT, block)).toEqual([]);
    expect(isRunAgainstCloud({ ...block, text: 'curl localhost:4000/x' })).toBe(false);
  });

  test('needs a test that exists and names the document', () => {
    const gone = only(runBy('packages/e2e/test/gone.test.ts'));
    expect(blockProblems(ROOT, gone)).toEqual(['packages/e2e/test/gone.test.ts does not exist.']);
    const other = only(runBy('packages/conventions/test/translation.test.ts'));
    expect(blockProblems(ROOT, other)).toEqual([
      'packages/conventions/test/translation.test.ts does not name planted.md.',
    ]);
  });

  test('may be any block of a file', () => {
    const file = '# A\n\n<!-- every block is run by a.test.ts -->\n\n```sh\nx\n```\n';
    expect(only(file).runBy).toBe('a.test.ts');
  });
});

test('finds what the cloud of a test can run', () => {
  expect(isRunAgainstCloud(only('```sh\ncurl localhost:4000/x\n```\n'))).toBe(true);
  expect(isRunAgainstCloud(only('```sh aws\ncurl localhost:4000/x\n```\n'))).toBe(false);
  expect(isRunAgainstCloud(only('```sh\nnpm start\n```\n'))).toBe(false);
});

test('reads indented blocks, and reports one that is never closed', () => {
  expect(only('- a\n\n  ```sh\n  npm test\n  ```\n')).toMatchObject({ line: 3, text: 'npm test\n' });
  expect(() => codeBlocks('a.md', '```sh\nnpm test\n')).toThrow('a.md:1: this code block is never closed.');
  expect(proseLines('a\n```\nb\n```\nc').join('|')).toBe('a||||c');
});

test('finds a path that does not exist', () => {
  const prose =
    'See `packages/conventions/` and `services/nowhere/src/`, not `services/<name>/src/` or `src/nowhere.ts`.';
  expect(pathProblems(ROOT, 'docs/planted.md', prose)).toEqual(['services/nowhere/src/ does not exist.']);
  expect(pathProblems(ROOT, 'packages/local-cloud/README.md', '`services/sqs/`')).toEqual([]);
  expect(pathProblems(ROOT, 'README.md', '`services/sqs/`')).toEqual(['services/sqs/ does not exist.']);
});
