import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decide, type Decision, MAX_TOTAL, type OrderCommand, type Product } from '../../src/domain/decide.ts';
import { evolve, initialOrder, isOpen, type Order, type OrderEvent } from '../../src/domain/order.ts';

const product = (sku: string, amount: number, more: Partial<Product> = {}): [string, Product] => [
  sku,
  { sku, title: `A ${sku}`, price: { amount, currency: 'EUR' }, status: 'active', ...more },
];

const placement = {
  orderId: '01890a5d-ac96-774b-bcce-b302099a8057',
  customer: { id: 'c-1', email: 'mina@example.com' },
  currency: 'EUR',
  paymentMethod: 'pm_card_visa',
  shippingAddress: { name: 'Mina', line1: '1 Street', city: 'Seoul', postalCode: '1', country: 'KR' },
  items: [
    { sku: 'MUG', quantity: 2 },
    { sku: 'CUP', quantity: 1 },
  ],
};

const place = (products: [string, Product][]): OrderCommand => ({
  type: 'place',
  ...placement,
  products: new Map(products),
});

const both: [string, Product][] = [product('MUG', 1290), product('CUP', 500)];

/** given events, when a command, then these events (or a rejection). */
const given = (...commands: OrderCommand[]) => commands.reduce(follow, initialOrder);
const events = (decision: Decision): readonly OrderEvent[] => ('rejected' in decision ? [] : decision.events);
function follow(order: Order, command: OrderCommand): Order {
  return events(decide(command, order)).reduce(evolve, order);
}
const types = (decision: Decision) => ('rejected' in decision ? decision.rejected : decision.events.map((e) => e.type));

const reject: OrderCommand = { type: 'reject', reason: 'out-of-stock', skus: ['MUG'] };
const cancel: OrderCommand = { type: 'cancel', reason: 'fulfilment-failed' };
const confirm: OrderCommand = { type: 'confirm' };
const parcels = [{ shipmentId: '01890a5d-e5f6-7c44-ad9b-5c6d7e8f9012', carrier: 'sandbox', trackingNumber: 'SBX1' }];
const ship: OrderCommand = { type: 'ship', parcels };
const complete: OrderCommand = { type: 'complete' };
const askToCancel: OrderCommand = { type: 'requestCancellation' };

describe('placing', () => {
  it('stores and sums the current prices', () => {
    const [placed] = events(decide(place(both), initialOrder));
    expect(placed).toMatchObject({
      type: 'OrderPlaced',
      data: { total: { amount: 3080, currency: 'EUR' }, lines: [{ sku: 'MUG', unitPrice: { amount: 1290 } }, {}] },
    });
  });

  it.each([
    ['unknown', [product('MUG', 1290)], 'unknown-product'],
    ['retired', [product('MUG', 1290), product('CUP', 500, { status: 'retired' })], 'unknown-product'],
    [
      'priced in another currency',
      [product('MUG', 1290), product('CUP', 1, { price: { amount: 1, currency: 'USD' } })],
      'currency-mismatch',
    ],
  ] as [string, [string, Product][], string][])(
    'is rejected when a product is %s, and names it',
    (_, products, reason) => {
      const decided = events(decide(place(products), initialOrder));
      expect(decided).toMatchObject([{ type: 'OrderRejected', data: { reason, skus: ['CUP'] } }]);
    },
  );

  it('is rejected when the total is too large', () => {
    const dear: [string, Product][] = [product('MUG', MAX_TOTAL), product('CUP', 1)];
    expect(types(decide(place(dear), initialOrder))).toBe('total-too-large');
  });
});

describe('the checkout', () => {
  it('confirms a placed order, ships a confirmed one and completes a shipped one, once each', () => {
    const placed = given(place(both));
    expect(types(decide(confirm, placed))).toEqual(['OrderConfirmed']);
    expect([ship, complete].flatMap((command) => types(decide(command, placed)))).toEqual([]);
    const confirmed = follow(placed, confirm);
    expect([confirm, complete].flatMap((command) => types(decide(command, confirmed)))).toEqual([]);
    expect(events(decide(ship, confirmed))).toMatchObject([{ type: 'OrderShipped', data: { parcels } }]);
    const shipped = follow(confirmed, ship);
    expect(types(decide(ship, shipped))).toEqual([]);
    expect(types(decide(complete, shipped))).toEqual(['OrderCompleted']);
    expect(follow(shipped, complete)).toMatchObject({ status: 'completed', parcels });
  });

  it('does not confirm an order that is being cancelled', () => {
    expect(types(decide(confirm, given(place(both), askToCancel)))).toEqual([]);
  });

  it('ships a departed order although it is being cancelled, and completes an arrived one although it was recalled', () => {
    const shipped = given(place(both), confirm, askToCancel, ship);
    expect(shipped).toMatchObject({ status: 'shipped', cancelling: true });
    expect(follow(shipped, complete)).not.toHaveProperty('cancelling');
  });

  it('records the refund for goods that did not arrive', () => {
    const refunded = { amount: 500, currency: 'EUR' };
    expect(given(place(both), confirm, ship, { type: 'complete', refunded })).toMatchObject({ refunded });
  });

  it('rejects a placed order, or cancels it when that was requested', () => {
    expect(types(decide(reject, given(place(both))))).toEqual(['OrderRejected']);
    expect(events(decide(reject, given(place(both), askToCancel)))).toMatchObject([
      { type: 'OrderCancelled', data: { reason: 'customer-request' } },
    ]);
  });

  it('cancels an order confirmed at the last moment, but not a shipped one', () => {
    const [cancelled] = events(decide(reject, given(place(both), confirm)));
    expect(cancelled).toMatchObject({ type: 'OrderCancelled', data: { reason: 'workflow-lost' } });
    expect(types(decide(reject, given(place(both), confirm, ship)))).toEqual([]);
  });
});

describe('a cancellation', () => {
  it.each([
    ['placed', [place(both)]],
    ['confirmed', [place(both), confirm]],
    ['shipped', [place(both), confirm, ship]],
  ] as [string, OrderCommand[]][])('can be requested while %s; repeating it changes nothing', (_, commands) => {
    const order = given(...commands);
    expect(types(decide(askToCancel, order))).toEqual(['OrderCancellationRequested']);
    const cancelling = follow(order, askToCancel);
    expect(isOpen(cancelling)).toBe(true);
    expect(types(decide(askToCancel, cancelling))).toEqual([]);
    expect(isOpen(follow(cancelling, cancel))).toBe(false);
  });

  it('is rejected after a rejection or an arrival, and does nothing after a cancellation', () => {
    expect(types(decide(askToCancel, given(place(both), confirm, ship, complete)))).toBe('order-completed');
    expect(types(decide(cancel, given(place(both), confirm, ship, complete)))).toEqual([]);
    expect(types(decide(askToCancel, given(place(both), reject)))).toBe('order-rejected');
    expect(types(decide(askToCancel, given(place(both), cancel)))).toEqual([]);
  });
});

it('finds no order where none was placed', () => {
  expect(types(decide(confirm, initialOrder))).toBe('order-not-found');
});

it('ends once, for any order of commands, and never completes an unshipped order', () => {
  const command = fc.constantFrom(confirm, ship, complete, reject, cancel, askToCancel, place(both));
  fc.assert(
    fc.property(fc.array(command, { maxLength: 30 }), (commands) => {
      let order = given(place(both));
      const seen: string[] = ['OrderPlaced'];
      for (const next of commands) {
        const ended = ['rejected', 'cancelled', 'completed'].includes(order.status);
        const decided = events(decide(next, order));
        if (ended) expect(decided).toEqual([]);
        seen.push(...decided.map((event) => event.type));
        order = decided.reduce(evolve, order);
      }
      expect(new Set(seen).size).toBe(seen.length);
      if (seen.includes('OrderCompleted')) {
        expect(seen.indexOf('OrderCompleted')).toBeGreaterThan(seen.indexOf('OrderShipped'));
        expect(seen.indexOf('OrderShipped')).toBeGreaterThan(seen.indexOf('OrderConfirmed'));
      }
    }),
  );
});
