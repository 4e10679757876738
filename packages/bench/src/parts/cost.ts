import { type Bill, billOf, type Counts, prices } from '../cost/bill.ts';
import { startCounted } from '../cost/count.ts';
import type { AwsRequest } from '../cost/counting-proxy.ts';
import { type FunctionCounts, shortName } from '../support/functions.ts';
import { placeAtRate, placeOne, type PlacedOrder } from '../support/orders.ts';
import { fixed, type Part, type Table } from '../support/report.ts';
import { sum } from '../support/statistics.ts';

const ALONE = 20;
const BUSY = { rate: 10, seconds: 20 };

/** The requests and the cost of a completed order of two lines on AWS. */
export const cost: Part = {
  name: 'cost',
  what: 'requests and cost per order',
  async run({ options, progress }) {
    const { system, goods, count, stop } = await startCounted();
    progress('orders one after another');
    const alone = await count(async () => {
      const orders: PlacedOrder[] = [];
      for (let index = 0; index < (options.quick ? 3 : ALONE); index += 1) {
        orders.push(await placeOne(system.cloud, goods, index));
        await system.idle();
      }
      return orders;
    });
    const { rate, seconds } = { ...BUSY, ...(options.quick && { seconds: 2 }) };
    progress(`${rate} orders/s for ${seconds} s`);
    const busy = await count(async () => (await placeAtRate(system.cloud, goods, { rate, seconds })).placed);
    await stop();

    const bills = { alone: billOf(alone), busy: billOf(busy) };
    const heads = ['one at a time', `at ${rate} orders/s`];
    return {
      tables: [
        invocationTable(heads, alone, busy),
        requestTable(heads, alone, busy),
        unitTable(heads, alone, busy),
        messageTable(heads, alone, busy),
        billTable(heads, bills.alone, bills.busy),
      ],
      data: { alone: summaryOf(alone), busy: summaryOf(busy), bills, prices },
    };
  },
};

const summaryOf = ({ requests, ...counts }: Counts) => ({ ...counts, requests: countBy(requests, actionOf) });

function countBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Record<string, number> {
  return Object.fromEntries([...Map.groupBy(items, keyOf)].map(([key, all]) => [key, all.length]));
}

const actionOf = ({ service, action }: AwsRequest) => `${service} ${action}`;

type Heads = readonly string[];

function compare(
  title: string,
  head: Heads,
  [alone, busy]: readonly [Counts, Counts],
  of: (counts: Counts) => Record<string, number>,
): Table {
  const [left, right] = [of(alone), of(busy)];
  const names = [...new Set([...Object.keys(left), ...Object.keys(right)])].sort();
  const cells = (name: string) => [
    fixed((left[name] ?? 0) / alone.orders, 2),
    fixed((right[name] ?? 0) / busy.orders, 2),
  ];
  const all = [sum(Object.values(left)) / alone.orders, sum(Object.values(right)) / busy.orders];
  return {
    title,
    head,
    rows: [...names.map((name) => [name, ...cells(name)]), ['all', ...all.map((value) => fixed(value, 2))]],
  };
}

const invocationTable = (heads: Heads, alone: Counts, busy: Counts) =>
  compare('Lambda invocations per order', ['', ...heads], [alone, busy], ({ functions }) =>
    Object.fromEntries(functions.map((one: FunctionCounts) => [shortName(one), one.invocations])),
  );

const requestTable = (heads: Heads, alone: Counts, busy: Counts) =>
  compare('AWS requests of the functions per order', ['', ...heads], [alone, busy], ({ requests }) =>
    countBy(requests, (one) => `${actionOf(one)} · ${one.functionName.replace('-local-', ' ')}`),
  );

const unitTable = (heads: Heads, alone: Counts, busy: Counts) =>
  compare('DynamoDB units per order', ['', ...heads], [alone, busy], ({ requests }) => {
    const units: Record<string, number> = {};
    for (const { functionName, units: { read = 0, write = 0, indexWrite = 0 } = {} } of requests) {
      const service = functionName.split('-')[0] ?? '';
      for (const [kind, value] of Object.entries({ read, write, 'write to indexes': indexWrite })) {
        if (value > 0) units[`${service} ${kind}`] = (units[`${service} ${kind}`] ?? 0) + value;
      }
    }
    return units;
  });

const messageTable = (heads: Heads, alone: Counts, busy: Counts) =>
  compare('Messages on the bus per order', ['', ...heads], [alone, busy], ({ messages }) =>
    countBy(messages, (name) => name),
  );

const significant = (value: number) => value.toLocaleString('en', { maximumSignificantDigits: 3 });

function billTable(heads: Heads, alone: Bill, busy: Bill): Table {
  const dollars = (value: number) => `$${fixed(value, 2)}`;
  const total = (bill: Bill) => sum(Object.values(bill).map(({ perMillion }) => perMillion));
  return {
    title: `Per million orders at AWS's list prices (${prices.region}, ${prices.asOf})`,
    head: ['', 'price', ...heads.flatMap((head) => [`per order, ${head}`, 'per million orders'])],
    rows: [
      ...Object.entries(alone).map(([name, line]) => [
        name,
        `$${line.price} per ${line.per.toLocaleString('en')} (${line.unit})`,
        ...[line, busy[name]!].flatMap(({ perOrder, perMillion }) => [significant(perOrder), dollars(perMillion)]),
      ]),
      ['all', '', '', dollars(total(alone)), '', dollars(total(busy))],
    ],
  };
}
