import { expect, it } from '@jest/globals';
import { createRecentDeliveries } from '../../src/shared/recent-deliveries.ts';
import type { Delivery } from '../../src/shared/types.ts';

const delivery = (id: number, overrides: Partial<Delivery> = {}): Delivery => ({
  at: '2026-01-01T00:00:00Z',
  from: 'rule',
  to: 'queue',
  id: String(id),
  detail: 'OrderPlaced.v1',
  outcome: 'delivered',
  ...overrides,
});

it('keeps the last five thousand deliveries, latest last', () => {
  const ring = createRecentDeliveries();
  for (let id = 0; id < 6_234; id += 1) ring.record(delivery(id));
  expect(ring.search({ limit: 3 }).map(({ id }) => id)).toEqual(['6231', '6232', '6233']);
  expect(ring.search({ limit: 10_000 })).toHaveLength(5_000);
  expect(ring.search({ limit: 10_000 })[0]).toMatchObject({ id: '1234' });
});

it('finds by where from, where to, id and outcome', () => {
  const ring = createRecentDeliveries();
  ring.record(delivery(1, { from: 'bus/rule-a' }));
  ring.record(delivery(2, { to: 'queue-b', outcome: 'dead-lettered', reason: 'gone' }));
  const ids = (query: object): string[] => ring.search({ limit: 10, ...query }).map(({ id }) => id);
  expect(ids({ from: 'rule-a' })).toEqual(['1']);
  expect(ids({ to: 'queue-b' })).toEqual(['2']);
  expect(ids({ outcome: 'dead-lettered' })).toEqual(['2']);
  expect(ids({ id: '1' })).toEqual(['1']);
  expect(ids({ id: '3' })).toEqual([]);
});
