import { describe, expect, it } from '@jest/globals';
import type { Order } from '@dure/testing/shop/shop';
import { unknownParcels } from '../src/checks/carrier-ledger.ts';
import { countResentMails, notificationViolations, type OrderNotifications } from '../src/checks/notifications.ts';
import { listViolations, readModelDifferences } from '../src/checks/read-models.ts';
import { refundViolations } from '../src/checks/refunds.ts';

// Only the fields of an order, a payment and a notification that the checks read.
const order = (orderId: string, status: string, customer = `c-${orderId}`) =>
  ({ orderId, status, sequence: 4, customer: { id: customer } }) as Order;
const orders = (...some: Order[]) => new Map(some.map((one) => [one.orderId, one]));
const notification = (milestone: string, status = 'sent', more = {}) => ({
  milestone,
  status,
  subject: `it is ${milestone}`,
  attempts: 1,
  ...more,
});
const notificationsOf = (notifications: object[], subjects: string[]): OrderNotifications[] =>
  [{ orderId: 'a', notifications, subjects }] as unknown as OrderNotifications[];

describe('read models', () => {
  it('equal to the rebuilt ones are accepted', () => {
    expect(readModelDifferences(orders(order('a', 'completed')), orders(order('a', 'completed')))).toEqual([]);
  });

  it('are compared in every field, and in their orders', () => {
    const before = orders(order('a', 'placed'), order('b', 'placed'));
    expect(readModelDifferences(before, orders(order('a', 'completed')))).toEqual([
      'order a: the read model had status "placed", the rebuilt one has status "completed"',
      expect.stringContaining('the rebuilt one has nothing'),
    ]);
  });

  it('contain all orders that were placed, and no other of these customers', () => {
    const listed = orders(order('a', 'completed'), order('x', 'completed', 'c-a'), order('else', 'completed'));
    const placed = new Map([
      ['a', 'c-a'],
      ['b', 'c-b'],
    ]);
    expect(listViolations(listed, placed)).toEqual([
      'order b: it was placed but is not listed',
      'order x: its customer placed another order, not this one',
    ]);
  });
});

describe('notifications', () => {
  const completed = orders(order('a', 'completed'));

  it.each([
    ['sent once', [notification('completed')], ['it is completed']],
    ['suppressed', [notification('completed', 'suppressed')], []],
    ['uncertain, in vain', [notification('completed', 'uncertain', { attempts: 2 })], []],
    [
      'tried again after being broken off',
      [notification('completed', 'sent', { attempts: 2 })],
      Array(2).fill('it is completed'),
    ],
  ])('%s are accepted', (_, notifications, subjects) => {
    expect(notificationViolations(notificationsOf(notifications, subjects), completed)).toEqual([]);
  });

  it.each([
    [
      'that omit the end',
      [notification('placed')],
      ['it is placed'],
      'its customer was not notified that it is completed',
    ],
    ['that failed', [notification('completed', 'failed')], [], 'its customer was not notified that it is completed'],
    [
      'of one milestone twice',
      [notification('completed'), notification('completed')],
      ['it is completed'],
      'completed was notified 2 times',
    ],
    ['whose mail is not there', [notification('completed')], [], 'the mail of completed was never sent'],
    [
      'sent twice',
      [notification('completed')],
      Array(2).fill('it is completed'),
      'the mail "it is completed" was sent 2 times',
    ],
  ])('%s are violations', (_, notifications, subjects, what) => {
    expect(notificationViolations(notificationsOf(notifications, subjects), completed)).toContainEqual(
      expect.stringContaining(what),
    );
  });

  it('counts mails that were sent again', () => {
    expect(countResentMails(notificationsOf([], ['one', 'one', 'two']))).toBe(1);
  });
});

it('a parcel that shipping does not know is a violation', () => {
  const parcels = ['a', 'b'].map((shipmentId) => ({ shipmentId, trackingNumber: `SBX-${shipmentId}` }));
  expect(unknownParcels(parcels, ['a'])).toEqual(['parcel SBX-b: shipping does not know it']);
});

it('a manual refund equals what was requested', () => {
  const refund = (amount: number, reason = 'drill', status = 'succeeded') => ({ amount: { amount }, reason, status });
  const payment = (...refunds: object[]) => ({ refunds }) as unknown as Parameters<typeof refundViolations>[1];
  const asked = { orderId: 'a', refunded: 50, mayBeRefunded: 0 };
  expect(refundViolations(asked, payment(refund(50), refund(20, 'lost'), refund(50, 'drill', 'failed')))).toEqual([]);
  expect(refundViolations(asked, payment(refund(50), refund(50)))).toEqual([
    'order a: 100 were refunded manually, but 50 were requested',
  ]);
  expect(refundViolations(asked, undefined)).toHaveLength(1);
  const unanswered = { orderId: 'a', refunded: 0, mayBeRefunded: 50 };
  expect([payment(), payment(refund(50))].flatMap((one) => refundViolations(unanswered, one))).toEqual([]);
  expect(refundViolations(unanswered, payment(refund(50), refund(50)))).toHaveLength(1);
});
