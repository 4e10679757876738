import { describe, expect, it } from '@jest/globals';
import { allOperations } from '../src/fuzz.ts';
import { accessOf, type Caller, kindsOfCallers } from '../src/fuzz/callers.ts';
import { differences } from '../src/fuzz/tables.ts';

/** What the fuzz by callers relies on. */

const mint = {
  claims: () => ({}),
  token: () => Promise.resolve('a.b.c'),
  forged: () => Promise.resolve('a.b.c'),
  close: () => undefined,
};
const kindsThatMay = async (may: (caller: Caller) => boolean): Promise<string[]> =>
  (await kindsOfCallers(mint, ['a secret'])).filter(may).map(({ kind }) => kind);

describe('the callers', () => {
  it('are of every kind, and what each may do is what the contract says', async () => {
    const read = { own: 'usage:read', any: 'journal:read' } as const;
    expect(await kindsThatMay((caller) => caller.may(read) === 'any')).toEqual(['operator', 'auditor']);
    const own = ['the customer', 'another customer', 'a guest', 'merchandiser', 'deployer'];
    expect(await kindsThatMay((caller) => caller.may(read) === 'own')).toEqual(own);
    const cannot = await kindsThatMay((caller) => caller.may(read) === undefined);
    expect(cannot).toEqual(
      expect.arrayContaining([
        'no token',
        'an expired token',
        'another audience',
        'another key',
        'a token without scopes',
      ]),
    );
    expect(cannot).toEqual(expect.arrayContaining(['journal in its own name', 'registry in its own name']));
    expect(await kindsThatMay((caller) => caller.may('public') === undefined)).toEqual([]);
    expect(await kindsThatMay(({ hidden }) => hidden.length === 0)).toEqual([
      ...['the customer', 'a token without scopes', 'scopes that look alike'],
    ]);
  });

  it('ask operations that all have a contract', () => {
    const operations = allOperations();
    const open = operations.filter((operation) => accessOf(operation) === 'public');
    expect(operations.length).toBeGreaterThan(100);
    expect(open.length).toBeLessThan(operations.length / 2);
    expect(() => accessOf({ ...operations[0]!, path: '/v1/nothing' })).toThrow('No contract has');
  });
});

it('a table that is another has items that are new, gone or changed', () => {
  const [before, after] = [
    new Map([
      ['a', '1'],
      ['b', '1'],
      ['c', '1'],
    ]),
    new Map([
      ['a', '1'],
      ['b', '2'],
      ['d', '1'],
    ]),
  ];
  expect(differences(before, after)).toEqual(['b', 'c', 'd']);
  expect(differences(before, before)).toEqual([]);
});
