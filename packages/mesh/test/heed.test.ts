import { expect, it } from '@jest/globals';
import { admits, closedBreaker } from '../src/breaker.ts';
import { heed, nothingHeeded } from '../src/heed.ts';

const NOW = 1_000_000_000_000;
const PATIENCE = 5_000;
const at = (now: number) => ({ now: () => now, random: () => 0.5 });

it('is held by hand until a moment, and then is as it was', () => {
  const hand = { revision: 1, at: NOW, openUntil: NOW + 60_000 };
  for (const [openUntil, letThrough] of [
    [0, 10],
    // It has found the service away itself: one probe at a time.
    [NOW + 1_000, 1],
  ] as const) {
    const breaker = { ...closedBreaker(), openUntil };
    heed(breaker, nothingHeeded(), { hand }, at(NOW));
    expect(admits(breaker, {}, NOW + 59_999, PATIENCE)).toBe(false);
    const tries = Array.from({ length: 10 }, () => admits(breaker, {}, NOW + 60_000, PATIENCE));
    expect(tries.filter(Boolean)).toHaveLength(letThrough);
  }
});

it('is closed by hand once, whoever opened it', () => {
  const [breaker, heeded] = [{ ...closedBreaker(), openUntil: NOW + 60_000, openings: 4 }, nothingHeeded()];
  const fleet = { openedAt: NOW - 1_000, openUntil: NOW + 60_000 };
  const hand = { revision: 1, at: NOW, openUntil: 0 };
  heed(breaker, heeded, { hand, fleet }, at(NOW));
  expect(breaker).toEqual(closedBreaker());
  // What opens it after that is not closed by what was said before.
  breaker.openUntil = NOW + 90_000;
  heed(breaker, heeded, { hand, fleet }, at(NOW + 1));
  expect(admits(breaker, {}, NOW + 1, PATIENCE)).toBe(false);
});

it('is held with the fleet, by each opening once, and some time longer by chance', () => {
  const [breaker, heeded] = [closedBreaker(), nothingHeeded()];
  const fleet = { openedAt: NOW, openUntil: NOW + 20_000 };
  heed(breaker, heeded, { fleet }, at(NOW + 5_000));
  expect(breaker.heldUntil).toBe(NOW + 25_000);
  breaker.heldUntil = 0;
  heed(breaker, heeded, { fleet }, at(NOW + 6_000));
  heed(breaker, nothingHeeded(), { fleet }, at(NOW + 20_000));
  expect(breaker.heldUntil).toBe(0);
});
