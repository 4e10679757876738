import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { createFaults } from '../../src/faults/faults.ts';
import { parsePlan } from '../../src/faults/plan.ts';
import type { InvokeResult } from '../../src/shared/types.ts';

const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:orders';

interface Seen {
  readonly eventSource: string;
  readonly messageId: string;
}

const batchOf = (eventSource: string, ids: readonly string[]) => ({
  Records: ids.map((messageId): Seen => ({ eventSource, messageId })),
});

/** Faults with a plan, and a function that notes the batches it gets. */
async function following(plan: object) {
  const faults = createFaults();
  await faults.follow(parsePlan(plan), {});
  const batches: string[][] = [];
  const invoke = faults.invoking(async (_, payload): Promise<InvokeResult> => {
    batches.push((payload as { Records: Seen[] }).Records.map(({ messageId }) => messageId));
    return { ok: true, payload: batches.length };
  });
  return { faults, batches, invoke };
}

describe('deliveries by a plan', () => {
  it('of the bus are made as often as it says, held back within the window, and done after the last', async () => {
    const faults = createFaults();
    await faults.follow(parsePlan({ seed: 3, deliveries: { copies: 3, windowMs: 40 } }), {});
    const inputs: string[] = [];
    const deliver = faults.delivering(async ({ input }) => void inputs.push(input));
    const sent = ['a', 'b', 'c', 'd', 'e'];
    await Promise.all(sent.map((input) => deliver({ arn: QUEUE, input })));
    expect([...inputs].sort()).toEqual(sent.flatMap((input) => [input, input, input]));
    expect(inputs).not.toEqual([...inputs].sort());
    expect(faults.describe().injected).toEqual({ 'delivered again to orders': 10 });
  });

  it('of the bus fail when one of them fails, so that they are tried again', async () => {
    const faults = createFaults();
    await faults.follow(parsePlan({ deliveries: { copies: 2 } }), {});
    let tries = 0;
    const deliver = faults.delivering(async () => {
      tries += 1;
      if (tries === 1) throw new Error('no such queue');
    });
    await expect(deliver({ arn: QUEUE, input: '{}' })).rejects.toThrow('no such queue');
    expect(tries).toBe(2);
  });

  it('of a queue keep every message, repeat the batch and shuffle it, the same by the same seed', async () => {
    const ids = fc.uniqueArray(fc.string(), { minLength: 1, maxLength: 10 });
    await fc.assert(
      fc.asyncProperty(
        ids,
        fc.integer({ min: 0, max: 999 }),
        fc.integer({ min: 1, max: 4 }),
        async (batch, seed, copies) => {
          const runs = await Promise.all(
            [1, 2].map(async () => {
              const { batches, invoke } = await following({ seed, deliveries: { copies } });
              expect(await invoke('orders-local-views', batchOf('aws:sqs', batch))).toEqual({
                ok: true,
                payload: copies,
              });
              return batches;
            }),
          );
          expect(runs[0]).toHaveLength(copies);
          for (const got of runs[0] ?? []) expect([...got].sort()).toEqual([...batch].sort());
          expect(runs[0]).toEqual(runs[1]);
        },
      ),
    );
    const { batches, invoke } = await following({ seed: 1, deliveries: { copies: 5 } });
    await invoke('orders-local-views', batchOf('aws:sqs', ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']));
    expect(new Set(batches.map((batch) => batch.join())).size).toBe(5);
  });

  it('of a stream are repeated one after the other, in order', async () => {
    const { faults, batches, invoke } = await following({ deliveries: { copies: 3, windowMs: 30 } });
    await invoke(
      'arn:aws:lambda:us-east-1:000000000000:function:orders-local-relay',
      batchOf('aws:dynamodb', ['1', '2', '3']),
    );
    expect(batches).toEqual([
      ['1', '2', '3'],
      ['1', '2', '3'],
      ['1', '2', '3'],
    ]);
    expect(faults.describe().injected).toEqual({ 'delivered again to orders-local-relay': 2 });
  });

  it('pass unchanged without a plan, and so does anything but a batch with one', async () => {
    const { faults, invoke } = await following({ deliveries: { copies: 3 } });
    let scheduled = 0;
    await faults.invoking(async () => ({ ok: true, payload: (scheduled += 1) }))('sweep', { source: 'aws.events' });
    expect(scheduled).toBe(1);
    faults.end();
    expect(await invoke('orders-local-views', batchOf('aws:sqs', ['a']))).toEqual({ ok: true, payload: 1 });
  });

  it('that are held back go on at once when the plan ends', async () => {
    const faults = createFaults();
    // For hours, longer than a plan may say, so that only the end lets them go on.
    const deliveries = { copies: 4, windowMs: 36_000_000 };
    await faults.follow({ ...parsePlan({}), deliveries }, {});
    let delivered = 0;
    const delivering = faults.delivering(async () => void (delivered += 1))({ arn: QUEUE, input: '{}' });
    faults.end();
    await delivering;
    expect(delivered).toBe(4);
  });
});

it('deliveries that are made once and late are counted as held back', async () => {
  const faults = createFaults();
  await faults.follow(parsePlan({ deliveries: { copies: 1, windowMs: 5 } }), {});
  await faults.delivering(async () => undefined)({ arn: QUEUE, input: 'a' });
  expect(faults.describe().injected).toEqual({ 'held back on its way to orders': 1 });
});
