import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { CancelOrder } from '@dure/contracts/orders';
import { ListShipments } from '@dure/contracts/shipping';
import { type Cloud, connect } from '@dure/testing/cloud';
import { eventually } from '@dure/testing/eventually';
import { endFaults, inject, injected, untilIdle } from '@dure/testing/faults';
import { openQueues, type Queues } from '@dure/testing/shop/faults-queues';
import { invariantsHold, violations } from '@dure/testing/shop/invariants';
import { type LocalCloudProcess, startLocalCloud } from '@dure/testing/local-cloud-process';
import { report } from '@dure/testing/report';
import { parcelOf } from '@dure/testing/shop/sandbox-carrier';
import {
  ended,
  type Order,
  orderFor,
  orderWhen,
  place,
  sandboxCarrier,
  shipmentsOf,
  stockUp,
} from '@dure/testing/shop/shop';
import { sweep } from '@dure/testing/shop/sweeps';

const ON_HAND = 500;
const SETTLED_MS = 180_000;

let running: LocalCloudProcess | undefined;
let queues: Queues | undefined;
let cloud: Cloud;
let skus: [string, string];

beforeAll(async () => {
  running = await startLocalCloud();
  cloud = connect(running.url);
  queues = openQueues(cloud, running);
  await queues.showAgainAfter(5);
}, 300_000);

beforeEach(async () => {
  const goods = ['north', 'south'].map((location) => ({ onHand: ON_HAND, location }));
  skus = (await stockUp(cloud, ...goods)).map(({ sku }) => sku) as [string, string];
});

afterEach(() => endFaults(cloud));

afterAll(async () => {
  queues?.close();
  await running?.stop();
});

/** Two parcels, with a story of the carrier. */
const placeOne = (story?: string) =>
  place(
    cloud,
    orderFor(
      skus.map((sku) => ({ sku, quantity: 1 })),
      sandboxCarrier(story),
    ),
  );

const runOf = (orders: readonly Order[]) => ({
  orderIds: orders.map(({ orderId }) => orderId),
  stock: Object.fromEntries(skus.map((sku) => [sku, ON_HAND])),
});

it(
  'a silent carrier is polled, and the order is completed',
  async () => {
    const order = await placeOne('silent');
    await eventually('The parcels arrive', async () => {
      const carrier = (await cloud.sandbox('carrier')) ?? '';
      const shipments = await shipmentsOf(cloud, order.orderId);
      const parcels = await Promise.all(shipments.map(({ shipmentId }) => parcelOf(carrier, shipmentId)));
      return (parcels.length === 2 && parcels.every((parcel) => parcel?.status === 'delivered')) || undefined;
    });
    await sweep(cloud, 'shipping');
    expect((await shipmentsOf(cloud, order.orderId)).map(({ status }) => status)).toEqual(['labelled', 'labelled']);
    const found = (await violations(cloud, runOf([order]))).filter((it) => it.includes('that it is delivered'));
    expect(found).toHaveLength(2);

    await inject(cloud, { clocks: [{ function: 'shipping-local-sweep', seconds: 2 * 3600 }] });
    await sweep(cloud, 'shipping');
    await endFaults(cloud);
    expect(await ended(cloud, order.orderId)).toMatchObject({ status: 'completed' });
    await invariantsHold(cloud, runOf([order]));
  },
  SETTLED_MS,
);

it(
  'thirty orders that are cancelled at any moment end one way or the other, with money, stock and parcels consistent',
  async () => {
    const stories = [undefined, undefined, 'hold', 'stall', 'twice', 'lost', 'return', 'slow', 'down', 'refuse'];
    const orders = await Promise.all(
      Array.from({ length: 30 }, async (_, index) => {
        const order = await placeOne(stories[index % stories.length]);
        // From at once until after the delivery.
        await new Promise((resolve) => setTimeout(resolve, index * 250));
        const { status } = await cloud.call(CancelOrder, { params: { orderId: order.orderId }, body: {} });
        expect([202, 409]).toContain(status);
        return order;
      }),
    );
    const endings: string[] = [];
    for (const { orderId } of orders) {
      const { status, reason } = await ended(cloud, orderId, SETTLED_MS);
      endings.push(`${status}${reason === undefined ? '' : ` (${reason})`}`);
    }
    await untilIdle(cloud, SETTLED_MS);
    await invariantsHold(cloud, runOf(orders), SETTLED_MS);
    const counts = Object.entries(Object.groupBy(endings, (ending) => ending));
    report(counts.map(([ending, all = []]) => `${all.length} ${ending}`).join(', '));
    expect(endings).toContain('cancelled (customer-request)');
  },
  4 * SETTLED_MS,
);

it(
  'stopped shipping delays only its own part, and waiting orders end when it is back',
  async () => {
    await inject(cloud, { absent: ['shipping'] });
    const orders = await Promise.all(Array.from({ length: 6 }, () => placeOne()));
    const [cancelled] = orders;
    for (const { orderId } of orders)
      await orderWhen(cloud, orderId, ({ status }) => status === 'confirmed', SETTLED_MS);
    const { orderId = '' } = cancelled ?? {};
    expect((await cloud.call(CancelOrder, { params: { orderId }, body: {} })).status).toBe(202);
    expect((await cloud.call(ListShipments, { query: { orderId, limit: 1 } })).status).toBeGreaterThanOrEqual(429);
    expect((await injected(cloud))['shipping was absent']).toBeGreaterThan(0);

    await endFaults(cloud);
    expect(await ended(cloud, orderId, SETTLED_MS)).toMatchObject({ status: 'cancelled', reason: 'customer-request' });
    for (const order of orders.slice(1)) {
      expect(await ended(cloud, order.orderId, SETTLED_MS)).toMatchObject({ status: 'completed' });
    }
    await invariantsHold(cloud, runOf(orders));
  },
  4 * SETTLED_MS,
);
