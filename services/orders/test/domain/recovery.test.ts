import { expect, it } from '@jest/globals';
import { recover } from '../../src/domain/recovery.ts';
import type { Order } from '../../src/domain/order.ts';

const order = (status: 'placed' | 'confirmed' | 'completed', cancelling = false) =>
  ({ status, cancelling }) as unknown as Order;

it.each([
  ['a placed order goes on', order('placed'), 0, 1, 'checkout'],
  ['but not for ever', order('placed'), 2, 1, 'reject'],
  ['and not for long', order('placed'), 0, 11, 'reject'],
  ['a confirmed one is completed', order('confirmed'), 1, 1, 'complete'],
  ['or undone', order('confirmed'), 2, 1, 'cancel'],
  ['one that is being cancelled is undone', order('placed', true), 0, 1, 'cancel'],
  ['also after it was completed', order('completed', true), 5, 99, 'cancel'],
  ['a completed one is left alone', order('completed'), 0, 1, undefined],
  ['a rejected one too', { status: 'rejected' } as Order, 0, 1, undefined],
] as [string, Order, number, number, string | undefined][])('%s', (_, state, attempts, age, mode) => {
  expect(recover(state, attempts, age)).toBe(mode);
});
