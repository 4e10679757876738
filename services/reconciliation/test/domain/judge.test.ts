import { describe, expect, it as test } from '@jest/globals';
import { type Judgement, judge, MAX_TRIES, type OpenDrifts } from '../../src/domain/judge.ts';
import type { Copy } from '../../src/domain/copy.ts';
import { countsOf, difference, missingOf, countsView } from '../../src/domain/counts.ts';
import { MAX_EARLY, ingest, ingestAll, TooManyEarly } from '../../src/domain/ingest.ts';
import { emptyCopy } from '../../src/domain/copy.ts';
import {
  authorised,
  completed,
  copyOf,
  endings,
  it,
  LATER,
  numbered,
  placed,
  released,
  reserved,
  shipped,
  tookIn,
} from './stories.ts';

const times = { quietSeconds: 600, stuckSeconds: 3600 };
const rejected = [placed, reserved, it('PaymentDeclined'), released, it('OrderRejected')];
const held = copyOf(...rejected, authorised);
const fine = copyOf(...rejected, authorised, it('PaymentVoided'));
let ids = 0;
const newId = () => `drift-${(ids += 1)}`;
const look = (copy: Copy, open: OpenDrifts = {}, now = LATER): Judgement =>
  judge(copy, open, { now, heardAt: LATER, times, newId });
const kinds = (drifts: readonly { readonly kind: string }[]) => drifts.map(({ kind }) => kind);

describe('a drift', () => {
  test('is published once, repaired twice at most, and then left to a person', () => {
    const first = look(held);
    expect(kinds(first.found)).toEqual(['money-held']);
    expect(first.repairs).toEqual(['cancel-payment']);
    const second = look(held, first.drifts);
    expect([second.found, second.givenUp, second.repairs]).toEqual([[], [], ['cancel-payment']]);
    const third = look(held, second.drifts);
    expect([third.found, kinds(third.givenUp), third.repairs]).toEqual([[], ['money-held'], []]);
    const fourth = look(held, third.drifts);
    expect([fourth.found, fourth.changed, fourth.givenUp, fourth.repairs]).toEqual([[], [], [], []]);
    expect(fourth.drifts['money-held']).toMatchObject({ tries: MAX_TRIES, needsPerson: true });
  });

  test('is resolved once it is gone, and then the order is left alone', () => {
    const { drifts } = look(held);
    const after = look(fine, drifts);
    expect(kinds(after.resolved)).toEqual(['money-held']);
    expect(after).toMatchObject({ drifts: {}, repairs: [], due: undefined });
  });

  test('is neither resolved nor repaired while events are missing', () => {
    const { drifts } = look(held);
    const gap = tookIn(
      [...numbered([...rejected, authorised, it('Other')])].filter(
        ({ sequence, source }) => source !== 'payments' || sequence > 1,
      ),
    );
    const after = look(gap, drifts);
    expect([kinds(after.found), after.resolved, after.repairs]).toEqual([['missing-events'], [], []]);
    expect(Object.keys(after.drifts).sort()).toEqual(['missing-events', 'money-held']);
  });

  test('that has no repair needs a person from the start, and is published with its latest description', () => {
    const { found, repairs, drifts, givenUp } = look(
      copyOf(...completed.filter(({ type }) => type !== 'PaymentCaptured')),
    );
    expect(found.every(({ needsPerson, tries }) => needsPerson && tries === 0)).toBe(true);
    expect([repairs, givenUp]).toEqual([[], []]);
    const after = look(
      copyOf(...completed.filter(({ type }) => type !== 'PaymentCaptured'), {
        ...authorised,
        paymentId: 'p-2',
      } as never),
      drifts,
    );
    expect(after.changed).toMatchObject([{ kind: 'money-held', found: '5160 EUR held for a completed order' }]);
    expect(after.givenUp).toEqual([]);
  });
});

test('an open order is checked again, the longer it is silent the later', () => {
  const pause = (hours: number) => {
    const now = new Date(Date.parse(LATER) + hours * 3_600_000).toISOString();
    return (Date.parse(look(copyOf(...shipped), {}, now).due ?? '') - Date.parse(now)) / 60_000;
  };
  expect([0, 1, 4, 100].map(pause)).toEqual([10, 15, 60, 360]);
});

test('more early events than allowed fail, and are accepted once those before them arrived', () => {
  const events = numbered(Array.from({ length: MAX_EARLY + 2 }, () => it('OrderConfirmed')));
  const [first, ...early] = events;
  const full = tookIn(early.slice(0, MAX_EARLY));
  expect(() => ingest(full, early[MAX_EARLY]!)).toThrow(TooManyEarly);
  const filled = ingest(full, first!);
  expect(ingest(filled ?? emptyCopy, early[MAX_EARLY]!)?.sources.orders).toMatchObject({
    applied: MAX_EARLY + 2,
    early: [],
  });
});

test('of a batch what is too early is refused, and the rest is accepted, in the order of its sequences', () => {
  const events = numbered(Array.from({ length: MAX_EARLY + 4 }, () => it('OrderConfirmed')));
  const [first, second, ...early] = events;
  const { copy, refused } = ingestAll(emptyCopy, [...early.toReversed(), second!]);
  expect(copy.sources.orders).toMatchObject({ applied: 0, early: [second, ...early.slice(0, MAX_EARLY - 1)] });
  expect([...refused]).toEqual(early.slice(MAX_EARLY - 1).map((event) => [event, expect.any(TooManyEarly)]));
  const filled = ingestAll(copy, [...early.slice(MAX_EARLY - 1), first!]);
  expect(filled.copy.sources.orders).toMatchObject({ applied: MAX_EARLY + 4, early: [] });
  expect(filled.refused.size).toBe(0);
  expect(ingestAll(filled.copy, events).copy).toBe(filled.copy);
});

test('an order counts by its state, and changes are added', () => {
  const [before, after] = [countsOf(copyOf(...shipped)), countsOf(copyOf(...completed))];
  expect(before).toMatchObject({
    orders_shipped: 1,
    payments_captured: 1,
    reservations_committed: 1,
    parcels_dispatched: 2,
  });
  const change = difference(before, after);
  expect(change).toMatchObject({
    orders_shipped: -1,
    orders_completed: 1,
    parcels_dispatched: -2,
    parcels_delivered: 2,
  });
  expect(change).not.toHaveProperty('payments_captured');
  expect(difference(after, after)).toEqual({});
  const gap = countsView(
    countsOf(tookIn(numbered(completed).filter(({ source, sequence }) => source !== 'orders' || sequence !== 2))),
  );
  expect(gap.events['orders']).toEqual({ seen: 4, expected: 5 });
  expect(missingOf(gap)).toBe(1);
});

test.each([
  ['completed', 'committed'],
  ['came back', 'returned'],
  ['called back', 'returned'],
  ['lost and returned', 'committed'],
  ['declined', 'released'],
])('of an order that is %s, the reservation counts as %s, as in inventory', (ending, status) => {
  expect(countsView(countsOf(copyOf(...(endings[ending] ?? [])))).reservations).toEqual({ [status]: 1 });
});
