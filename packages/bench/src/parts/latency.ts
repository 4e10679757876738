import { functionsOf, functionsSince, shortName } from '../support/functions.ts';
import { endingsOf, inTurns, messagesOf, placeAtRate, placeOne, stockShop, untilConfirmed } from '../support/orders.ts';
import { fixed, milliseconds, type Part, type Table } from '../support/report.ts';
import { median, quantile } from '../support/statistics.ts';
import { startSystem } from '../support/system.ts';

const RATE = 5;
const SECONDS = 40;
/** Polling an order is load too, so only one order in five is watched. */
const WATCHED = 5;
const WARM_UP_ORDERS = 10;

/** The hops from placed to confirmed: each from the time of one message to that of the next. */
const HOPS = [
  ['request, stream, start of the checkout', 'OrderPlaced', 'ReserveStock'],
  ['command: bus, queue, function in inventory', 'ReserveStock', 'StockReserved'],
  ['stock held; answer: stream, relay, bus, queue', 'StockReserved', 'AuthorisePayment'],
  ['command: bus, queue, function in payments', 'AuthorisePayment', 'PaymentAuthorised'],
  ['money held at the provider; answer; order decides', 'PaymentAuthorised', 'OrderConfirmed'],
] as const;

/** The hops from there to completed. The sandbox carrier collects a parcel in 150 ms and delivers it in 300 ms. */
const LATER_HOPS = [
  ['order decides; the workflow asks', 'OrderConfirmed', 'ShipOrder'],
  ['command; label; pick-up; webhook', 'ShipOrder', 'OrderDispatched'],
  ['answer; capture and commit; order decides', 'OrderDispatched', 'OrderShipped'],
  ['delivery; webhook', 'OrderShipped', 'ShippingSettled'],
  ['answer; order decides', 'ShippingSettled', 'OrderCompleted'],
] as const;

type Hop = readonly [name: string, from: string, to: string];

const hopsOf = (hops: readonly Hop[], messages: readonly Record<string, number>[]) =>
  hops.map(([name, from, to]) => ({ name, times: messages.map((at) => (at[to] ?? NaN) - (at[from] ?? NaN)) }));

/** From placing an order to its confirmation, by its events and as a client sees it. */
export const latency: Part = {
  name: 'latency',
  what: 'order to confirmed',
  async run({ options, progress }) {
    const seconds = options.seconds ?? (options.quick ? 5 : SECONDS);
    const system = await startSystem();
    const { cloud } = system;
    const goods = await stockShop(cloud);
    const first = await untilConfirmed(cloud, await placeOne(cloud, goods, 0));
    for (let index = 1; index < WARM_UP_ORDERS; index += 1) {
      await untilConfirmed(cloud, await placeOne(cloud, goods, index));
    }
    await system.idle();
    progress(`${RATE} orders/s for ${seconds} s`);
    const before = await functionsOf(cloud);
    const watching: Promise<number>[] = [];
    const { placed, refused } = await placeAtRate(cloud, goods, {
      rate: RATE,
      seconds,
      onPlaced: (order, index) => {
        if (index % WATCHED === 0) watching.push(untilConfirmed(cloud, order));
      },
    });
    const seen = await Promise.all(watching);
    await system.idle();
    const functions = await functionsSince(cloud, before);
    progress('reading what happened');
    const { statuses, times } = await endingsOf(cloud, placed);
    const messages: Record<string, number>[] = [];
    await inTurns(placed, async (order) => void messages.push(await messagesOf(cloud, order)));
    await system.stop();

    const own = [...times.values()].map(({ OrderPlaced = NaN, OrderConfirmed = NaN }) => OrderConfirmed - OrderPlaced);
    const whole = [...times.values()].map(
      ({ OrderPlaced = NaN, OrderCompleted = NaN }) => OrderCompleted - OrderPlaced,
    );
    const answers = placed.map(({ answeredAfter }) => answeredAfter);
    const hops = hopsOf(HOPS, messages);
    const later = hopsOf(LATER_HOPS, messages);
    return {
      tables: [
        {
          title: `From placed to confirmed at ${RATE} orders/s for ${seconds} s (${placed.length} orders)`,
          head: ['', 'median', 'p99', 'longest'],
          rows: [
            spread('placed → confirmed, by the order’s events', own),
            spread(`request → read as confirmed, by a client (${seen.length} orders)`, seen),
            spread('request → 202', answers),
            spread('placed → completed, by the order’s events', whole),
          ],
          notes: [
            `Ended: ${JSON.stringify(statuses)}; refused: ${refused.length}.`,
            `The first order after the start, by a client: ${milliseconds(first)}.`,
          ],
        },
        {
          title: 'Placed → confirmed, by hop',
          head: ['', 'median', 'p99', 'longest'],
          rows: hops.map(({ name, times: of }) => spread(name, of)),
        },
        {
          title: 'Confirmed → completed, by hop',
          head: ['', 'median', 'p99', 'longest'],
          rows: later.map(({ name, times: of }) => spread(name, of)),
          notes: ['The sandbox carrier takes 150 ms to pick a parcel up and 300 ms to deliver it.'],
        },
        functionTable(functions, placed.length),
      ],
      data: { first, own, whole, seen, answers, hops, later, functions, statuses, refused },
    };
  },
};

const spread = (name: string, values: readonly number[]) => [
  name,
  ...[median(values), quantile(values, 0.99), Math.max(...values)].map(milliseconds),
];

/** Each function's invocations per order, with their duration and waiting time. */
export function functionTable(functions: Awaited<ReturnType<typeof functionsSince>>, orders: number): Table {
  return {
    title: 'Functions',
    head: ['', 'invocations', 'per order', 'mean ms in it', 'mean ms waited for a thread', 'threads'],
    rows: functions.map((one) => [
      shortName(one),
      String(one.invocations),
      fixed(one.invocations / orders, 2),
      fixed(one.busyMilliseconds / one.invocations, 1),
      fixed(one.waitedMilliseconds / one.invocations, 1),
      String(one.workers),
    ]),
  };
}
