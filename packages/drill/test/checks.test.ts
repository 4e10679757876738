import { describe, expect, it } from '@jest/globals';
import type { Order } from '@dure/testing/shop/shop';
import { unknownParcels } from '../src/checks/books-of-the-carrier.ts';
import { mailedAgain, notifiedWrongly, type Told } from '../src/checks/notifications.ts';
import { listedWrongly, readModelsDiffer } from '../src/checks/read-models.ts';
import { refundsDiffer } from '../src/checks/refunds.ts';

// Only what the checks read of an order, a payment and a notification.
const order = (orderId: string, status: string, customer = `c-${orderId}`) =>
  ({ orderId, status, sequence: 4, customer: { id: customer } }) as Order;
const orders = (...some: Order[]) => new Map(some.map((one) => [one.orderId, one]));
const told = (milestone: string, status = 'sent', more = {}) => ({
  milestone,
  status,
  subject: `it is ${milestone}`,
  attempts: 1,
  ...more,
});
const tell = (notifications: object[], subjects: string[]): Told[] =>
  [{ orderId: 'a', notifications, subjects }] as unknown as Told[];

describe('read models', () => {
  it('that are the same as made anew are right', () => {
    expect(readModelsDiffer(orders(order('a', 'completed')), orders(order('a', 'completed')))).toEqual([]);
  });

  it('are compared in every field, and in what is there', () => {
    const before = orders(order('a', 'placed'), order('b', 'placed'));
    expect(readModelsDiffer(before, orders(order('a', 'completed')))).toEqual([
      'order a: the read model had status "placed", made anew it has status "completed"',
      expect.stringContaining('made anew it has nothing'),
    ]);
  });

  it('have all orders that were placed, and no other of these customers', () => {
    const listed = orders(order('a', 'completed'), order('x', 'completed', 'c-a'), order('else', 'completed'));
    const placed = new Map([
      ['a', 'c-a'],
      ['b', 'c-b'],
    ]);
    expect(listedWrongly(listed, placed)).toEqual([
      'order b: it was placed and is not listed',
      'order x: its customer placed another, and never this one',
    ]);
  });
});

describe('notifications', () => {
  const completed = orders(order('a', 'completed'));

  it.each([
    ['sent once', [told('completed')], ['it is completed']],
    ['suppressed', [told('completed', 'suppressed')], []],
    ['uncertain, in vain', [told('completed', 'uncertain', { attempts: 2 })], []],
    [
      'tried again after being broken off',
      [told('completed', 'sent', { attempts: 2 })],
      Array(2).fill('it is completed'),
    ],
  ])('%s are right', (_, notifications, subjects) => {
    expect(notifiedWrongly(tell(notifications, subjects), completed)).toEqual([]);
  });

  it.each([
    ['that do not tell the end', [told('placed')], ['it is placed'], 'nobody was told that it is completed'],
    ['that failed', [told('completed', 'failed')], [], 'nobody was told that it is completed'],
    ['of one milestone twice', [told('completed'), told('completed')], ['it is completed'], 'completed stands 2 times'],
    ['whose mail is not there', [told('completed')], [], 'the mail of completed never went out'],
    [
      'sent twice',
      [told('completed')],
      Array(2).fill('it is completed'),
      'the mail "it is completed" went out 2 times',
    ],
  ])('%s are wrong', (_, notifications, subjects, what) => {
    expect(notifiedWrongly(tell(notifications, subjects), completed)).toContainEqual(expect.stringContaining(what));
  });

  it('count mails that went out again', () => {
    expect(mailedAgain(tell([], ['one', 'one', 'two']))).toBe(1);
  });
});

it('a parcel that shipping does not know is wrong', () => {
  const parcels = ['a', 'b'].map((shipmentId) => ({ shipmentId, trackingNumber: `SBX-${shipmentId}` }));
  expect(unknownParcels(parcels, ['a'])).toEqual(['parcel SBX-b: shipping knows nothing of it']);
});

it('what was given back by hand is what was asked for', () => {
  const refund = (amount: number, reason = 'drill', status = 'succeeded') => ({ amount: { amount }, reason, status });
  const payment = (...refunds: object[]) => ({ refunds }) as unknown as Parameters<typeof refundsDiffer>[1];
  const asked = { orderId: 'a', refunded: 50, mayBeRefunded: 0 };
  expect(refundsDiffer(asked, payment(refund(50), refund(20, 'lost'), refund(50, 'drill', 'failed')))).toEqual([]);
  expect(refundsDiffer(asked, payment(refund(50), refund(50)))).toEqual([
    'order a: 100 were given back by hand, and 50 asked for',
  ]);
  expect(refundsDiffer(asked, undefined)).toHaveLength(1);
  const unanswered = { orderId: 'a', refunded: 0, mayBeRefunded: 50 };
  expect([payment(), payment(refund(50))].flatMap((one) => refundsDiffer(unanswered, one))).toEqual([]);
  expect(refundsDiffer(unanswered, payment(refund(50), refund(50)))).toHaveLength(1);
});
