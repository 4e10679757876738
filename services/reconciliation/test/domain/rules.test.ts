import { describe, expect, it as test } from '@jest/globals';
import fc from 'fast-check';
import type { Fact } from '../../src/domain/facts.ts';
import { findingsOf } from '../../src/domain/rules.ts';
import { ingest } from '../../src/domain/ingest.ts';
import {
  authorised,
  captured,
  committed,
  completed,
  confirmed,
  copyOf,
  created,
  dispatched,
  endings,
  it,
  numbered,
  parcel,
  placed,
  refund,
  refused,
  released,
  reserved,
  shipped,
  tookIn,
} from './stories.ts';

const stories = Object.entries(endings);
const findings = (facts: readonly Fact[], stuck = false) =>
  findingsOf(copyOf(...facts), { stuck }).map(({ kind, repair }) => `${kind}: ${repair}`);
const partLost = [...shipped, parcel('ShipmentDelivered', 'A'), parcel('ShipmentLost', 'B')];
const rejected = [placed, reserved, it('PaymentDeclined'), released, it('OrderRejected')];
const again: Fact = { type: 'PaymentCaptured', paymentId: 'p-2', amount: 2580 };

describe('an order that ends well', () => {
  test.each(stories)('%s: nothing is found', (_, facts) => {
    expect(findings(facts, true)).toEqual([]);
  });

  test('nothing is found, in any order of its events and however often they come', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...stories).chain(([, facts]) => {
          const events = numbered(facts);
          return fc.tuple(
            fc.constant(events),
            fc.shuffledSubarray([...events, ...events], { minLength: 2 * events.length }),
          );
        }),
        ([events, shuffled]) => {
          const copy = tookIn(shuffled);
          expect({ ...copy, sources: undefined }).toEqual({
            ...tookIn(events),
            sources: undefined,
          });
          expect(findingsOf(copy, { stuck: true })).toEqual([]);
        },
      ),
    );
  });

  test('an order with missing events is not judged, and that is published', () => {
    fc.assert(
      fc.property(fc.constantFrom(...stories), fc.nat(), ([, facts], nth) => {
        const events = numbered(facts);
        const last = new Map(events.map(({ source, sequence }) => [source, sequence]));
        const inner = events.filter(({ source, sequence }) => sequence < (last.get(source) ?? 0));
        fc.pre(inner.length > 0);
        const lost = inner[nth % inner.length];
        const copy = tookIn(events.filter((event) => event !== lost));
        expect(findingsOf(copy, { stuck: true }).map(({ kind }) => kind)).toEqual(['missing-events']);
        if (lost) expect(findingsOf(ingest(copy, lost) ?? copy, { stuck: true })).toEqual([]);
      }),
    );
  });
});

describe('what is found', () => {
  test.each<[string, readonly Fact[], readonly string[]]>([
    ['money held for a rejected order', [...rejected, authorised], ['money-held: cancel-payment']],
    [
      'money taken of a cancelled order',
      [...confirmed, released, it('OrderCancelled'), captured],
      ['money-kept: cancel-payment'],
    ],
    [
      'a partial refund of a cancelled order',
      [...confirmed, released, it('OrderCancelled'), captured, refund(1000)],
      ['money-kept: cancel-payment'],
    ],
    [
      'stock held for a rejected order',
      [...rejected.slice(0, 3), it('OrderRejected')],
      ['reservation-left: release-stock'],
    ],
    [
      'a parcel of a rejected order, and money and stock wait for it',
      [placed, reserved, authorised, it('OrderRejected'), parcel('ShipmentCreated')],
      ['parcel-on-its-way: cancel-shipping'],
    ],
    [
      'once it is back, money and stock are let go of',
      [placed, reserved, authorised, it('OrderRejected'), parcel('ShipmentCreated'), parcel('ShipmentReturned')],
      ['reservation-left: release-stock', 'money-held: cancel-payment'],
    ],
    [
      'a parcel of a cancelled order that was delivered: its money is a person’s business',
      [...shipped, parcel('ShipmentDelivered', 'A'), parcel('ShipmentDelivered', 'B'), it('OrderCancelled')],
      ['money-kept: needs-a-person'],
    ],
    [
      'a parcel that was delivered and could not be paid: a person asks for the money',
      [
        ...[...confirmed, ...dispatched, it('PaymentVoided'), committed],
        ...[parcel('ShipmentDelivered', 'A'), parcel('ShipmentDelivered', 'B'), it('OrderCancelled')],
      ],
      ['delivered-not-paid: needs-a-person'],
    ],
    [
      'goods out of the stock for a cancelled order',
      [...shipped, parcel('ShipmentReturned', 'A'), parcel('ShipmentLost', 'B'), refund(2580), it('OrderCancelled')],
      ['stock-taken: needs-a-person'],
    ],
    [
      'a second hold for a completed order',
      [...completed, { ...authorised, paymentId: 'p-2' } as Fact],
      ['money-held: needs-a-person'],
    ],
    ['a second capture', [...completed, again], ['captured-twice: needs-a-person']],
    [
      'a parcel of a completed order on its way',
      completed.filter((fact) => fact !== completed.find(({ type }) => type === 'ShipmentDelivered')),
      ['parcel-on-its-way: needs-a-person'],
    ],
    [
      'a completed order that was not paid',
      completed.filter((fact) => fact !== captured),
      ['money-held: needs-a-person', 'captured-not-total: needs-a-person'],
    ],
    [
      'a completed order whose goods were not committed',
      completed.filter(({ type }) => type !== 'StockCommitted'),
      ['reservation-left: needs-a-person'],
    ],
    [
      'a shipped order whose goods were not committed',
      shipped.filter(({ type }) => type !== 'StockCommitted'),
      ['stock-not-committed: needs-a-person'],
    ],
    [
      'money taken before the order is confirmed',
      [placed, reserved, captured],
      ['captured-unconfirmed: needs-a-person'],
    ],
    ['goods taken before the order is confirmed', [placed, reserved, committed], ['stock-taken: needs-a-person']],
    [
      'a parcel before the order is confirmed',
      [placed, reserved, ...created],
      ['dispatched-not-shipped: needs-a-person'],
    ],
    [
      'a lost parcel that was not refunded',
      [...shipped, parcel('ShipmentDelivered', 'A'), parcel('ShipmentLost', 'B'), it('OrderCompleted')],
      ['refund-wrong: needs-a-person'],
    ],
    [
      'a lost parcel that was refunded twice',
      [
        ...shipped,
        parcel('ShipmentDelivered', 'A'),
        parcel('ShipmentLost', 'B'),
        refund(1290),
        refund(1290, 2580),
        it('OrderCompleted'),
      ],
      ['refund-wrong: needs-a-person'],
    ],
    [
      'a cancelled order whose money the provider does not give back: it is owed, and payments is not asked for it',
      [...confirmed, released, captured, refused(2580), it('OrderCancelled')],
      ['money-kept: needs-a-person'],
    ],
    [
      'a cancelled order of which less is owed than was taken',
      [...confirmed, released, captured, refused(2000), it('OrderCancelled')],
      ['money-kept: cancel-payment'],
    ],
    ['an order that orders never published', [reserved, authorised], ['unknown-order: needs-a-person']],
  ])('%s', (_, facts, expected) => {
    expect(findings(facts)).toEqual(expected);
  });

  test.each<[string, readonly Fact[], string]>([
    [
      'dispatched, but not published as shipped',
      [...confirmed, ...dispatched],
      'dispatched-not-shipped: needs-a-person',
    ],
    [
      'delivered, and not completed',
      [...shipped, parcel('ShipmentDelivered', 'A'), parcel('ShipmentDelivered', 'B')],
      'delivered-not-completed: needs-a-person',
    ],
    ['committed, and not shipped', [...confirmed, committed], 'stock-taken: needs-a-person'],
  ])('%s, once it is stuck', (_, facts, expected) => {
    expect(findings(facts)).toEqual([]);
    expect(findings(facts, true)).toEqual([expected]);
  });

  test('names what is owed for a lost parcel until it is refunded', () => {
    const found = (...facts: Fact[]) =>
      findingsOf(copyOf(...partLost, ...facts), { stuck: false }).map((it) => `${it.kind}: ${it.found}`);
    const owing = [refused(1290), it('OrderCompleted')];
    expect(found(...owing)).toEqual(['refund-wrong: 0 EUR refunded, 1290 EUR owed']);
    expect(found(...owing, refund(1000, 1000, 'r-1', 290))).toEqual(['refund-wrong: 1000 EUR refunded, 290 EUR owed']);
    expect(found(...owing, refund(1000, 1000, 'r-1', 290), refund(290, 1290, 'r-2', 0))).toEqual([]);
  });

  test('names amounts and states', () => {
    expect(findingsOf(copyOf(...rejected, authorised), { stuck: false })).toMatchObject([
      { expected: 'nothing held', found: '2580 EUR held for a rejected order' },
    ]);
    const gap = tookIn(numbered(completed).filter(({ source, sequence }) => source !== 'payments' || sequence > 1));
    expect(findingsOf(gap, { stuck: false })).toMatchObject([
      { expected: '2 of payments', found: '1 of payments, without number 1' },
    ]);
  });

  test('is never repaired if the order was shipped or somebody may have its goods', () => {
    const facts = fc.constantFrom<Fact>(
      ...Object.values(endings).flat(),
      { ...authorised, paymentId: 'p-2' } as Fact,
      again,
    );
    fc.assert(
      fc.property(fc.array(facts, { maxLength: 20 }), fc.boolean(), (story, stuck) => {
        const copy = copyOf(...story);
        const repaired = findingsOf(copy, { stuck }).filter(({ repair }) => repair !== 'needs-a-person');
        if (repaired.length === 0) return;
        expect(['rejected', 'cancelled']).toContain(copy.order?.status);
        const arrived = Object.values(copy.parcels).some(({ status }) => status === 'delivered');
        if (arrived) expect(repaired.map(({ repair }) => repair)).toEqual(['cancel-shipping']);
      }),
    );
  });
});
