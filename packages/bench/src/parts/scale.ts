import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { apiRequestsOf, type Counts } from '../cost/bill.ts';
import { startCounted } from '../cost/count.ts';
import { createHeatMap, type Heat, type HeatMap } from '../scale/heat.ts';
import { hottestOf, type Hottest, type Limit, limitsOf, quotas } from '../scale/limits.ts';
import { placeAtRate, type PlacedOrder } from '../support/orders.ts';
import { fixed, type Part, type Table } from '../support/report.ts';
import { sum } from '../support/statistics.ts';
import type { System } from '../support/system.ts';

const RATE = 5;
/** So many orders that a shard of sixteen has about its share. */
const SECONDS = 40;
const TARGET = 1_000;

/** How many orders a second AWS's limits bear: of one partition of DynamoDB, and of an account's default quotas. */
export const scale: Part = {
  name: 'scale',
  what: 'orders a second until a hot partition or a quota',
  async run({ options, progress }) {
    let heat: HeatMap | undefined;
    const counted = await startCounted(async (one, system) => {
      heat ??= createHeatMap(clientOf(system));
      await heat.observe(one);
    });
    const { system, goods, count, stop } = counted;
    const seconds = options.seconds ?? (options.quick ? 4 : SECONDS);
    let heats: readonly Heat[] = [];
    heat?.reset();
    const counts = await count(async () => {
      const placed: PlacedOrder[] = [];
      for (const half of [1, 2]) {
        progress(`${RATE} orders/s for ${seconds / 2} s (${half} of 2)`);
        placed.push(...(await placeAtRate(system.cloud, goods, { rate: RATE, seconds: seconds / 2 })).placed);
        await system.idle();
        heat?.nextRound();
      }
      // Now, because counting reads the journal for each of these orders.
      heats = heat?.heats() ?? [];
      return placed;
    });
    await stop();
    const hottest = hottestOf(heats, counts.orders);
    const limits = limitsOf(usedOf(counts));
    return {
      tables: [heatTable(hottest), limitTable(limits)],
      data: { orders: counts.orders, hottest, limits, quotas },
    };
  },
};

const clientOf = ({ endpoints }: System) =>
  new DynamoDBClient({
    region: 'us-east-1',
    endpoint: endpoints['DynamoDB'],
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });

/** What an order takes of each quota. */
function usedOf(counts: Counts): Record<string, number> {
  const { orders, requests, functions, transitions } = counts;
  const per = (count: number) => count / orders;
  const asked = (service: string, action: RegExp) =>
    per(requests.filter((one) => one.service === service && action.test(one.action)).length);
  const units = (kind: 'read' | 'write') => {
    const services = Map.groupBy(requests, ({ functionName }) => functionName.split('-')[0]);
    const sums = [...services.values()].map((some) => sum(some.map((one) => one.units?.[kind] ?? 0)));
    return per(Math.max(...sums));
  };
  return {
    tableWrite: units('write'),
    tableRead: units('read'),
    putEvents: asked('EventBridge', /^PutEvents$/),
    eventTargets: per(sum(functions.map(({ messages }) => messages))),
    startExecution: asked('Step Functions', /^StartExecution$/),
    taskAnswers: asked('Step Functions', /^SendTask/),
    transitions: per(transitions),
    concurrency: per(sum(functions.map(({ busyMilliseconds }) => busyMilliseconds))) / 1000,
    apiRequests: per(apiRequestsOf(counts)),
    mails: asked('SES', /./),
  };
}

function heatTable(hottest: readonly Hottest[]): Table {
  const hot = hottest.filter(({ ordersPerSecond }) => ordersPerSecond < TARGET);
  return {
    title: 'The hottest shared partition key of each table and index, units per order',
    head: ['', 'key', 'shared keys', 'write', 'read', 'full at orders/s'],
    rows: hottest.map(({ table, index, key, keys, write, read, ordersPerSecond }) => [
      [table.replace('-local', ''), index].filter((name) => name !== '').join(' · '),
      key,
      String(keys),
      fixed(write, 3),
      fixed(read, 3),
      rounded(ordersPerSecond),
    ]),
    notes: [
      hot.length === 0
        ? `No partition is full below ${TARGET} orders a second.`
        : `${hot.length} are full below ${TARGET} orders a second.`,
      'Products are ordered evenly, two of twenty by each order.',
    ],
  };
}

const limitTable = (limits: readonly Limit[]): Table => ({
  title: `Default quotas of an account (${quotas.region}, ${quotas.asOf}), used by an order`,
  head: ['', 'per order', 'quota a second', 'used up at orders/s'],
  rows: limits.map(({ name, perOrder, perSecond, ordersPerSecond }) => [
    name,
    fixed(perOrder, 2),
    perSecond.toLocaleString('en'),
    rounded(ordersPerSecond),
  ]),
});

const rounded = (value: number): string =>
  Number.isFinite(value) ? Number(value.toPrecision(2)).toLocaleString('en') : '–';
