import { expect, it } from '@jest/globals';
import { shownOf } from '../generate/shown.ts';
import { mask } from '../src/binding/mask.ts';
import { OrderPlaced } from '../src/contracts/orders/order-placed.ts';

it('a masked order has no personal data', () => {
  const shown = mask(shownOf(OrderPlaced.schema), OrderPlaced.example);
  expect(JSON.stringify(shown)).not.toMatch(/mina|kim|sejong|seoul|04524|pm_card/i);
  expect(shown).toMatchObject({ orderId: OrderPlaced.example.orderId, total: OrderPlaced.example.total });
});
