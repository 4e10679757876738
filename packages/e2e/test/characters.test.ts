import { expect, it } from '@jest/globals';
import { cloudUnderTest } from '@dure/testing/connection';
import { ended, orderFor, place, stockOne } from '@dure/testing/shop/shop';

const cloud = cloudUnderTest();
const TEST_MS = 240_000;

it(
  'an order with characters beyond U+FFFF in its names completes',
  async () => {
    const { sku } = await stockOne(cloud, { onHand: 2, title: 'Mug 😀 with a 𝒳' });
    const plain = orderFor([{ sku, quantity: 1 }]);
    const shippingAddress = { ...plain.shippingAddress, name: 'Zoë 🌷 𠮷田' };
    const { orderId } = await place(cloud, { ...plain, shippingAddress });
    expect(await ended(cloud, orderId)).toMatchObject({ status: 'completed' });
  },
  TEST_MS,
);
