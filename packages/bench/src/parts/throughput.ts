import { functionsOf, functionsSince } from '../support/functions.ts';
import { endingsOf, placeAtRate, stockShop } from '../support/orders.ts';
import { cpuOf, machineCpu, processTree } from '../support/processes.ts';
import { fixed, milliseconds, type Part } from '../support/report.ts';
import { median, quantile } from '../support/statistics.ts';
import { startSystem, type System } from '../support/system.ts';
import { functionTable } from './latency.ts';

const SECONDS = 60;
const WARM_UP_SECONDS = 5;

/**
 * Orders placed at a fixed rate for a minute. The rate is sustained if all orders were accepted and completed, and the
 * last ones took no longer than the first ones: no queue grew.
 */
export const throughput: Part = {
  name: 'throughput',
  what: 'orders a second, held',
  async run({ options, progress }) {
    const seconds = options.seconds ?? (options.quick ? 10 : SECONDS);
    const { rate } = options;
    const system = await startSystem();
    const { cloud } = system;
    const goods = await stockShop(cloud);
    progress('warming up');
    await placeAtRate(cloud, goods, { rate: rate / 2, seconds: WARM_UP_SECONDS });
    await system.idle();

    progress(`${rate} orders/s for ${seconds} s`);
    const before = await functionsOf(cloud);
    const cpuBefore = cpuSample(system);
    const startedAt = performance.now();
    const { placed, refused } = await placeAtRate(cloud, goods, { rate, seconds });
    const took = (performance.now() - startedAt) / 1000;
    const cpu = cpuShares(cpuBefore, cpuSample(system), took);
    await system.idle();
    const spent = cpuPerOrder(cpuBefore, cpuSample(system), placed.length);
    const drained = (performance.now() - startedAt) / 1000 - took;
    const functions = await functionsSince(cloud, before);
    const deadLetters = await deadLettersOf(system);
    progress('reading how they ended');
    const { statuses, open, times } = await endingsOf(cloud, placed);
    await system.stop();

    const whole = placed.map(({ orderId }) => {
      const { OrderPlaced = NaN, OrderCompleted = NaN } = times.get(orderId) ?? {};
      return OrderCompleted - OrderPlaced;
    });
    const quarter = Math.floor(whole.length / 4);
    const lost = refused.length + open.length + deadLetters + placed.length - (statuses['completed'] ?? 0);
    return {
      tables: [
        {
          title: `${rate} orders/s for ${seconds} s: ${lost === 0 ? 'nothing lost' : 'NOT all completed'}`,
          head: ['', ''],
          rows: [
            ['accepted', `${placed.length} of ${placed.length + refused.length}`],
            ['ended', JSON.stringify(statuses)],
            ['still open, dead letters', `${open.length}, ${deadLetters}`],
            ['the last request was answered after', `${fixed(took, 1)} s`],
            ['all was done after another', `${fixed(drained, 1)} s`],
            ['placed → completed: median, p99', [median(whole), quantile(whole, 0.99)].map(milliseconds).join(', ')],
            ['· of the first quarter, median', milliseconds(median(whole.slice(0, quarter)))],
            ['· of the last quarter, median', milliseconds(median(whole.slice(-quarter)))],
          ],
        },
        {
          title: 'CPU under that load',
          head: ['', 'cores in use', 'ms per order'],
          rows: Object.entries(cpu).map(([name, share]) => [name, fixed(share, 2), fixed(spent[name] ?? NaN, 1)]),
          notes: ['Cores while orders were placed; milliseconds of CPU time until all of them had ended.'],
        },
        functionTable(functions, placed.length),
      ],
      data: { rate, seconds, took, drained, statuses, open, refused, deadLetters, cpu, spent, functions, whole },
    };
  },
};

type Sample = ReturnType<typeof cpuSample>;

function cpuSample({ pid }: System) {
  const dynamodb = processTree(pid).find(({ command }) => command.startsWith('dynoxide'));
  const { user, system } = process.cpuUsage();
  return {
    cloud: cpuOf(pid),
    dynamodb: dynamodb && cpuOf(dynamodb.pid),
    load: (user + system) / 1e6,
    machine: machineCpu(),
  };
}

/** CPU seconds by part. */
function cpuBetween(before: Sample, after: Sample): Record<string, number> {
  const since = (kind: 'main' | 'others', part: 'cloud' | 'dynamodb') =>
    (after[part]?.[kind] ?? NaN) - (before[part]?.[kind] ?? NaN);
  return {
    'local cloud, main thread': since('main', 'cloud'),
    'local cloud, threads of functions and of V8': since('others', 'cloud'),
    DynamoDB: since('main', 'dynamodb') + since('others', 'dynamodb'),
    'this benchmark': after.load - before.load,
    'everything on this machine': after.machine.seconds - before.machine.seconds,
  };
}

/** Cores in use on average. */
const cpuShares = (before: Sample, after: Sample, seconds: number) =>
  Object.fromEntries(Object.entries(cpuBetween(before, after)).map(([part, used]) => [part, used / seconds]));

const cpuPerOrder = (before: Sample, after: Sample, orders: number) =>
  Object.fromEntries(Object.entries(cpuBetween(before, after)).map(([part, used]) => [part, (1000 * used) / orders]));

interface Queue {
  readonly deadLetters: boolean;
  readonly visible: number;
  readonly inFlight: number;
}

async function deadLettersOf({ cloud }: System): Promise<number> {
  const { queues } = (await cloud.view('queues')) as { queues: Queue[] };
  return queues.filter(({ deadLetters }) => deadLetters).reduce((sum, it) => sum + it.visible + it.inFlight, 0);
}
