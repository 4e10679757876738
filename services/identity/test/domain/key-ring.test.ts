import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  activeKey,
  endedKeys,
  type KeyRing,
  LONGEST_TOKEN_SECONDS,
  needsNext,
  publishedKeys,
  withKey,
} from '../../src/domain/key-ring.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** How long a verifier keeps the keys at most. */
const KEPT = 600_000;

const keyOf = (kid: string) => ({ kid, keyId: kid, jwk: { kty: 'EC', crv: 'P-256', x: kid, y: kid } }) as const;

/** As the job tends the ring, run at these moments. */
function tend(ring: KeyRing, now: number): KeyRing {
  const made = ring.length === 0 || needsNext(ring, now) ? withKey(ring, keyOf(`k${now}`), now) : ring;
  return publishedKeys(made, now);
}

it('publishes a key before it signs anything, and until nothing that it signed is valid', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 40 * 24 }), { minLength: 2, maxLength: 60 }), (hours) => {
      let [ring, now] = [tend([], 0), 0];
      const history: { at: number; ring: KeyRing }[] = [{ at: 0, ring }];
      for (const hour of hours) {
        now += hour * HOUR;
        ring = tend(ring, now);
        history.push({ at: now, ring });
      }
      for (const [index, { at, ring: signing }] of history.entries()) {
        const { kid } = activeKey(signing, at)!;
        // A verifier that has asked up to ten minutes before, if anybody tended the ring that long.
        const before = history.findLast((it) => it.at <= at - KEPT);
        if (before !== undefined) expect(publishedKeys(before.ring, at - KEPT).map((key) => key.kid)).toContain(kid);
        const until = at + LONGEST_TOKEN_SECONDS * 1_000;
        for (const later of history.slice(index).filter((it) => it.at <= until)) {
          expect(publishedKeys(later.ring, later.at).map((key) => key.kid)).toContain(kid);
        }
      }
    }),
  );
});

it('signs with the next key 11 minutes after it is published', () => {
  const ring = withKey(withKey([], keyOf('one'), 0), keyOf('two'), 90 * DAY);
  const signs = (now: number) => activeKey(ring, now)?.kid;
  expect([signs(0), signs(90 * DAY), signs(90 * DAY + 659_999), signs(90 * DAY + 660_000)]).toEqual([
    ...['one', 'one', 'one', 'two'],
  ]);
});

it('gives a key up a day and a minute after its successor has begun', () => {
  const ring = withKey(withKey([], keyOf('one'), 0), keyOf('two'), 90 * DAY);
  const over = 90 * DAY + 660_000 + DAY + 60_000;
  expect(endedKeys(ring, over)).toEqual([]);
  expect(endedKeys(ring, over + 1).map(({ kid }) => kid)).toEqual(['one']);
  expect(publishedKeys(ring, over + 1).map(({ kid }) => kid)).toEqual(['two']);
});

it('needs the next key after 90 days, once', () => {
  const ring = withKey([], keyOf('one'), 0);
  expect([needsNext([], DAY), needsNext(ring, 90 * DAY - 1), needsNext(ring, 90 * DAY)]).toEqual([false, false, true]);
  expect(needsNext(withKey(ring, keyOf('two'), 90 * DAY), 90 * DAY)).toBe(false);
});
