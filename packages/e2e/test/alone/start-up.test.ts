import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Cloud, connect } from '@dure/testing/cloud';
import { comparableWork } from '@dure/testing/comparable-work';
import { type LocalCloudProcess, startLocalCloud } from '@dure/testing/local-cloud-process';
import { memoryOfTree } from '@dure/testing/process-memory';
import { report } from '@dure/testing/report';
import { ended, orderFor, place, readOrder, stockOne } from '@dure/testing/shop/shop';

/*
 * Other work on the machine makes single measurements worse, never better, so the best of a few is the one that describes this
 * system.
 */
/** At most: the first that is fast enough is the last. */
const STARTS = 6;
/** Before the first start; one more goes before each other. */
const WORKS = 3;
/** On the machine of docs/performance.md, where the work takes `REFERENCE_MS`. A slower one has as much more time. */
const READY_MS = 6_000;
const CONFIRMED_MS = 1_000;
const REFERENCE_MS = 1_200;
/** With thirteen services. Each function that an order needs is a thread of 20 to 30 MB. */
const MEMORY_MB = 1_250;
const PROBES = 20;

let running: LocalCloudProcess;
let cloud: Cloud;
const readyAfter: number[] = [];
const works: number[] = [];
/** By how much this machine is slower at work of a start's kind. */
const slower = (): number => Math.max(1, Math.min(...works) / REFERENCE_MS);
const isReadySoon = (): boolean => Math.min(...readyAfter) < READY_MS * slower();

beforeAll(async () => {
  while (works.length < WORKS) works.push(await comparableWork());
  for (let start = 1; ; start += 1) {
    running = await startLocalCloud({ entry: 'npm-start' });
    readyAfter.push(running.readyAfter);
    if (isReadySoon() || start === STARTS) break;
    await running.stop();
    works.push(await comparableWork());
  }
  cloud = connect(running.url);
}, 900_000);

afterAll(() => running.stop());

it('is ready in six seconds, or what this machine takes for as much', () => {
  const took = `${Math.round(Math.min(...works))} ms of ${works.length}`;
  report(`ready after ${readyAfter.join(', ')} ms of ${Math.round(READY_MS * slower())}; comparable work ${took}`);
  expect(Math.min(...readyAfter)).toBeLessThan(READY_MS * slower());
});

it('confirms an order in less than a second', async () => {
  const { sku } = await stockOne(cloud, { onHand: PROBES });
  const times: number[] = [];
  for (let probe = 0; probe < PROBES; probe += 1) times.push(await confirm(sku));
  const sorted = times.toSorted((a, b) => a - b);
  const [best = Infinity] = sorted;
  report(`placed to confirmed: first ${times[0]} ms, best ${best} ms, median ${sorted[PROBES / 2]} ms`);
  expect(best).toBeLessThan(CONFIRMED_MS * slower());
});

/** Milliseconds from the request until the answer that shows the order as confirmed. */
async function confirm(sku: string): Promise<number> {
  const startedAt = performance.now();
  const { orderId } = await place(cloud, orderFor([{ sku, quantity: 1 }]));
  while ((await readOrder(cloud, orderId)).status === 'placed') {
    if (performance.now() - startedAt > 30_000) throw new Error(`The order ${orderId} is not confirmed.`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const took = Math.round(performance.now() - startedAt);
  await ended(cloud, orderId);
  return took;
}

it('has 1,250 MB in memory at most, over all its processes', async () => {
  const megabytes = await memoryOfTree(running.pid);
  report(`${megabytes} MB in memory after ${PROBES} orders`);
  expect(megabytes).toBeGreaterThan(100);
  expect(megabytes).toBeLessThan(MEMORY_MB);
});
