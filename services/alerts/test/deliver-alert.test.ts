import { randomUUID } from 'node:crypto';
import { openTable } from '@dure/contracts/binding/table';
import { createTestTable } from '@dure/testing/dynamodb';
import { expect, it } from '@jest/globals';
import { type Channel, deliverAlert, DeliveryInProgress } from '../src/application/deliver-alert.ts';
import type { Alert } from '../src/domain/alert.ts';
import { createStore } from '../src/store.ts';

const { tableName } = await createTestTable({
  indexes: [
    { name: 'recent', pk: 'shard', sk: 'position' },
    { name: 'state', pk: 'state', sk: 'position' },
  ],
});
const store = createStore(openTable(tableName));
const START = Date.parse('2026-01-05T09:30:00.000Z');

const alert = (): Alert => ({
  id: randomUUID(),
  state: 'NOTICE',
  title: 'A notice',
  reason: 'A drill',
  at: '2026-01-05T09:30:00.000Z',
});

/** An invocation whose sending ends when `finish` is called; its clock shows `now`. */
async function begin(delivered: Alert, now: number) {
  let finish = (): void => undefined;
  const finished = new Promise<void>((resolve) => (finish = resolve));
  let begun = (): void => undefined;
  const sending = new Promise<void>((resolve) => (begun = resolve));
  const channel: Channel = {
    name: 'webhook',
    async send() {
      begun();
      await finished;
      return 'sent';
    },
  };
  const outcome = deliverAlert(store, channel, delivered, () => now);
  await Promise.race([sending, outcome.catch(() => undefined)]);
  return { finish, outcome };
}

it('is delivered by one invocation, also when the other read its clock earlier', async () => {
  const delivered = alert();
  const first = await begin(delivered, START + 5);
  const second = await begin(delivered, START);
  await expect(second.outcome).rejects.toThrow(DeliveryInProgress);
  first.finish();
  expect(await first.outcome).toBe('sent');
});

it('does not wait for a claim of a clock that is two days ahead', async () => {
  const delivered = alert();
  await begin(delivered, START + 2 * 86_400_000);
  const second = await begin(delivered, START);
  second.finish();
  expect(await second.outcome).toBe('sent');
});
