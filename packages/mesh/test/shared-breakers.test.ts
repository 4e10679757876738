import { randomUUID } from 'node:crypto';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { openTable, type Table } from '@dure/contracts/binding/table';
import { createTestTable } from '@dure/testing/dynamodb';
import { expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { openPickUp } from '../src/pick-up.ts';
import { isQuorum } from '../src/quorum.ts';
import { type FleetOpening, openSharedBreakers } from '../src/shared-breakers.ts';
import { usualPolicy } from '../src/usual-policy.ts';

const { tableName } = await createTestTable();
const table = openTable(tableName);
const { breaker: settings } = usualPolicy('orders');
const START = 1_000_000_800_000;
/** An hour of each test's own: environments are counted by it. */
let hours = 0;

async function fleet(size: number, { client, name }: Table = table) {
  hours += 5;
  const start = START + hours * 3_600_000;
  let now = start;
  const openings: FleetOpening[] = [];
  const failures: unknown[] = [];
  const options = {
    failed: (error: unknown) => void failures.push(error),
    opened: (opening: FleetOpening) => Promise.resolve(void openings.push(opening)),
    clock: () => now,
  };
  const environments = Array.from({ length: size }, () => openSharedBreakers({ client, name }, options));
  for (const { join } of environments) await join();
  const service = `orders-${randomUUID().slice(0, 8)}`;
  return {
    ...{ environments, openings, failures, service, start },
    at: (milliseconds: number) => void (now = start + milliseconds),
    report: (index: number) => environments[index]!.report({ service, forMs: 10_000 }, settings),
    seen: async () => {
      const pickUp = openPickUp(table, { failed: (error) => failures.push(error) });
      await pickUp.refresh();
      return pickUp.breakerOf(service).fleet;
    },
  };
}

it('stays closed where one environment alone finds a service away, however often', async () => {
  const { report, openings, seen, at } = await fleet(3);
  for (let second = 0; second < 120; second += 20) {
    at(second * 1_000);
    await report(0);
  }
  expect([openings, await seen()]).toEqual([[], undefined]);
});

it('opens once where enough find it away within the window, and closes by itself', async () => {
  const { report, openings, seen, at, start, service, failures } = await fleet(20);
  await report(0);
  await report(1);
  at(40_000);
  // The first two are forgotten: a fifth of twenty are four.
  for (const index of [2, 3, 4]) await report(index);
  expect(openings).toEqual([]);
  await Promise.all([report(5), report(6), report(7)]);
  const opening = { openedAt: start + 40_000, openUntil: start + 60_000 };
  expect(openings).toEqual([{ service, ...opening, reporters: expect.any(Number) }]);
  expect(await seen()).toEqual(opening);
  // After its time others may open it again, as many as before.
  at(70_000);
  for (const index of [8, 9, 10]) await report(index);
  expect(openings.length).toBe(1);
  await report(11);
  expect([openings.length, failures]).toEqual([2, []]);
});

it('counts environments for as long as they are asked, not only when they begin', async () => {
  const { environments, report, openings, at, failures } = await fleet(20);
  for (const hour of [1, 2, 3]) {
    at(hour * 3_600_000);
    for (const { join } of environments) await join();
  }
  // A fifth of twenty, not two: they all began three hours ago.
  for (const index of [0, 1, 2]) await report(index);
  expect(openings).toEqual([]);
  await report(3);
  expect([openings.length, failures]).toEqual([1, []]);
});

it('keeps no report for long, however many environments come and go', async () => {
  const { report, at, service, failures } = await fleet(150);
  for (let index = 0; index < 150; index += 1) {
    at(index * 20_000);
    await report(index);
  }
  const { Item = {} } = await table.client.send(
    new GetCommand({ TableName: tableName, Key: { pk: 'MESH', sk: `REPORTS#${service}` }, ConsistentRead: true }),
  );
  expect(Object.keys(Item).length).toBeLessThan(70);
  expect(failures).toEqual([]);
});

it('needs a quorum of all, and never less than two', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 60_000 }), { maxLength: 50 }),
      fc.integer({ min: 0, max: 200 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (ages, environments, quorum) => {
        const at = ages.map((age) => START - age);
        const fresh = ages.filter((age) => age < 30_000).length;
        const isIt = isQuorum({ at, environments }, { quorum, window: 30_000 }, START);
        expect(isIt).toBe(fresh >= 2 && fresh >= quorum * environments);
      },
    ),
  );
});

it.each<[string, () => Promise<never>]>([
  ['is away', () => Promise.reject(new Error('away'))],
  ['does not answer', () => new Promise(() => {})],
])('leaves each environment to itself while the table %s, and soon', async (_, send) => {
  const started = performance.now();
  const { report, openings, failures } = await fleet(2, { name: tableName, client: { send } } as unknown as Table);
  await Promise.all([report(0), report(1)]);
  expect(performance.now() - started).toBeLessThan(3_000);
  expect([openings, failures.length]).toEqual([[], 4]);
});
