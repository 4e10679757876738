import { expect, it } from '@jest/globals';
import { cloudUnderTest } from '@dure/testing/connection';
import { invariantsHold } from '@dure/testing/shop/invariants';
import { report } from '@dure/testing/report';
import { chargesOf } from '@dure/testing/shop/sandbox-provider';
import { ended, type Order, orderFor, placeSurely, stockOf, stockOne } from '@dure/testing/shop/shop';

const cloud = cloudUnderTest();
const ORDERS = 200;
const IN_STOCK = 50;
const WITHIN_MS = 120_000;

it(
  'of two hundred orders at once for fifty in stock, fifty complete and nothing is oversold',
  async () => {
    const { sku } = await stockOne(cloud, { onHand: IN_STOCK });
    const startedAt = performance.now();
    const seconds = () => `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
    const placed = await Promise.all(
      Array.from({ length: ORDERS }, () => placeSurely(cloud, orderFor([{ sku, quantity: 1 }]), WITHIN_MS)),
    );
    const placedAfter = seconds();
    const orderIds = placed.map(({ orderId }) => orderId);
    // One after the other, so that asking takes nothing from the machine that the orders need.
    const orders: Order[] = [];
    for (const orderId of orderIds) orders.push(await ended(cloud, orderId, WITHIN_MS));
    report(`${ORDERS} orders at once: all placed after ${placedAfter}, all ended after ${seconds()}`);

    const completed = orders.filter(({ status }) => status === 'completed');
    const rejected = orders.filter(({ status, reason }) => status === 'rejected' && reason === 'out-of-stock');
    expect([completed.length, rejected.length]).toEqual([IN_STOCK, ORDERS - IN_STOCK]);
    expect(await stockOf(cloud, sku)).toMatchObject({ onHand: 0, reserved: 0, available: 0 });

    const ours = new Set(orderIds);
    const charges = (await chargesOf(cloud)).filter((charge) => ours.has(charge.order_id));
    expect(charges.reduce((sum, { captures }) => sum + captures, 0)).toBe(IN_STOCK);
    expect(charges.map((charge) => charge.order_id).sort()).toEqual(completed.map(({ orderId }) => orderId).sort());
    await invariantsHold(cloud, { orderIds, stock: { [sku]: IN_STOCK } }, WITHIN_MS);
  },
  3 * WITHIN_MS,
);
