import { beginCall } from '@dure/contracts/binding/call';
import { openTable } from '@dure/contracts/binding/table';
import { createTestTable } from '@dure/testing/dynamodb';
import { expect, it } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import { chunksOf } from '../src/application/chunks.ts';
import { sweepDeliveries } from '../src/application/sweep-deliveries.ts';
import { newDelivery } from '../src/application/fan-out-webhooks.ts';
import { createDeliveries } from '../src/store/deliveries.ts';

const { tableName } = await createTestTable({ indexes: [{ name: 'due', pk: 'due', sk: 'dueAt' }] });
const deliveries = createDeliveries(openTable(tableName));

const dueAt = (instant: string, endpointId: string) =>
  newDelivery({ endpointId, deliveryId: uuidv7(), type: 'order.placed', body: '{}' }, instant);

it('reaches what is due behind hundreds of deliveries of another endpoint, and leaves what is not due', async () => {
  const [another, good, early] = [uuidv7(), uuidv7(), uuidv7()];
  const many = Array.from({ length: 620 }, () => dueAt('2026-01-01T00:00:00.000Z', another));
  const all = [...many, dueAt('2026-01-02T00:00:00.000Z', good), dueAt('2036-01-01T00:00:00.000Z', early)];
  for (const some of chunksOf(all, 40)) await Promise.all(some.map(deliveries.addOnce));
  const scheduled = new Map<string, Set<string>>();
  const scheduleAttempt = async ({ endpointId, deliveryId }: { endpointId: string; deliveryId: string }) =>
    void scheduled.set(endpointId, (scheduled.get(endpointId) ?? new Set()).add(deliveryId));
  expect(await sweepDeliveries({ deliveries, scheduleAttempt }, beginCall())).toEqual({ due: 621 });
  expect([another, good, early].map((it) => scheduled.get(it)?.size)).toEqual([620, 1, undefined]);
});
