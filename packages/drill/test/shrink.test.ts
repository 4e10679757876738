import { describe, expect, it } from '@jest/globals';
import { makeStory } from '../src/make-story.ts';
import { shrink } from '../src/shrink.ts';
import { KINDS, type Story } from '../src/story.ts';

const functions = { names: ['orders-local-relay'], services: ['orders'] };
const story = makeStory({ seed: 3, orders: 32, rate: 4, kinds: KINDS }, functions);
const violations = ['order 0189 (placed): has not ended'];

describe('a story that fails', () => {
  it('is halved as long as it fails in the same way', async () => {
    const guilty = story.orders[21];
    const fault = story.faults[2];
    const again = async ({ orders, faults }: Story) => ({
      violations: orders.includes(guilty!) && faults.includes(fault!) ? ['order 77 (shipped): has not ended'] : [],
    });
    // The order's status is part of the violation.
    expect(await shrink({ story, violations }, again)).toBe(story);
    const same = async (shorter: Story) => ({
      violations: (await again(shorter)).violations.map(() => 'order 78 (placed): has not ended'),
    });
    const short = await shrink({ story, violations }, same);
    expect(short.orders).toContain(guilty);
    expect(short.faults).toContain(fault);
    expect(short.orders.length + short.faults.length).toBeLessThan(story.orders.length / 2);
  });

  it('fails in the same way for another order, whose id is also in a mail subject', async () => {
    const of = (id: string) => [
      `order ${id}: the mail "Your order has arrived (${id.toUpperCase()})" was sent 2 times`,
    ];
    const short = await shrink({ story, violations: of('7ef4ca0362e8') }, async () => ({
      violations: of('0992f94ace0c'),
    }));
    expect(short.orders).toHaveLength(1);
  });

  it('is retried twelve times at most', async () => {
    let tries = 0;
    const short = await shrink({ story, violations }, async () => {
      tries += 1;
      return { violations };
    });
    expect(tries).toBeLessThanOrEqual(12);
    expect(short.orders).toHaveLength(1);
    expect(short.faults).toEqual([]);
  });
});
