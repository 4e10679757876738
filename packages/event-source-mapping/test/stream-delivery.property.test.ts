import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { EventSourceMappingDeps } from '../src/create-event-source-mapping.ts';
import type { Lifecycle } from '../src/lifecycle.ts';
import { createStreamDelivery } from '../src/stream-delivery.ts';
import { TABLE_STREAM } from '../src/stream-kind.ts';
import type { StreamRecord } from '../src/stream-record.ts';
import type { Delivery } from '../src/surroundings.ts';
import { failed, failures, ok } from './harness.ts';

/** Never sleeps, never stops. */
const lifecycle = { mayGoOn: async () => true, sleep: async () => undefined } as Partial<Lifecycle> as Lifecycle;

const cases = fc.record({
  size: fc.integer({ min: 1, max: 24 }),
  poison: fc.uniqueArray(fc.integer({ min: 1, max: 24 }), { maxLength: 6 }),
  bisect: fc.boolean(),
  partial: fc.boolean(),
  retries: fc.integer({ min: 0, max: 3 }),
});

async function run({ size, poison, bisect, partial, retries }: Parameters<Parameters<typeof cases.map>[0]>[0]) {
  const told: Delivery[] = [];
  const invoked: number[][] = [];
  const positions: number[] = [];
  const deps = {
    invokeLambda: async (_name: string, payload: unknown) => {
      const batch = (payload as { Records: StreamRecord['event'][] }).Records.map(({ eventID }) => Number(eventID));
      invoked.push(batch);
      const bad = batch.filter((sequence) => poison.includes(sequence));
      if (partial) return failures(...bad.map(String));
      return bad.length > 0 ? failed() : ok();
    },
    log: () => undefined,
    recordDelivery: (delivery: Delivery) => told.push(delivery),
  } as Partial<EventSourceMappingDeps> as EventSourceMappingDeps;
  const config = {
    UUID: 'u',
    FunctionName: 'f',
    EventSourceArn: 'arn',
    BisectBatchOnFunctionError: bisect,
    MaximumRetryAttempts: retries,
    ...(partial && { FunctionResponseTypes: ['ReportBatchItemFailures' as const] }),
  };
  const delivery = createStreamDelivery(config, deps, lifecycle, TABLE_STREAM, ({ sequence }) =>
    positions.push(Number(sequence)),
  );
  const records = Array.from({ length: size }, (_, index) => ({
    sequence: String(index + 1),
    arrived: Date.now() / 1000,
    event: { eventID: String(index + 1) },
  }));
  const done = await delivery.deliver(records, 'shard');
  const ended = (outcome: Delivery['outcome']): number[] =>
    told.filter((entry) => entry.outcome === outcome).map(({ id }) => Number(id));
  return { done, invoked, positions, delivered: ended('delivered'), dropped: ended('dropped') };
}

const ascending = (numbers: readonly number[]): number[] => numbers.toSorted((a, b) => a - b);

describe('a batch of a stream, whatever its bad records', () => {
  it('ends with each record delivered or given up, once, in order, and its position kept', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async (input) => {
        const all = Array.from({ length: input.size }, (_, index) => index + 1);
        const { done, positions, delivered, dropped } = await run(input);
        expect(done).toBe(true);
        expect(ascending([...delivered, ...dropped])).toEqual(all);
        expect(delivered).toEqual(ascending(delivered));
        expect(delivered.filter((sequence) => input.poison.includes(sequence))).toEqual([]);
        expect(positions).toEqual(ascending(positions));
        expect(positions.at(-1)).toBe(input.size);
      }),
    );
  });

  it('loses no good record when it is bisected, and retries each bad one alone as often as allowed', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async (input) => {
        const { invoked, dropped } = await run({ ...input, bisect: true });
        const bad = ascending(input.poison.filter((sequence) => sequence <= input.size));
        expect(dropped).toEqual(bad);
        for (const sequence of bad) {
          const alone = invoked.filter((batch) => batch.length === 1 && batch[0] === sequence);
          const left = invoked.filter((batch) => batch.length > 1 && batch.includes(sequence));
          expect(alone.length).toBeGreaterThanOrEqual(Math.min(1, input.retries));
          expect(alone.length).toBeLessThanOrEqual(input.retries + 1);
          expect(alone.length + left.length).toBeGreaterThan(input.retries);
        }
      }),
    );
  });
});
