import { DeleteCommand, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { beginCall } from '@dure/contracts/binding/call';
import { Poison } from '@dure/contracts/binding/message';
import { openTable, type Table } from '@dure/contracts/binding/table';
import { configuration } from '@dure/contracts/configuration';
import { createTestTable } from '@dure/testing/dynamodb';
import { beforeEach, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import * as z from 'zod/mini';
import { openKeeper } from '../src/keep.ts';
import { openPickUp } from '../src/pick-up.ts';
import { readPolicy } from '../src/policy.ts';
import { usualPolicy } from '../src/usual-policy.ts';

const policyWith = (more: object = {}) => ({
  targets: { v1: {} },
  routes: [{ match: { operation: '*' }, to: ['v1'] }],
  ...more,
});
const read = (revision: number, more: object = {}) => {
  const found = readPolicy({ service: 'orders', revision, ...policyWith(more) });
  if ('faults' in found) throw new Error(JSON.stringify(found.faults));
  return found.policy;
};
const message = <Data>(data: Data) => ({ id: '1', subject: 'orders', sequence: 1, time: '', type: '', data });
const Size = configuration('things', 'size', {
  schema: z.int().check(z.gte(1)),
  initial: 3,
  description: 'How large they are',
});

const { tableName } = await createTestTable();
const { name, client } = openTable(tableName);
beforeEach(() => client.send(new DeleteCommand({ TableName: name, Key: { pk: 'MESH', sk: 'KEPT' } })));

/** An environment with its own clock, on a table that counts who reads it. */
function environment() {
  const asked: unknown[] = [];
  let answer: (() => Promise<never>) | undefined;
  const send = (...[command, options]: Parameters<typeof client.send>) => {
    asked.push(command.input);
    return answer?.() ?? client.send(command, options);
  };
  const table = { name, client: { send } } as unknown as Table;
  const failures: unknown[] = [];
  let now = 1_000_000_000_000;
  const options = { failed: (error: unknown) => void failures.push(error), clock: () => now };
  return {
    ...{ table, asked, failures, keeper: openKeeper({ name, client }), open: () => openPickUp(table, options) },
    pass: (milliseconds: number) => void (now += milliseconds),
    break: (how: typeof answer) => void (answer = how),
  };
}

type Keeper = ReturnType<typeof openKeeper>;
const publish = (keeper: Keeper, revision: number, more: object = {}) =>
  keeper.keepPolicy(message({ service: 'orders', revision, policy: policyWith(more) }), beginCall());

describe('a policy', () => {
  it('is taken up ten seconds after the last look, by one read for all that is kept', async () => {
    const { keeper, open, pass, asked } = environment();
    const { refresh, policyOf, valueOf } = open();
    await refresh();
    expect([policyOf('orders'), valueOf(Size)]).toEqual([undefined, 3]);
    await publish(keeper, 1, { bulkhead: 7 });
    await keeper.keepValue(message({ service: 'things', name: 'size', revision: 1, json: '8' }), beginCall());
    pass(9_999);
    expect(refresh()).toBeUndefined();
    pass(1);
    await refresh();
    expect([policyOf('orders'), valueOf(Size)]).toEqual([read(1, { bulkhead: 7 }), 8]);
    expect(policyOf('orders')).toBe(policyOf('orders'));
    expect(policyOf('payments')).toBeUndefined();
    expect(asked.length).toBe(2);
  });

  it('holds after a long sleep until the new one was read, which many calls do once', async () => {
    const { keeper, open, pass, asked } = environment();
    await publish(keeper, 1, { bulkhead: 7 });
    const { refresh, policyOf } = open();
    await refresh();
    await publish(keeper, 2, { bulkhead: 9 });
    pass(600_000);
    const looks = Array.from({ length: 50 }, () => refresh() ?? Promise.resolve());
    expect(policyOf('orders')?.bulkhead).toBe(7);
    await Promise.all(looks);
    expect([policyOf('orders')?.bulkhead, asked.length]).toEqual([9, 2]);
  });

  it.each<[string, () => Promise<never>]>([
    ['is away', () => Promise.reject(new Error('away'))],
    ['does not answer', () => new Promise(() => {})],
  ])('holds while the table %s, which costs one look in ten seconds', async (_, how) => {
    const { keeper, open, pass, failures, asked, break: fail } = environment();
    await publish(keeper, 1, { bulkhead: 7 });
    const { refresh, policyOf } = open();
    await refresh();
    fail(how);
    pass(10_000);
    const started = performance.now();
    await refresh();
    expect(performance.now() - started).toBeLessThan(1_000);
    expect(refresh()).toBeUndefined();
    expect([policyOf('orders')?.bulkhead, failures.length, asked.length]).toEqual([7, 1, 2]);
    const { policyOf: ofNew, refresh: refreshNew } = open();
    await refreshNew();
    expect(ofNew('orders')).toBeUndefined();
  });

  it('is replaced by a higher revision alone, in whatever order they come', async () => {
    const { keeper, open, pass } = environment();
    const { refresh, policyOf } = open();
    let highest = 0;
    const steps = fc.sample(fc.integer({ min: 1, max: 12 }), { numRuns: 20, seed: 16 });
    for (const revision of steps) {
      await publish(keeper, revision, { bulkhead: revision });
      highest = Math.max(highest, revision);
      pass(10_000);
      await refresh();
      expect(policyOf('orders')?.revision).toBe(highest);
    }
  });

  it('that cannot be read here is a dead letter with the field, and the one before stays', async () => {
    const { keeper, open } = environment();
    await publish(keeper, 1, { bulkhead: 7 });
    const later = publish(keeper, 2, { bulkhead: 9, mirror: { share: 1 } });
    await expect(later).rejects.toThrow(Poison);
    await expect(later).rejects.toThrow(/Revision 2 of the policy of orders cannot be read here: .*mirror/);
    await expect(publish(keeper, 3, { routes: [] })).rejects.toThrow(/\/routes/);
    const { refresh, policyOf } = open();
    await refresh();
    expect(policyOf('orders')).toEqual(read(1, { bulkhead: 7 }));
  });

  it('of an earlier release has what was added since from the defaults; of another form it is none', async () => {
    const { keeper, open, pass, failures, table } = environment();
    await publish(keeper, 1, { bulkhead: 7 });
    const { refresh, policyOf } = open();
    const { Item } = await table.client.send(
      new GetCommand({ TableName: table.name, Key: { pk: 'MESH', sk: 'KEPT' }, ConsistentRead: true }),
    );
    const { breaker, outlier: _, ...policy } = read(1, { bulkhead: 7 });
    const { probes: __, ...older } = breaker;
    const keep = (more: object) =>
      table.client.send(
        new PutCommand({
          TableName: table.name,
          Item: { ...Item, 'policy:orders': { ...(Item?.['policy:orders'] as object), ...more } },
        }),
      );
    await keep({ json: JSON.stringify({ ...policy, breaker: older }) });
    await refresh();
    expect(policyOf('orders')).toEqual({ ...read(1, { bulkhead: 7 }), outlier: usualPolicy('orders').outlier });
    await keep({ form: 99, revision: 2 });
    pass(10_000);
    await refresh();
    expect([policyOf('orders')?.revision, failures.length]).toEqual([1, 1]);
  });
});

it('a value that this release does not take leaves the one before, and is told once', async () => {
  const { keeper, open, pass, failures } = environment();
  const { refresh, valueOf } = open();
  const values = [0, 5, 'large', 6];
  const seen: unknown[] = [];
  for (const [index, value] of values.entries()) {
    await keeper.keepValue(
      message({ service: 'things', name: 'size', revision: index + 1, json: JSON.stringify(value) }),
      beginCall(),
    );
    pass(10_000);
    await refresh();
    seen.push(valueOf(Size), valueOf(Size));
  }
  expect(seen).toEqual([3, 3, 5, 5, 5, 5, 6, 6]);
  expect(failures.length).toBe(2);
});
