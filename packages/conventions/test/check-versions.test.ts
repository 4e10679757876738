import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { checkVersions } from '../src/check-versions.mjs';

const SNS = '@aws-sdk/client-sns@3.2.1';
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A repository whose packages each depend on one other: `{ orders: 'zod@4.6.7' }`. */
function repository(dependencies: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'dure-versions-'));
  folders.push(root);
  writeFileSync(
    join(root, 'package.json'),
    JSON.stringify({ name: 'root', private: true, workspaces: ['packages/*'] }),
  );
  for (const [name, dependency] of Object.entries(dependencies)) {
    const [, library = '', version] = /^(.+)@(.+)$/.exec(dependency) ?? [];
    const manifest = { name, dependencies: { [library]: version } };
    mkdirSync(join(root, 'packages', name), { recursive: true });
    writeFileSync(join(root, 'packages', name, 'package.json'), JSON.stringify(manifest));
  }
  return root;
}

test('accepts one version of a package, and of the AWS SDK', () => {
  const root = repository({
    orders: 'zod@4.6.7',
    payments: 'zod@4.6.7',
    alerts: SNS,
    journal: '@aws-sdk/client-sqs@3.2.1',
  });
  expect(checkVersions(root)).toMatchObject({ consistent: true });
});

test.each([
  { what: 'two versions of a package', orders: 'zod@4.6.7', payments: 'zod@4.6.6', named: 'zod' },
  { what: 'two versions of the AWS SDK', orders: SNS, payments: '@aws-sdk/client-sqs@3.2.0', named: 'client-sqs' },
  {
    what: 'two versions of a client and a library',
    orders: SNS,
    payments: '@aws-sdk/lib-dynamodb@3.2.0',
    named: 'lib-dynamodb',
  },
  { what: 'a range', orders: 'zod@^4.6.7', payments: 'zod@^4.6.7', named: 'zod' },
])('finds $what, and names the package', ({ orders, payments, named }) => {
  const { consistent, output } = checkVersions(repository({ orders, payments }));
  expect(consistent).toBe(false);
  expect(output).toContain(named);
});

test('names the one that differs from most, and what to set, although it is the newer one', () => {
  const newer = '@aws-sdk/client-s3@3.2.2';
  const { output } = checkVersions(repository({ orders: SNS, payments: SNS, imports: newer }));
  expect(output.replaceAll('\\', '/')).toBe(
    'packages/imports/package.json: @aws-sdk/client-s3 is 3.2.2. Set it to 3.2.1, which most of the AWS SDK has, and run npm install.',
  );
});
