import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { PlaceOrder } from '@dure/contracts/orders';
import { cloudUnderTest } from '@dure/testing/connection';
import { report } from '@dure/testing/report';
import { ended, orderFor, placeSurely, stockOne } from '@dure/testing/shop/shop';
import { expect, it } from '@jest/globals';

const cloud = cloudUnderTest();
const PROBES = 40;
const SECONDS = 10;
const TIMES = 5;
/** What one client can send without being what is measured. */
const MAX_RATE = 100;
const WITHIN_MS = 180_000;

it(
  'at five times what it bears it refuses orders, and completes all that it took in',
  async () => {
    const { sku } = await stockOne(cloud, { onHand: 100_000 });
    const order = () => orderFor([{ sku, quantity: 1 }]);
    /** Orders a second. */
    const borne = async () => {
      const begun = performance.now();
      const probes = Array.from({ length: PROBES }, () => placeSurely(cloud, order(), WITHIN_MS));
      for (const { orderId } of await Promise.all(probes)) await ended(cloud, orderId, WITHIN_MS);
      return (PROBES * 1_000) / (performance.now() - begun);
    };
    // The first time functions are loaded.
    await borne();
    const bears = await borne();

    const rate = Math.min(MAX_RATE, bears * TIMES);
    const startedAt = performance.now();
    const requests = [];
    for (let index = 0; index < rate * SECONDS; index += 1) {
      await delay(Math.max(0, startedAt + (index * 1_000) / rate - performance.now()));
      requests.push(cloud.call(PlaceOrder, { body: order(), idempotencyKey: randomUUID() }));
    }
    const answers = await Promise.all(requests);
    const taken = answers.flatMap((answer) => (answer.status === 202 ? [answer.body!.orderId] : []));
    const refused = answers.filter(({ status }) => status === 429);
    const others = answers.filter(({ status }) => status !== 202 && status !== 429);
    const seconds = () => ((performance.now() - startedAt) / 1_000).toFixed(1);
    report(
      `${bears.toFixed(1)} orders/s are borne; of ${answers.length} at ${rate.toFixed(0)} a second ${taken.length} were taken in ` +
        `and ${refused.length} refused, the last after ${seconds()} s`,
    );
    const ends = [];
    for (const orderId of taken) ends.push(await ended(cloud, orderId, WITHIN_MS));
    report(`all ended after ${seconds()} s`);

    expect(others.map(({ status, problem }) => `${status} ${problem?.title}`)).toEqual([]);
    expect(refused.length).toBeGreaterThan(0);
    expect(new Set(refused.map(({ headers }) => headers.get('retry-after')))).toEqual(new Set(['3']));
    expect(ends.filter(({ status }) => status !== 'completed').map(({ reason }) => reason)).toEqual([]);
  },
  3 * WITHIN_MS,
);
