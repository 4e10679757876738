import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { CancelOrder } from '@dure/contracts/orders';
import { type Cloud, connect } from '@dure/testing/cloud';
import { eventually } from '@dure/testing/eventually';
import { endFaults, inject, untilIdle } from '@dure/testing/faults';
import { outcomeOf } from '@dure/testing/shop/faults-outcomes';
import { openQueues, type Queues } from '@dure/testing/shop/faults-queues';
import { invariantsHold } from '@dure/testing/shop/invariants';
import { type LocalCloudProcess, startLocalCloud } from '@dure/testing/local-cloud-process';
import { report } from '@dure/testing/report';
import { sweep } from '@dure/testing/shop/sweeps';
import {
  cancel,
  ended,
  type NewOrder,
  orderFor,
  orderWhen,
  place,
  sandboxCarrier,
  stockOf,
  stockUp,
  unique,
} from '@dure/testing/shop/shop';

const ON_HAND = 20;
/** Four of each message, to some forty functions, is work for a machine that does other things as well. */
const ENDED_MS = 150_000;

let running: LocalCloudProcess | undefined;
let queues: Queues | undefined;
let cloud: Cloud;

beforeAll(async () => {
  running = await startLocalCloud();
  cloud = connect(running.url);
  queues = openQueues(cloud, running);
  await queues.showAgainAfter(5);
}, 300_000);

afterAll(async () => {
  queues?.close();
  await running?.stop();
});

/** One order of every ending; returns the outcome of each, and of the stock. */
async function run() {
  const [plenty, also, short, foreign] = (
    await stockUp(
      cloud,
      { onHand: ON_HAND },
      { onHand: ON_HAND },
      { onHand: 1 },
      {
        onHand: ON_HAND,
        price: { amount: 700, currency: 'USD' },
      },
    )
  ).map(({ sku }) => sku) as [string, string, string, string];
  const two = { sku: plenty, quantity: 2 };
  const orders: Record<string, NewOrder> = {
    approved: orderFor([two, { sku: also, quantity: 1 }]),
    flaky: orderFor([two], { paymentMethod: 'pm_sandbox_flaky' }),
    late: orderFor([two], { paymentMethod: 'pm_sandbox_late' }),
    outOfStock: orderFor([{ sku: short, quantity: 2 }]),
    oneLineOfThree: orderFor([two, { sku: short, quantity: 2 }, { sku: also, quantity: 1 }]),
    declined: orderFor([two], { paymentMethod: 'pm_card_visa_chargeDeclined' }),
    unanswered: orderFor([two], { paymentMethod: 'pm_sandbox_timeout' }),
    unknownProduct: orderFor([{ sku: unique('NO-SUCH'), quantity: 1 }]),
    otherCurrency: orderFor([{ sku: foreign, quantity: 1 }]),
    cancelledUnderWay: orderFor([two], { paymentMethod: 'pm_sandbox_late' }),
    lost: orderFor([two], sandboxCarrier('lost')),
    returned: orderFor([two], sandboxCarrier('return')),
    toldTwice: orderFor([two], sandboxCarrier('twice')),
    cancelledAfterwards: orderFor([two], sandboxCarrier('stall')),
  };
  const placed = await Promise.all(
    Object.entries(orders).map(async ([name, order]) => [name, (await place(cloud, order)).orderId] as const),
  );
  const ids = Object.fromEntries(placed);
  await cancel(cloud, ids['cancelledUnderWay']!);
  const { status: before } = await orderWhen(
    cloud,
    ids['cancelledAfterwards']!,
    ({ status }) => status === 'shipped' || status === 'rejected',
    ENDED_MS,
  );
  if (before === 'shipped') await cancel(cloud, ids['cancelledAfterwards']!);
  await Promise.all(placed.map(([, orderId]) => ended(cloud, orderId, ENDED_MS)));
  const refused = await cloud.call(CancelOrder, { params: { orderId: ids['declined']! }, body: {} });
  expect(refused.status).toBe(409);
  return { ids, skus: { plenty, also, short, foreign } };
}

type Run = Awaited<ReturnType<typeof run>>;

/** Of whose payments the provider says no, or nothing in time. */
const DECLINED = ['declined', 'unanswered'];
const RUNS = 3;

/**
 * A machine that is too busy for the time-outs of a payment makes the provider unavailable. That says nothing of
 * deliveries, so the orders are placed again.
 */
async function runInTime(): Promise<Run> {
  for (let runs = 1; ; runs += 1) {
    const placed = await run();
    if (runs === RUNS || !(await tookTooLong(placed))) return placed;
  }
}

async function tookTooLong({ ids }: Run): Promise<boolean> {
  const paid = Object.entries(ids).filter(([name]) => !DECLINED.includes(name));
  const found = await Promise.all(paid.map(([, orderId]) => outcomeOf(cloud, orderId)));
  return found.some(({ events }) => events.some((event) => event.endsWith(' PaymentDeclined')));
}

async function outcomes({ ids, skus }: Run) {
  const orders = await Promise.all(
    Object.entries(ids).map(async ([name, orderId]) => [name, await outcomeOf(cloud, orderId)] as const),
  );
  const stocks = await Promise.all(
    Object.entries(skus).map(async ([name, sku]) => {
      const { onHand, reserved, available } = await stockOf(cloud, sku);
      return [name, { onHand, reserved, available }] as const;
    }),
  );
  return { orders: Object.fromEntries(orders), stocks: Object.fromEntries(stocks) };
}

/** The provider approves ten seconds late; the sweep then releases the hold. */
async function settled({ ids, skus }: Run): Promise<void> {
  const { plenty, also, short } = skus;
  await eventually(
    'What the provider approved late is let go of',
    async () => {
      await sweep(cloud);
      await invariantsHold(
        cloud,
        { orderIds: Object.values(ids), stock: { [plenty]: ON_HAND, [also]: ON_HAND, [short]: 1 } },
        1_000,
      );
      return true;
    },
    { within: 90_000 },
  );
}

it('every message twice on each way and in shuffled order: the same end states, the same journal', async () => {
  const plain = await runInTime();
  // A queue gets each message twice from the bus, and its function gets each of these twice: four in all.
  await inject(cloud, { seed: 20, deliveries: { copies: 2, windowMs: 400 } });
  const shuffled = await runInTime();
  await Promise.all([settled(plain), settled(shuffled)]);
  // Copies of a mail that another invocation is sending are redelivered after up to a minute.
  await untilIdle(cloud, 180_000);
  const counts = await endFaults(cloud);

  expect(await outcomes(shuffled)).toEqual(await outcomes(plain));
  const consumers = [
    'inventory-commands',
    'shipping-commands',
    'payments-commands',
    'orders-workflowAnswers',
    'journal-record',
  ];
  const toFunctions = [...consumers, 'orders-relay'].map((name) => name.replace('-', '-local-'));
  const toQueues = consumers.map((name) => `dure-local-${name}`);
  for (const name of [...toFunctions, ...toQueues]) {
    expect(counts).toHaveProperty([`delivered again to ${name}`], expect.any(Number));
  }
  const again = Object.values(counts).reduce((sum, count) => sum + count, 0);
  report(`${again} deliveries that were made again changed nothing`);
}, 1_200_000);
