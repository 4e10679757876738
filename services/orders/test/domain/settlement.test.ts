import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { PlacedOrder } from '../../src/domain/order.ts';
import { settle } from '../../src/domain/settlement.ts';

const item = (sku: string, quantity: number, amount: number) => ({
  sku,
  quantity,
  title: sku,
  unitPrice: { amount, currency: 'EUR' },
});
const orderOf = (items: ReturnType<typeof item>[]) => {
  const amount = items.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice.amount, 0);
  return { status: 'shipped', currency: 'EUR', items, total: { amount, currency: 'EUR' } } as unknown as PlacedOrder;
};
const order = orderOf([item('MUG', 2, 1290), item('CUP', 1, 500)]);
const [mugs, cup] = [
  { sku: 'MUG', quantity: 2 },
  { sku: 'CUP', quantity: 1 },
];

it('owes nothing when everything arrived', () => {
  const settlement = settle(order, { delivered: [mugs, cup], returned: [], lost: [] });
  expect(settlement).toMatchObject({ returned: [], refund: undefined, ending: { type: 'complete' } });
});

it('refunds missing goods, and restocks what can be sold again', () => {
  const settlement = settle(order, {
    delivered: [cup],
    returned: [{ sku: 'MUG', quantity: 1 }],
    lost: [{ sku: 'MUG', quantity: 1 }],
  });
  const refund = { amount: 2580, currency: 'EUR' };
  expect(settlement).toMatchObject({
    returned: [{ sku: 'MUG', quantity: 1 }],
    refund,
    ending: { type: 'complete', refunded: refund },
  });
});

it.each([
  ['parcel-returned', { delivered: [], returned: [mugs], lost: [cup] }],
  ['parcel-lost', { delivered: [], returned: [], lost: [mugs, cup] }],
])('cancels an order when nothing arrived: %s', (reason, delivery) => {
  const settlement = settle(order, delivery);
  expect(settlement).toMatchObject({ refund: order.total, ending: { type: 'cancel', reason } });
});

it('owes nothing for what cost nothing', () => {
  expect(settle(orderOf([item('MUG', 1, 0)]), { delivered: [], returned: [], lost: [mugs] }).refund).toBeUndefined();
});

it('keeps exactly the price of what arrived, for any outcome of each line', () => {
  const line = fc.record({
    quantity: fc.integer({ min: 1, max: 9 }),
    price: fc.nat(10_000),
    fate: fc.constantFrom('delivered', 'returned', 'lost'),
  });
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 10 }), (lines) => {
      const items = lines.map(({ quantity, price }, index) => item(`SKU-${index}`, quantity, price));
      const of = (fate: string) => items.filter((_, index) => lines[index]?.fate === fate);
      const delivery = { delivered: of('delivered'), returned: of('returned'), lost: of('lost') };
      const { refund, returned } = settle(orderOf(items), delivery);
      const arrived = orderOf(of('delivered')).total?.amount ?? 0;
      expect((orderOf(items).total?.amount ?? 0) - (refund?.amount ?? 0)).toBe(arrived);
      expect(returned).toEqual(of('returned'));
    }),
  );
});
