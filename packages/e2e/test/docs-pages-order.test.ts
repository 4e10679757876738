import { cloudUnderTest } from '@dure/testing/connection';
import { ended, orderFor, stockOne, unique } from '@dure/testing/shop/shop';
import { expect, it } from '@jest/globals';
import { recordStage } from '../src/recorded-stage.ts';
import { openWatchedPage } from '../src/watched-page.ts';

const cloud = cloudUnderTest();
const PAGE = cloud.urlOf('registry', '/docs/services/orders');

it('a page places an order, by try-it-out, and asks no other host', async () => {
  await recordStage(cloud);
  const goods = await stockOne(cloud, { onHand: 5 });
  const { page, complaints, close } = await openWatchedPage(new URL(PAGE).origin);
  try {
    await page.goto(PAGE);
    await page.locator('.btn.authorize').first().click();
    const token = page.locator('.auth-container', { hasText: 'accessToken' });
    await token.locator('input').fill((await cloud.headers())['authorization']!.slice('Bearer '.length));
    await token.locator('button.authorize').click();
    await page.locator('.close-modal').click();
    const operation = page.locator('#operations-orders-placeOrder');
    await operation.locator('.opblock-summary-control').click();
    await operation.locator('.try-out__btn').click();
    await operation.locator('[data-param-name="Idempotency-Key"] input').fill(unique('try-it-out'));
    await operation.locator('textarea').fill(JSON.stringify(orderFor([{ sku: goods.sku, quantity: 1 }])));
    await operation.locator('button.execute').click();
    const answer = operation.locator('.live-responses-table .response').first();
    expect(await answer.locator('.response-col_status').textContent()).toContain('202');
    const body = JSON.parse((await answer.locator('.highlight-code code').first().textContent()) ?? '') as {
      orderId: string;
    };
    const order = await ended(cloud, body.orderId);
    expect(order).toMatchObject({ status: 'completed' });
    expect(complaints).toEqual([]);
  } finally {
    await close();
  }
});
