import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { startAccount } from '../../src/account/start-account.ts';
import { openDatabase, UnreadableData } from '../../src/shared/sqlite.ts';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function folderWith(file: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'dure-data-'));
  folders.push(folder);
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), 'This was a database once. '.repeat(100));
  return folder;
}

describe.each([
  'lock.sqlite',
  'cloud.sqlite',
  'dynamodb/dynamodb.sqlite',
  'sandbox-payment-provider/payment_provider.db',
  'sandbox-carrier/carrier.db',
])('a start on data whose %s is not readable', (file) => {
  it('names the file and what to do, and leaves it as it is', async () => {
    const folder = folderWith(file);
    const started = startAccount({ workspace: process.cwd(), dataDir: folder, port: 0, log: () => undefined });
    const path = join(folder, file);
    await expect(started).rejects.toThrow(
      `The data file ${path} cannot be read: file is not a database. ` +
        `Put it back from a copy, or empty the data: npm run reset -- --data ${JSON.stringify(folder)}`,
    );
    expect(existsSync(path)).toBe(true);
  });
});

it('is another error than a file that cannot be opened', () => {
  const folder = folderWith('whole.sqlite');
  expect(() => openDatabase(join(folder, 'whole.sqlite'))).toThrow(UnreadableData);
  expect(() => openDatabase(join(folder, 'absent', 'a.sqlite'))).toThrow('unable to open database file');
});
