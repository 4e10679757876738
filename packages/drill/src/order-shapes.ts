import { orderFor, sandboxCarrier } from '@dure/testing/shop/shop';
import type { RandomChoices } from './seeded-random.ts';
import type { Change, OrderStory, Product } from './story.ts';

const CURRENCIES = { EUR: 3, USD: 2, KRW: 2 };
const PER_CURRENCY = 8;
const LOCATIONS = ['seoul', 'busan', undefined];
/** Every fourth product runs short. */
const SCARCE_EVERY = 4;
/** The weights of the number of lines per order. */
const LINES = { 1: 55, 2: 25, 3: 12, 4: 8 };

const METHODS = {
  pm_card_visa: 69,
  pm_card_visa_chargeDeclined: 6,
  pm_sandbox_flaky: 10,
  pm_sandbox_late: 8,
  pm_sandbox_timeout: 4,
  pm_sandbox_refund_refused: 3,
};

/** The sandbox carrier's stories, weighted; `hold` and `stall` continue only when somebody acts. */
const STORIES = { '': 74, lost: 3, return: 4, refuse: 2, down: 4, slow: 2, twice: 5, silent: 2, hold: 2, stall: 2 };

/** `name` separates the goods of drills that share a cloud. */
export function makeProducts(dice: RandomChoices, orders: number): Product[] {
  const name = dice.between(0, 1_000_000).toString(36).toUpperCase().padStart(4, '0');
  return Object.keys(CURRENCIES).flatMap((currency) =>
    Array.from({ length: PER_CURRENCY }, (_, index): Product => {
      const location = LOCATIONS[index % LOCATIONS.length];
      const scarce = index % SCARCE_EVERY === 0;
      return {
        sku: `DRILL-${name}-${currency}-${index}`,
        price: { amount: dice.between(100, 20_000), currency },
        onHand: scarce ? Math.ceil(orders / 15) : orders * 2,
        ...(location !== undefined && { location }),
      };
    }),
  );
}

export function makeOrder(dice: RandomChoices, index: number, at: number, products: readonly Product[]): OrderStory {
  const name = `o${index}`;
  const currency = dice.weighted(CURRENCIES);
  const own = products.filter(({ price }) => price.currency === currency);
  const skus = new Set(Array.from({ length: Number(dice.weighted(LINES)) }, () => dice.pick(own).sku));
  const items = [...skus].map((sku) => ({ sku, quantity: dice.between(1, 3) }));
  const story = dice.weighted(STORIES);
  const stands = story === 'hold' || story === 'stall';
  const cancels = dice.chance(stands ? 0.5 : 0.12);
  const refunds = dice.chance(0.04);
  return {
    name,
    at,
    body: orderFor(items, {
      customer: { id: `${name}-${dice.between(0, 1_000_000_000).toString(36)}`, email: `${name}@example.com` },
      currency,
      paymentMethod: dice.weighted(METHODS),
      ...(story !== '' && sandboxCarrier(story)),
    }),
    ...(cancels && { cancelAfterMs: dice.between(0, 4_000) }),
    ...(refunds && { refundPercent: dice.between(1, 60) }),
    ...(stands && !cancels && { operator: dice.pick(['delivered', 'returned', 'lost'] as const) }),
  };
}

/** About one change for every ten orders. */
export function makeChanges(
  dice: RandomChoices,
  orders: number,
  lastsMs: number,
  products: readonly Product[],
): Change[] {
  const changes = Array.from({ length: Math.ceil(orders / 10) }, (): Change => {
    const { sku } = dice.pick(products);
    const at = dice.between(0, lastsMs);
    const what = dice.weighted({ receipt: 4, count: 2, price: 2 });
    if (what === 'receipt') return { at, what, sku, quantity: dice.between(1, 10) };
    if (what === 'count') return { at, what, sku, difference: dice.between(-3, 5) };
    return { at, what, sku, amount: dice.between(100, 20_000) };
  });
  return changes.sort((one, other) => one.at - other.at);
}
