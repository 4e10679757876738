import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ListOrders } from '@dure/contracts/orders';
import { type Cloud, connect, expectStatus } from '@dure/testing/cloud';
import { eventually } from '@dure/testing/eventually';
import { invariantsHold } from '@dure/testing/shop/invariants';
import { type LocalCloudProcess, startLocalCloud } from '@dure/testing/local-cloud-process';
import { allOf } from '@dure/testing/pages';
import { report } from '@dure/testing/report';
import { hasEnded, type Order, orderFor, place, stockOne, unique } from '@dure/testing/shop/shop';
import { sweep } from '@dure/testing/shop/sweeps';

const ORDERS = 60;
const IN_STOCK = 40;
/** The sweep ignores an order for 30 seconds. */
const SETTLED_MS = 240_000;
const METHODS = ['pm_card_visa', 'pm_card_visa', 'pm_sandbox_late', 'pm_card_visa_chargeDeclined', 'pm_sandbox_flaky'];

let dataDir: string;
let running: LocalCloudProcess | undefined;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'dure-e2e-restart-'));
});

afterAll(async () => {
  await running?.stop();
  await rm(dataDir, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
});

async function start(): Promise<Cloud> {
  running = await startLocalCloud({ dataDir });
  return connect(running.url);
}

it(
  'after a kill in the middle of orders and a restart, all of them end',
  async () => {
    const before = await start();
    const customer = { id: unique('customer'), email: 'mina@example.com' };
    const { sku } = await stockOne(before, { onHand: IN_STOCK });
    const answers = Array.from({ length: ORDERS }, (_, index) => {
      const paymentMethod = METHODS[index % METHODS.length];
      return place(before, orderFor([{ sku, quantity: 1 }], { customer, paymentMethod })).catch(() => undefined);
    });
    await firstOf(answers, ORDERS / 2);
    await running?.kill();
    const accepted = (await Promise.all(answers)).filter((order) => order !== undefined);

    const after = await start();
    const startedAt = performance.now();
    const orders = await eventually(
      'All orders end',
      async () => {
        await sweep(after);
        const listed = await ordersOf(after, customer.id);
        const known = new Set(listed.map(({ orderId }) => orderId));
        const complete = accepted.every(({ orderId }) => known.has(orderId));
        return complete && listed.every(hasEnded) ? listed : undefined;
      },
      { within: SETTLED_MS },
    );
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    report(`${accepted.length} orders accepted before the kill, ${orders.length} ended ${seconds} s after the restart`);
    expect(orders.length).toBeGreaterThanOrEqual(accepted.length);
    // An order whose answer was lost is an order too, and it counts.
    await invariantsHold(
      after,
      { orderIds: orders.map(({ orderId }) => orderId), stock: { [sku]: IN_STOCK } },
      SETTLED_MS,
    );
  },
  2 * SETTLED_MS,
);

/** Resolves once there are this many of them. */
function firstOf(answers: readonly Promise<unknown>[], count: number): Promise<void> {
  return new Promise((resolve) => {
    let settled = 0;
    for (const answer of answers) {
      void answer.then(() => {
        settled += 1;
        if (settled === count) resolve();
      });
    }
  });
}

const ordersOf = (cloud: Cloud, customerId: string): Promise<Order[]> =>
  allOf(async (cursor) => {
    const answer = await cloud.call(ListOrders, { query: { customerId, limit: 100, cursor } });
    return expectStatus(answer, 200).body;
  });
