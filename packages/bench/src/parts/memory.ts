import { setTimeout as delay } from 'node:timers/promises';
import { placeAtRate, stockShop } from '../support/orders.ts';
import { memoryOf, processTree } from '../support/processes.ts';
import { megabytes, type Part } from '../support/report.ts';
import { sum } from '../support/statistics.ts';
import { functionsOf } from '../support/functions.ts';
import { startSystem, type System } from '../support/system.ts';

const SETTLE_MS = 10_000;
const LOAD_SECONDS = 20;

/** Of all processes of the system, shared pages counted once. */
export const memory: Part = {
  name: 'memory',
  what: 'memory of all processes',
  async run({ options, progress }) {
    const settle = options.quick ? 2_000 : SETTLE_MS;
    const system = await startSystem();
    const goods = await stockShop(system.cloud);
    await delay(settle);
    const moments = [{ moment: 'at rest', ...(await sample(system)) }];
    progress('under load');
    const seconds = options.seconds ?? (options.quick ? 5 : LOAD_SECONDS);
    await placeAtRate(system.cloud, goods, { rate: options.rate, seconds });
    moments.push({ moment: `after ${seconds} s at ${options.rate} orders/s`, ...(await sample(system)) });
    await system.idle();
    await delay(settle * 3);
    moments.push({ moment: `${(settle * 3) / 1000} s later`, ...(await sample(system)) });
    await system.stop();
    return {
      tables: [
        {
          title: 'Memory (PSS) of all processes',
          head: ['', 'all', 'local cloud', 'DynamoDB', 'npm start', 'threads of functions'],
          rows: moments.map(({ moment, all, localCloud, dynamodb, script, workers }) => [
            moment,
            ...[all, localCloud, dynamodb, script].map(megabytes),
            String(workers),
          ]),
        },
      ],
      data: moments,
    };
  },
};

async function sample(system: System) {
  const functions = await functionsOf(system.cloud);
  const tree = processTree(processTree(system.pid)[0]?.parent ?? system.pid);
  const dynamodb = tree.filter(({ command }) => command.startsWith('dynoxide')).map(({ pid }) => pid);
  const own = [system.pid];
  const rest = tree.map(({ pid }) => pid).filter((pid) => ![...own, ...dynamodb].includes(pid));
  return {
    all: memoryOf(tree.map(({ pid }) => pid)),
    localCloud: memoryOf(own),
    dynamodb: memoryOf(dynamodb),
    script: memoryOf(rest),
    workers: sum(functions.map(({ workers }) => workers)),
  };
}
