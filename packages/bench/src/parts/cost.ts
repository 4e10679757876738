import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GetExecutionHistoryCommand, type HistoryEvent, SFNClient } from '@aws-sdk/client-sfn';
import { nameOf, recorded } from '@dure/testing/journal';
import { type AwsRequest, startCountingProxy } from '../cost/counting-proxy.ts';
import { type Bill, billOf, type Counts, prices } from '../cost/bill.ts';
import { type FunctionCounts, functionsOf, functionsSince, shortName } from '../support/functions.ts';
import { inTurns, placeAtRate, placeOne, type PlacedOrder, stockShop } from '../support/orders.ts';
import { fixed, type Part, type Table } from '../support/report.ts';
import { sum } from '../support/statistics.ts';
import { startSystem, type System } from '../support/system.ts';

const PRELOAD = new URL('../cost/preload.mjs', import.meta.url);
const ALONE = 20;
const BUSY = { rate: 10, seconds: 20 };

/** They run once a minute without orders too, so they are not part of an order's cost. */
const scheduled = (functionName: string) => functionName.endsWith('-sweep');

/** The requests and the cost of a completed order of two lines on AWS. */
export const cost: Part = {
  name: 'cost',
  what: 'requests and cost per order',
  async run({ options, progress }) {
    const proxy = await startCountingProxy();
    const preload = `${PRELOAD.href}?proxy=${encodeURIComponent(proxy.url)}`;
    const system = await startSystem({ nodeOptions: ['--import', preload] });
    const goods = await stockShop(system.cloud);
    await placeOne(system.cloud, goods, 0);
    await system.idle();

    const count = async (work: () => Promise<readonly PlacedOrder[]>): Promise<Counts> => {
      proxy.take();
      const functions = await functionsOf(system.cloud);
      const logged = await loggedBytes(system);
      const orders = await work();
      await system.idle();
      const requests = proxy.take().filter(({ functionName }) => !scheduled(functionName));
      const invoked = (await functionsSince(system.cloud, functions)).filter(({ name }) => !scheduled(name));
      return {
        orders: orders.length,
        requests,
        functions: invoked,
        logBytes: (await loggedBytes(system)) - logged,
        transitions: await transitionsOf(system, orders),
        ...(await messagesOf(system, orders)),
      };
    };

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
    await system.stop();
    proxy.stop();

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

/** Lambda's own lines, which the bill has as `platformLogBytes`. */
const PLATFORM = /"message":"(?:START|END|REPORT) RequestId: /;
/** What the local cloud adds to a line. */
const ADDED = /,"requestId":"[0-9a-f-]{36}"/;

/** Bytes that the functions have logged so far, with CloudWatch's overhead per line. */
async function loggedBytes({ dataDir }: System): Promise<number> {
  const folder = join(dataDir, 'logs');
  const files = (await readdir(folder)).filter((name) => !NOT_OF_SERVICES.includes(name));
  const texts = await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')));
  const lines = texts.flatMap((text) => text.split('\n')).filter((line) => !line.includes('"function":"sweep"'));
  const written = lines.filter((line) => !PLATFORM.test(line)).map((line) => line.replace(ADDED, ''));
  return sum(written.map((line) => Buffer.byteLength(line)));
}

const NOT_OF_SERVICES = ['all.log', 'local-cloud.log'];

/**
 * Each time a step is executed is a transition, retries included.
 * Source: https://aws.amazon.com/step-functions/pricing/
 */
async function transitionsOf({ cloud, endpoints }: System, orders: readonly PlacedOrder[]): Promise<number> {
  const client = new SFNClient({
    region: 'us-east-1',
    endpoint: endpoints['Step Functions'],
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const { stateMachines } = (await cloud.view('executions')) as { stateMachines: { stateMachineArn: string }[] };
  const arn = stateMachines[0]?.stateMachineArn.replace(':stateMachine:', ':execution:') ?? '';
  let transitions = 0;
  await inTurns(orders, async ({ orderId }) => {
    const { events = [] } = await client.send(
      new GetExecutionHistoryCommand({ executionArn: `${arn}:${orderId}`, maxResults: 1000 }),
    );
    transitions += events.filter(isTransition).length;
  });
  client.destroy();
  return transitions;
}

const isTransition = ({ type }: HistoryEvent) => type?.endsWith('StateEntered') ?? false;

/** The messages of these orders, from the journal. */
async function messagesOf({ cloud }: System, orders: readonly PlacedOrder[]) {
  const messages: string[] = [];
  let messageBytes = 0;
  await inTurns(orders, async ({ correlationId }) => {
    for (const message of await recorded(cloud, { correlationId })) {
      messages.push(nameOf(message));
      messageBytes += Buffer.byteLength(JSON.stringify(message));
    }
  });
  return { messages, messageBytes };
}

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
