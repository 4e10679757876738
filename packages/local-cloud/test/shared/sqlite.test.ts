import { DatabaseSync } from 'node:sqlite';
import { afterEach, expect, it } from '@jest/globals';
import { inTransaction } from '../../src/shared/sqlite.ts';

const database = new DatabaseSync(':memory:');
database.exec('CREATE TABLE kept (text TEXT)');
const insert = database.prepare('INSERT INTO kept VALUES (?)');
const kept = (): unknown => database.prepare('SELECT count(*) AS count FROM kept').get()?.['count'];
afterEach(() => database.exec('DELETE FROM kept'));

it('keeps all of it, or nothing', () => {
  expect(inTransaction(database, () => insert.run('a').changes)).toBe(1);
  const failing = (): never => {
    insert.run('b');
    throw new Error('after all');
  };
  expect(() => inTransaction(database, failing)).toThrow('after all');
  expect(kept()).toBe(1);
});

it('throws what went wrong, also where SQLite has ended the transaction by itself', () => {
  database.exec('PRAGMA max_page_count = 3');
  const filling = (): unknown => insert.run('x'.repeat(100_000));
  expect(() => inTransaction(database, filling)).toThrow(expect.objectContaining({ errcode: 13 }));
  expect(() => inTransaction(database, () => database.exec('ROLLBACK; SELECT * FROM missing'))).toThrow('missing');
  expect(kept()).toBe(0);
});
