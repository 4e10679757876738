import { randomUUID } from 'node:crypto';
import { beginCall } from '@dure/contracts/binding/call';
import { AlreadyHandled } from '@dure/contracts/binding/commit';
import { openTable } from '@dure/contracts/binding/table';
import { createTestTable } from '@dure/testing/dynamodb';
import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { v7 as uuidv7 } from 'uuid';
import { fanOut, type FanOutDependencies } from '../src/application/fan-out-webhooks.ts';
import type { Endpoint } from '../src/domain/webhook.ts';
import type { OrderMilestone } from '../src/messages.ts';
import { createDeliveries } from '../src/store/deliveries.ts';
import { createEndpoints } from '../src/store/endpoints.ts';
import { createLanes } from '../src/store/lanes.ts';

const { tableName } = await createTestTable({ indexes: [{ name: 'due', pk: 'due', sk: 'dueAt' }] });
const table = openTable(tableName);
const endpoints = createEndpoints(table);
const deliveries = createDeliveries(table);
const lanes = createLanes(table);
/** More than a transaction takes items. */
const ENDPOINTS = 130;

const anEndpoint = (events: Endpoint['events']): Endpoint => ({
  ...{ endpointId: uuidv7(), url: 'https://example.com/hook', events, status: 'enabled', secrets: [] },
  ...{ createdAt: '2026-01-01T00:00:00.000Z', updatedAt: '2026-01-01T00:00:00.000Z', version: 1, sequence: 0 },
});

const wanting = Array.from({ length: ENDPOINTS }, () => anEndpoint(['order.placed']));
const other = anEndpoint(['order.shipped']);
beforeAll(async () => {
  for (const it of [...wanting, other]) await endpoints.add(beginCall(), it, { max: 1_000 });
});

const milestone: OrderMilestone = {
  orderId: randomUUID(),
  milestone: 'placed',
  sequence: 1,
  status: 'placed',
  at: '2026-01-01T00:00:00.000Z',
  details: {},
};

/** An event, whose message comes as often as it is not done with. */
function anEvent() {
  const eventId = uuidv7();
  const marker = { pk: `INBOX#webhooks#${eventId}` };
  const scheduled: string[] = [];
  const comes = (changes: Partial<FanOutDependencies> = {}) =>
    fanOut(
      {
        endpoints,
        deliveries,
        lanes,
        scheduleAttempt: async ({ endpointId }) => void scheduled.push(endpointId),
        ...changes,
      },
      eventId,
      milestone,
      beginCall({ marker }),
    );
  const made = async () => {
    const found = await Promise.all([...wanting, other].map(({ endpointId }) => deliveries.load(endpointId, eventId)));
    return found.filter((it) => it !== undefined);
  };
  return { eventId, comes, made, scheduled };
}

/** Lets so many calls through, and then as many fail. */
function failing<Args extends unknown[], Result>(after: number, call: (...args: Args) => Promise<Result>) {
  let calls = 0;
  return (...args: Args): Promise<Result> => {
    calls += 1;
    return calls > after && calls <= after * 2 + 1 ? Promise.reject(new Error('killed')) : call(...args);
  };
}

describe('an event for more endpoints than a transaction takes items', () => {
  it('reaches each of them once, wherever and however often handling it dies', async () => {
    const point = fc.nat(ENDPOINTS);
    await fc.assert(
      fc.asyncProperty(point, point, async (addsUntil, schedulesUntil) => {
        const event = anEvent();
        const changes: Partial<FanOutDependencies> = {
          deliveries: { ...deliveries, addOnce: failing(addsUntil, deliveries.addOnce) },
          scheduleAttempt: failing(schedulesUntil, async ({ endpointId }) => void event.scheduled.push(endpointId)),
        };
        let died = 0;
        while (
          died < 20 &&
          (await event.comes(changes).then(
            () => false,
            () => true,
          ))
        )
          died += 1;
        expect(died).toBeGreaterThan(0);
        expect((await event.made()).map(({ endpointId }) => endpointId).toSorted()).toEqual(
          wanting.map(({ endpointId }) => endpointId).toSorted(),
        );
        expect(new Set(event.scheduled).size).toBe(ENDPOINTS);
      }),
      { numRuns: 6 },
    );
  });

  it('is never fanned out again: what was delivered before the redelivery stays delivered', async () => {
    const event = anEvent();
    await expect(event.comes({ scheduleAttempt: failing(40, async () => undefined) })).rejects.toThrow('killed');
    const [first] = await event.made();
    const delivered = { ...first!, status: 'delivered', version: 2 } as const;
    await deliveries.save(delivered);
    await event.comes();
    expect(await deliveries.load(first!.endpointId, event.eventId)).toEqual(delivered);
    await expect(event.comes()).rejects.toThrow(AlreadyHandled);
  });

  it('is not sent to an endpoint that was created after it was handled', async () => {
    const event = anEvent();
    await event.comes();
    const late = anEndpoint(['order.placed']);
    await endpoints.add(beginCall(), late, { max: 1_000 });
    await expect(event.comes()).rejects.toThrow(AlreadyHandled);
    expect(await deliveries.load(late.endpointId, event.eventId)).toBeUndefined();
    await endpoints.remove(beginCall(), late);
  });

  it('goes first to endpoints that accepted the last one, and to none that is paused before its pause is over', async () => {
    const now = Date.now();
    const [paused, proven] = [wanting[0]!.endpointId, wanting.at(-1)!.endpointId];
    const pausedUntil = new Date(now + 60_000).toISOString();
    await lanes.note(paused, { failures: 2, pausedUntil }, new Date(now).toISOString());
    await lanes.note(proven, { failures: 0 }, new Date(now).toISOString());
    const event = anEvent();
    const scheduled: [endpointId: string, seconds: number][] = [];
    await event.comes({
      scheduleAttempt: async ({ endpointId }, seconds) => void scheduled.push([endpointId, seconds]),
    });
    expect(scheduled.slice(0, 25)).toContainEqual([proven, 0]);
    expect(scheduled.slice(-5).find(([endpointId]) => endpointId === paused)?.[1]).toBeGreaterThan(30);
    expect(await deliveries.load(paused, event.eventId)).toMatchObject({ nextAttemptAt: pausedUntil, attempts: [] });
  });
});

it('reads the endpoints once for the events of a batch, and again for the next batch', async () => {
  const asked = jest.spyOn(table.client, 'send');
  const comes = () =>
    fanOut(
      { endpoints, deliveries, lanes, scheduleAttempt: async () => undefined },
      uuidv7(),
      { ...milestone, milestone: 'completed' },
      beginCall(),
    );
  await Promise.all([comes(), comes(), comes()]);
  expect(asked).toHaveBeenCalledTimes(1);
  await comes();
  expect(asked).toHaveBeenCalledTimes(2);
  asked.mockRestore();
});
