import { describe, expect, it } from '@jest/globals';
import { isStuck, nextCheckAt, recover } from '../../src/domain/recovery.ts';
import type { Order } from '../../src/domain/order.ts';
import type { StoredWorkflow } from '../../src/store/workflow-store.ts';

const order = (status: 'placed' | 'confirmed' | 'shipped', cancelling = false) =>
  ({ status, cancelling }) as unknown as Order;

const undone: StoredWorkflow = {
  attempts: 0,
  ending: { type: 'reject', reason: 'payment-declined', skus: [], undo: 'stock' },
};

it.each([
  ['a placed order goes on', order('placed'), 0, 1, 'checkout'],
  ['but not for ever', order('placed'), 2, 1, 'reject'],
  ['and not for long', order('placed'), 0, 11, 'reject'],
  ['a confirmed one is shipped, however long that took', order('confirmed'), 1, 9999, 'ship'],
  ['or undone', order('confirmed'), 2, 1, 'cancel'],
  ['one that is being cancelled is undone', order('confirmed', true), 0, 1, 'cancel'],
  ['what has left is waited for', order('shipped'), 9, 9999, 'deliver'],
  ['also when it was called back', order('shipped', true), 0, 1, 'deliver'],
  ['one that was being undone is undone', order('placed'), undone, 1, 'undo'],
  ['unless its parcels have left', order('shipped'), undone, 1, 'deliver'],
  ['a completed one is left alone', { status: 'completed' } as Order, 0, 1, undefined],
  ['a rejected one too', { status: 'rejected' } as Order, 0, 1, undefined],
] as [string, Order, number | StoredWorkflow, number, string | undefined][])('%s', (_, state, workflow, age, mode) => {
  const stored = typeof workflow === 'number' ? { attempts: workflow } : workflow;
  expect(recover(state, stored, age)).toBe(mode);
});

describe('the next check of an order', () => {
  const at = (minutes: number) => new Date(Date.UTC(2026, 0, 5) + minutes * 60_000).toISOString();

  it.each([
    ['a minute after it moved, comes soon', 1, 0, 1.25],
    ['a day after it moved, in an hour', 1440, 0, 1500],
    ['after three recoveries, ever later', 1, 3, 9],
    ['after many, in an hour', 1, 20, 61],
  ])('%s', (_, now, attempts, next) => {
    expect(nextCheckAt(at(now), at(0), attempts)).toBe(at(next));
  });

  it('finds it stuck once it was resumed three times', () => {
    expect([0, 2, 3, 9].map(isStuck)).toEqual([false, false, true, true]);
  });
});
