import { describe, expect, it } from '@jest/globals';
import { createAdmission } from '../src/application/admit.ts';
import { createCounter } from '../src/application/count-requests.ts';
import type { Priority } from '../src/domain/priority.ts';
import { networkOf } from '../src/domain/network.ts';
import type { Plan } from '../src/domain/rate-limit.ts';

const NOON = Date.UTC(2026, 10, 30, 12);

/** Environments that share a table in which everybody has so many requests a minute, and clients the plans that are given. */
function environments(count: number, perMinute: number, plans: Readonly<Record<string, Plan>> = {}) {
  const taken = new Map<string, number>();
  const store = {
    report: (client: string, _: unknown, { inMinute }: { readonly inMinute: number }) => {
      taken.set(client, (taken.get(client) ?? 0) + inMinute);
      return Promise.resolve({ taken: taken.get(client)!, used: taken.get(client)!, opened: false });
    },
    planOf: (client: string) => Promise.resolve(plans[client]),
  };
  const failed = (error: unknown) => {
    throw error;
  };
  const usual = { perMinute: 1_000_000, perMonth: 1_000_000 };
  const clock = () => NOON + 18_000;
  const all = Array.from({ length: count }, () =>
    createAdmission(
      createCounter(store, { usual, failed, clock }),
      createCounter(store, { usual: { ...usual, perMinute }, failed, clock }),
      clock,
    ),
  );
  let turn = 0;
  return {
    taken,
    ask: async (client?: string, priority: Priority = 'normal') => all[turn++ % count]!.admit(client, priority),
  };
}

const refused = { code: 'too-many-requests', retryAfter: 42 };

describe('near the limit of all clients together', () => {
  const low = { perMinute: 1_000_000, perMonth: 1_000_000, priority: 'low' } as const;

  it.each([1, 5])('refuses the lowest class first and the highest last, with %i environments', async (count) => {
    const { ask } = environments(count, 1_000, { 'key:low': low, 'key:high': { ...low, priority: 'high' } });
    const refusedAt = new Map<string, number>();
    for (let request = 1; request <= 1_100; request += 1) {
      for (const client of ['key:low', 'key:usual', 'key:high']) {
        const { refused: refusal } = await ask(client);
        if (refusal === undefined) continue;
        expect(refusal).toEqual(refused);
        if (!refusedAt.has(client)) refusedAt.set(client, request);
      }
    }
    const [first, second, last] = ['key:low', 'key:usual', 'key:high'].map((client) => refusedAt.get(client));
    // A third of the requests is each client's: seven tenths are reached with the 234th turn.
    expect(first).toBeGreaterThanOrEqual(233);
    expect(first).toBeLessThanOrEqual(290);
    expect(second).toBeGreaterThan(first! + 50);
    expect(last).toBeGreaterThan(second! + 50);
  });

  it('refuses who says nothing of itself before who does', async () => {
    const { ask } = environments(1, 10);
    for (let request = 0; request < 7; request += 1)
      expect(await ask(undefined, 'low')).toEqual({ headers: {}, tally: undefined });
    expect(await ask(undefined, 'low')).toEqual({ headers: {}, refused });
    expect((await ask('key:a')).refused).toBeUndefined();
  });

  it('takes nothing of a plan for what it refuses', async () => {
    const { ask, taken } = environments(1, 10, { 'key:low': low });
    for (let request = 0; request < 30; request += 1) await ask('key:low');
    expect(taken.get('key:low')).toBeLessThanOrEqual(8);
  });
});

it('refuses a client above its own plan, whatever its class, and that takes nothing of what others may have', async () => {
  const { ask, taken } = environments(1, 100, { 'key:a': { perMinute: 3, perMonth: 100, priority: 'high' } });
  for (let request = 0; request < 50; request += 1) await ask('key:a');
  expect((await ask('key:a')).refused).toEqual(refused);
  expect(taken.get('everybody')).toBeLessThanOrEqual(4);
});

it.each([
  ['203.0.113.7', '203.0.113.0/24'],
  ['2001:DB8::1', '2001:db8:0::/48'],
  ['2001:db8:12:34:5:6:7:8', '2001:db8:12::/48'],
  ['::1', '0:0:0::/48'],
])('knows the network of %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});
