import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Fact, applyFact, type News, type Order, unknownOrder } from '../../src/domain/order.ts';

const fact = (owner: string, sequence: number, milestone: Fact['milestone'], more: Partial<Fact> = {}): Fact => ({
  ...{ source: { owner, sequence }, eventId: `${owner}-${sequence}`, at: '2026-01-05T09:30:00.000Z', milestone },
  ...{ details: {}, ...more },
});

const life: readonly Fact[] = [
  fact('orders', 1, 'placed', { customerId: 'c', known: { email: 'a@b.c', country: 'KR', lines: [] } }),
  fact('orders', 2, 'confirmed', { customerId: 'c' }),
  fact('orders', 3, 'shipped', { customerId: 'c' }),
  fact('payments', 2, 'refunded'),
  fact('orders', 5, 'completed', { customerId: 'c' }),
];

function learnAll(facts: readonly Fact[]): { order: Order; news: News[] } {
  let order = unknownOrder('o');
  const news: News[] = [];
  for (const it of facts) {
    const learnt = applyFact(order, it);
    if (learnt === undefined) continue;
    order = learnt.order;
    news.push(learnt.news);
  }
  return { order, news };
}

const anyOrder = fc
  .tuple(fc.shuffledSubarray([...life], { minLength: life.length }), fc.array(fc.constantFrom(...life)))
  .map(([all, again]) => [...all, ...again]);

it('converges, in any order and however often facts arrive', () => {
  fc.assert(
    fc.property(anyOrder, (facts) => {
      const { order } = learnAll(facts);
      const { learnt: _learnt, ...straight } = learnAll(life).order;
      expect(order).toMatchObject(straight);
    }),
  );
});

it('records once what another event repeats', () => {
  const refund = (sequence: number) => fact('payments', sequence, 'refunded', { key: 'r1' });
  const { news } = learnAll([
    ...life.slice(0, 3),
    refund(3),
    refund(4),
    fact('payments', 5, 'refunded', { key: 'r2' }),
  ]);
  expect(news.filter(({ milestone }) => milestone === 'refunded')).toHaveLength(2);
});

it('counts the news without a gap, each fact once, and never goes back', () => {
  fc.assert(
    fc.property(anyOrder, (facts) => {
      const { news } = learnAll(facts);
      expect(news.map(({ sequence }) => sequence)).toEqual(life.map((_, index) => index + 1));
      expect(new Set(news.map(({ eventId }) => eventId)).size).toBe(life.length);
      const ranks = news.map(({ status }) => ['placed', 'confirmed', 'shipped', 'completed'].indexOf(status));
      expect(ranks).toEqual(ranks.toSorted());
    }),
  );
});
