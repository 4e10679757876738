import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from '@jest/globals';
import { ESLint } from 'eslint';
import { join } from 'node:path';
import tseslint from 'typescript-eslint';

const root = join(import.meta.dirname, '..', '..', '..');

/** The repository's own configuration. Planted files cannot be type-checked. */
const untyped = { ...tseslint.configs.disableTypeChecked, files: ['**/*.ts'] };
const planted = new ESLint({ cwd: root, overrideConfig: untyped });
/** What the rules that read types lint, in a project that has nothing else: the whole one takes many seconds. */
const TYPED = 'packages/serverless-plugin/src/nearest.ts';
const folder = mkdtempSync(join(root, 'node_modules', '.packaged-lint-'));
const project = join(folder, 'tsconfig.json');
writeFileSync(project, JSON.stringify({ extends: join(root, 'tsconfig.json'), include: [join(root, TYPED)] }));
afterAll(() => rmSync(folder, { recursive: true }));
// In CI, the parser would otherwise read the file from the disk, once, and not the planted code.
const parserOptions = { projectService: false, project, disallowAutomaticSingleRunInference: true };
const typed = new ESLint({ cwd: root, overrideConfig: { files: ['**/*.ts'], languageOptions: { parserOptions } } });

async function lint(eslint: ESLint, file: string, code: string): Promise<string[]> {
  const [result] = await eslint.lintText(code, { filePath: join(root, ...file.split('/')) });
  return (result?.messages ?? []).map((it) => `${it.ruleId ?? 'parse'}: ${it.message}`);
}

const src = 'services/orders/src';
const domain = `${src}/domain/order.ts`;
const use = (name: string, from: string) => `import { ${name} } from '${from}';\nexport const it = ${name};\n`;
const value = (expression: string) => `export const it = () => ${expression};\n`;

/** The planted code and its place, the rule that fires, and a part of its message. */
const VIOLATIONS: [file: string, code: string, rule: string, message: string][] = [
  [`${src}/http/a.ts`, use('a', '../../../inventory/src/store.ts'), 'dure/boundaries', 'outside its own folder'],
  [`${src}/http/a.ts`, use('a', '@dure/inventory/store'), 'dure/boundaries', 'nothing from another service'],
  [`${src}/http/a.ts`, `export * from '@dure/inventory';`, 'dure/boundaries', 'nothing from another service'],
  [
    `${src}/http/a.ts`,
    `export const a = import('@dure/inventory');`,
    'dure/boundaries',
    'nothing from another service',
  ],
  [
    `${src}/a.ts`,
    `import type { A } from '@dure/inventory/a';\nexport type B = A;`,
    'dure/boundaries',
    'another service',
  ],
  [`${src}/a.ts`, `export type A = import('@dure/inventory').A;`, 'dure/boundaries', 'nothing from another service'],
  ['services/orders/test/a.test.ts', use('a', '../../inventory/src/a.ts'), 'dure/boundaries', 'outside its own folder'],
  [
    `${src}/a.ts`,
    use('a', '../../../packages/contracts/src/binding/log.ts'),
    'dure/boundaries',
    'outside its own folder',
  ],
  [`${src}/a.ts`, use('a', '@dure/local-cloud/ports'), 'dure/boundaries', 'no package for development'],
  [`${src}/a.ts`, use('a', '@dure/serverless-plugin'), 'dure/boundaries', 'no package for development'],
  [`${src}/a.ts`, use('a', '@dure/testing/outbox'), 'dure/boundaries', 'no package for development'],
  [`${src}/a.ts`, use('a', '@dure/sandboxes/carrier'), 'dure/boundaries', 'no package for development'],
  [`${src}/a.ts`, use('contracts', '@dure/contracts/all-contracts'), 'dure/boundaries', 'bundles all contracts'],

  [
    'packages/local-cloud/src/services/ses/index.ts',
    use('createServer', 'node:http'),
    'no-restricted-imports',
    'Only openServer of @dure/local-http/server makes servers',
  ],

  [domain, use('PutCommand', '@aws-sdk/lib-dynamodb'), 'dure/boundaries', 'no AWS, no clock'],
  [domain, use('a', '@middy/core'), 'dure/boundaries', 'no AWS, no clock'],
  [domain, use('v7', 'uuid'), 'dure/boundaries', 'no randomness'],
  [domain, use('readFileSync', 'node:fs'), 'dure/boundaries', 'no built-in modules'],
  [domain, use('randomUUID', 'crypto'), 'dure/boundaries', 'no built-in modules'],
  [domain, use('a', '../store.ts'), 'dure/boundaries', 'none of the layers around it'],
  [domain, use('a', '../http/a.ts'), 'dure/boundaries', 'none of the layers around it'],
  [domain, use('a', '../application/a.ts'), 'dure/boundaries', 'none of the layers around it'],
  [domain, use('a', '../composition.ts'), 'dure/boundaries', 'none of the layers around it'],
  [`${src}/domain/deep/a.ts`, use('a', '../../store.ts'), 'dure/boundaries', 'none of the layers around it'],
  [domain, use('log', '@dure/contracts/binding/log'), 'dure/boundaries', 'contracts, not their bindings'],
  [domain, value('process.pid'), 'no-restricted-globals', 'the environment comes in'],
  [domain, value('globalThis.crypto'), 'no-restricted-globals', 'the environment comes in'],
  [domain, value('Date.now()'), 'no-restricted-properties', 'time comes in'],
  [domain, value('new Date()'), 'no-restricted-syntax', 'time comes in'],
  [domain, value('new Date'), 'no-restricted-syntax', 'time comes in'],
  [domain, value('Date()'), 'no-restricted-syntax', 'time comes in'],
  [domain, value('performance.now()'), 'no-restricted-globals', 'time comes in'],
  [domain, value('setTimeout(() => 1)'), 'no-restricted-globals', 'time comes in'],
  [domain, value('setInterval(() => 1)'), 'no-restricted-globals', 'time comes in'],
  [domain, value('Math.random()'), 'no-restricted-properties', 'randomness comes in'],
  [domain, `const { random } = Math;\n${value('random()')}`, 'no-restricted-properties', 'randomness comes in'],
  [domain, value('crypto.randomUUID()'), 'no-restricted-globals', 'randomness comes in'],
  [domain, value(`fetch('http://localhost')`), 'no-restricted-globals', 'what is outside comes in'],
  [domain, value('console.log(1)'), 'no-restricted-globals', 'what is outside comes in'],

  [`${src}/store.ts`, value('process.env'), 'no-restricted-properties', 'nly composition.ts reads'],
  [`${src}/http/a.ts`, value(`process['env']`), 'no-restricted-properties', 'nly composition.ts reads'],
  [
    `${src}/http/a.ts`,
    `const { env } = process;\n${value('env')}`,
    'no-restricted-properties',
    'nly composition.ts reads',
  ],
  [domain, value('process.env'), 'no-restricted-properties', 'nly composition.ts reads'],
  [`${src}/relay.ts`, use('env', 'node:process'), 'dure/boundaries', 'nly composition.ts reads'],

  [`${src}/http/a.ts`, use('SFNClient', '@aws-sdk/client-sfn'), 'dure/boundaries', 'stays out of application'],
  [`${src}/events/a.ts`, use('PutCommand', '@aws-sdk/lib-dynamodb'), 'dure/boundaries', 'stays out of application'],
  [`${src}/application/a.ts`, use('a', '@smithy/core'), 'dure/boundaries', 'stays out of application'],
  [`${src}/sweep.ts`, use('QueryCommand', '@aws-sdk/lib-dynamodb'), 'dure/boundaries', 'only store.ts or store/'],
  [
    `${src}/composition.ts`,
    use('PutItemCommand', '@aws-sdk/client-dynamodb'),
    'dure/boundaries',
    'only store.ts or store/',
  ],
  [`${src}/sweep.ts`, use('paginateQuery', '@aws-sdk/lib-dynamodb'), 'dure/boundaries', 'only store.ts or store/'],
  [
    `${src}/a.ts`,
    `import * as d from '@aws-sdk/lib-dynamodb';\n${value('d')}`,
    'dure/boundaries',
    'only store.ts or store/',
  ],

  ['packages/contracts/src/contracts/a.ts', use('a', '@dure/orders/a'), 'dure/boundaries', 'no service and no tool'],
  [
    'packages/contracts/src/contracts/a.ts',
    use('a', '@dure/local-cloud/ports'),
    'dure/boundaries',
    'no service and no tool',
  ],
  [
    'packages/contracts/src/contracts/a.ts',
    use('a', '../../../services/orders/src/a.ts'),
    'dure/boundaries',
    'no service',
  ],

  [
    'packages/contracts/src/contracts/a.ts',
    use('log', '../binding/log.ts'),
    'dure/boundaries',
    'does not import its binding',
  ],

  [`${src}/workflow.ts`, value('new SFNClient()'), 'no-restricted-syntax', 'wait for ever'],
  [`${src}/workflow.ts`, value('new SFNClient({ maxAttempts: 3 })'), 'no-restricted-syntax', 'wait for ever'],
  [
    'packages/contracts/src/contracts/a.ts',
    value('new sqs.SQSClient({ requestHandler: { requestTimeout: 1 } })'),
    'no-restricted-syntax',
    'wait for ever',
  ],

  ['services/orders/test/a.test.ts', `it.skip('x', () => {});`, 'no-restricted-syntax', 'proves nothing'],
  [`${src}/a.ts`, '// TODO later\n', 'no-warning-comments', 'todo'],
  [`${src}/a.ts`, '// eslint-disable-next-line no-var\nvar a = 1;\nexport { a };\n', 'no-var', 'Unexpected var'],
  ['scripts/a.mjs', 'undeclared();\n', 'no-undef', 'undeclared'],
];

/** The right way to do the same. */
const CLEAN: [file: string, code: string][] = [
  [`${src}/http/a.ts`, use('a', '../application/a.ts')],
  [`${src}/http/a.ts`, use('api', '@dure/contracts/binding/api')],
  [`${src}/http/a.ts`, use('a', '@dure/orders/a')],
  ['services/orders/test/a.test.ts', use('a', '@dure/local-cloud/ports')],
  ['services/orders/src/domain/a.ts', use('a', '@dure/compatibility')],
  ['services/orders/src/domain/a.ts', use('a', '@dure/event-patterns')],
  ['services/orders/src/composition.ts', use('a', '@dure/service-identity')],
  ['services/orders/test/a.test.ts', use('a', '@dure/testing/outbox')],
  ['services/orders/test/a.test.ts', use('a', '../src/store.ts')],
  [domain, use('OrderPlaced', '@dure/contracts/orders')],
  [domain, use('Money', '@dure/contracts/values')],
  [domain, `import type { Table } from '@dure/contracts/binding/table';\nexport type A = Table;\n`],
  [domain, use('a', './a.ts')],
  [`${src}/domain/deep/a.ts`, use('a', '../a.ts')],
  [domain, `export const it = (at: number) => new Date(at).toISOString();\n`],
  [domain, `export const it = (process: { pid: number }, fetch: () => number) => process.pid + fetch();\n`],
  [`${src}/composition.ts`, value('process.env')],
  [`${src}/composition.ts`, use('DynamoDBClient', '@aws-sdk/client-dynamodb')],
  [`${src}/store.ts`, use('TransactWriteCommand', '@aws-sdk/lib-dynamodb')],
  [`${src}/sweep.ts`, `import type { QueryCommand } from '@aws-sdk/lib-dynamodb';\nexport type A = QueryCommand;\n`],
  [`${src}/application/a.ts`, value('new Date()')],
  ['packages/contracts/src/contracts/a.ts', use('a', './b.ts')],
  ['packages/contracts/src/binding/a.ts', use('pagesOf', '@dure/sealed-cursors')],
  ['packages/contracts/src/binding/a.ts', use('OrderPlaced', '../contracts/orders/order-placed.ts')],
  ['packages/contracts/src/contracts/a.ts', value('process.env')],
  ['packages/contracts/src/contracts/a.ts', value('new sqs.SQSClient({ requestHandler: answerWithin(1) })')],
  ['scripts/a.mjs', 'console.log(process.argv);\n'],
];

describe('a planted violation is found', () => {
  it.each(VIOLATIONS)('%s: %j by %s', async (file, code, rule, message) => {
    const found = await lint(planted, file, code);
    expect(found).toContainEqual(expect.stringMatching(new RegExp(`^${rule}: .*${message}`)));
  });
});

it('a file that is too long is found', async () => {
  const found = await lint(planted, `${src}/a.ts`, '// a line\n'.repeat(301));
  expect(found).toEqual([expect.stringMatching('^max-lines: ')]);
});

describe('the right way passes', () => {
  it.each(CLEAN)('%s: %j', async (file, code) => {
    expect(await lint(planted, file, code)).toEqual([]);
  });
});

describe('a planted violation of a rule that reads types is found', () => {
  it.each([
    ['no-floating-promises', 'Promise.resolve(1);'],
    ['no-misused-promises', 'export const it = [1].filter(async () => true);'],
    ['await-thenable', 'export const it = async () => await 1;'],
    ['switch-exhaustiveness-check', `export const it = (a: 'x' | 'y') => { switch (a) { case 'x': return 1; } };`],
    ['consistent-type-imports', `import { AwsError } from './b.ts';\nexport type A = AwsError;`],
    ['only-throw-error', `export const it = () => { throw 'x'; };`],
  ])('%s', async (rule, code) => {
    const found = await lint(typed, TYPED, code);
    expect(found).toEqual([expect.stringMatching(`^@typescript-eslint/${rule}: `)]);
  });
});
