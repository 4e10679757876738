import { ListProducts } from '@dure/contracts/catalog';
import { GetOrderView, GetStorefront } from '@dure/contracts/gateway';
import { ListStock } from '@dure/contracts/inventory';
import { ListNotifications } from '@dure/contracts/notifications';
import { GetOrderV2 } from '@dure/contracts/orders';
import { GetPayment } from '@dure/contracts/payments';
import { ListShipments } from '@dure/contracts/shipping';
import { type Cloud, expectStatus } from '@dure/testing/cloud';
import { type Asked, viewOfSlowParts } from '../composition/slow-parts.ts';
import { placeOne, stockShop, untilConfirmed } from '../support/orders.ts';
import { fixed, type Part, type Table } from '../support/report.ts';
import { median, quantile } from '../support/statistics.ts';
import { startSystem } from '../support/system.ts';

const ROUNDS = 200;
const WARM_UP_ROUNDS = 20;

/**
 * A view beside each of its parts, asked in turn. On a laptop all parts share its cores, so that a view takes what its parts
 * take together; on AWS each has a machine of its own, as in the first table, whose parts wait instead of working.
 */
export const composition: Part = {
  name: 'composition',
  what: 'a view beside the slowest of its parts',
  async run({ options, progress }) {
    const rounds = options.quick ? 20 : ROUNDS;
    progress(`parts that wait, ${rounds} times`);
    const slow = await viewOfSlowParts();
    await inTurn(slow.asked, WARM_UP_ROUNDS);
    const ofSlow = await inTurn(slow.asked, rounds);
    await slow.stop();
    const system = await startSystem();
    const { cloud } = system;
    const goods = await stockShop(cloud);
    const order = await placeOne(cloud, goods, 0);
    await untilConfirmed(cloud, order);
    await system.idle();
    const views = viewsOf(cloud, order.orderId, [goods[0]!.sku, goods[1]!.sku]);
    const first = `The function of an order’s view, with parts that answer after ${slow.delayMs} ms`;
    const tables: Table[] = [tableOf(first, ofSlow)];
    const data: Record<string, unknown> = { [first]: ofSlow };
    for (const [title, asked] of Object.entries(views)) {
      await inTurn(asked, WARM_UP_ROUNDS);
      progress(`${title}, ${rounds} times`);
      const times = await inTurn(asked, rounds);
      data[title] = times;
      tables.push(tableOf(title, times));
    }
    await system.stop();
    return { tables, data };
  },
};

/** The first of each is the view. */
function viewsOf(cloud: Cloud, orderId: string, skus: readonly string[]): Readonly<Record<string, readonly Asked[]>> {
  const asks = (name: string, ask: () => Promise<{ status: number }>): Asked => ({
    name,
    ask: async () => expectStatus(await ask(), 200),
  });
  const query = { skus: skus.join(',') };
  return {
    'An order’s view and its parts': [
      asks('view', () => cloud.call(GetOrderView, { params: { orderId } })),
      asks('order', () => cloud.call(GetOrderV2, { params: { orderId } })),
      asks('payment', () => cloud.call(GetPayment, { params: { orderId } })),
      asks('shipment', () => cloud.call(ListShipments, { query: { orderId, limit: 100 } })),
      asks('notifications', () => cloud.call(ListNotifications, { query: { orderId, limit: 100 } })),
      asks('products', () => cloud.call(ListProducts, { query })),
    ],
    'The storefront and its parts': [
      asks('view', () => cloud.call(GetStorefront, { query: { limit: 20 } })),
      asks('products', () => cloud.call(ListProducts, { query: { limit: 20 } })),
      asks('stock', () => cloud.call(ListStock, { query })),
    ],
  };
}

async function inTurn(asked: readonly Asked[], rounds: number): Promise<Readonly<Record<string, readonly number[]>>> {
  const times = Object.fromEntries(asked.map(({ name }) => [name, [] as number[]]));
  for (let round = 0; round < rounds; round += 1) {
    for (const { name, ask } of asked) {
      const started = performance.now();
      await ask();
      times[name]!.push(performance.now() - started);
    }
  }
  return times;
}

function tableOf(title: string, times: Readonly<Record<string, readonly number[]>>): Table {
  const rows = Object.entries(times).map(([name, values]) => ({
    name,
    p50: median(values),
    p99: quantile(values, 0.99),
  }));
  const slowest = Math.max(...rows.filter(({ name }) => name !== 'view').map(({ p50 }) => p50));
  return {
    title,
    head: ['', 'median', 'p99', 'of the slowest part'],
    rows: rows.map(({ name, p50, p99 }) => [
      name,
      `${fixed(p50, 1)} ms`,
      `${fixed(p99, 1)} ms`,
      `${fixed(p50 / slowest, 2)}×`,
    ]),
  };
}
