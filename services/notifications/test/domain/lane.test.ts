import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { v7 as uuidv7 } from 'uuid';
import {
  type Health,
  isPaused,
  updateHealth,
  timeoutFor,
  slotFor,
  postpone,
  healthDuringTrial,
} from '../../src/domain/lane.ts';
import type { Attempt, Delivery } from '../../src/domain/webhook.ts';

const start = Date.parse('2026-01-05T09:30:00.000Z');
const iso = (time: number) => new Date(time).toISOString();
const attempt = (changes: Partial<Attempt> = {}, at = start): Attempt => ({ at: iso(at), durationMs: 100, ...changes });
const silent = (at = start) => attempt({ error: 'time-out', durationMs: 10_000 }, at);
const answered = (status: number) => attempt({ status, error: `answered ${status}` });
const seconds = (health: Health) => (Date.parse(health.pausedUntil!) - start) / 1000;
const after = (...attempts: Attempt[]) =>
  attempts.reduce<Health>((health, it) => updateHealth(health, it) ?? health, {});

describe('an endpoint', () => {
  it('that does not answer is paused at once, ever longer, from the end of the attempt', () => {
    const pauses = [1, 2, 3, 4, 5, 6, 50].map((tries) =>
      seconds(after(...Array.from({ length: tries }, () => silent()))),
    );
    expect(pauses.map((it) => it - 10)).toEqual([5, 30, 120, 300, 900, 900, 900]);
  });

  it('that answers with an error is paused when it does so time after time', () => {
    const errors = Array.from({ length: 5 }, () => answered(500));
    expect(after(...errors.slice(1))).toEqual({ failures: 4 });
    expect(seconds(after(...errors))).toBeCloseTo(5.1);
  });

  it('that accepts one is healthy again, and accepting the next changes nothing', () => {
    expect(after(silent(), silent(), attempt({ status: 204 }))).toEqual({ failures: 0 });
    expect(updateHealth({ failures: 0 }, attempt({ status: 204 }))).toBeUndefined();
  });

  it('is paused until an instant, and not at it', () => {
    const health = after(silent());
    expect([isPaused(health, iso(start + 14_999)), isPaused(health, iso(start + 15_000))]).toEqual([true, false]);
    expect(isPaused({}, iso(start))).toBe(false);
  });

  it('stays paused for the others while one tries it', () => {
    const [health, at] = [after(silent()), start + 15_000];
    expect(isPaused(healthDuringTrial(health, iso(at))!, iso(at + 10_000))).toBe(true);
    expect(isPaused(healthDuringTrial(health, iso(at))!, iso(at + 11_000))).toBe(false);
    expect(healthDuringTrial({ failures: 0 }, iso(at))).toBeUndefined();
  });

  it('has three seconds to respond until it has responded once, and ten after that', () => {
    expect([timeoutFor({}), timeoutFor({ failures: 0 }), timeoutFor(after(silent()))]).toEqual([3_000, 10_000, 10_000]);
  });
});

describe('the place of an attempt', () => {
  const endpoints = Array.from({ length: 90 }, () => uuidv7());
  const placesOf = (health: Health) =>
    new Set(
      endpoints.flatMap((endpointId) =>
        Array.from({ length: 20 }, () => slotFor({ endpointId, deliveryId: uuidv7() }, health)).map(
          ({ lane, slot }) => `${lane}/${slot}`,
        ),
      ),
    );
  it('is one of an endpoint that did not prove itself, and of ten of one that did', () => {
    expect(placesOf({}).size).toBe(endpoints.length);
    expect(placesOf({ failures: 4 }).size).toBe(endpoints.length);
    expect([...placesOf({ failures: 0 })].every((it) => /^[\w-]{36}\/\d$/.test(it))).toBe(true);
  });

  it('is one of two for all that are paused', () => {
    expect(placesOf(after(silent())).size).toBe(2);
  });
});

const delivery: Delivery = {
  ...{ endpointId: uuidv7(), deliveryId: uuidv7(), type: 'order.placed', body: '{}', status: 'pending', attempts: [] },
  ...{ nextAttemptAt: iso(start), createdAt: iso(start), version: 1 },
};

describe('a postponed delivery', () => {
  it('waits for the end of the pause, and keeps its attempts', () => {
    const health = after(silent());
    const next = postpone(delivery, health, iso(start + 1_000));
    expect(next).toEqual({ ...delivery, nextAttemptAt: health.pausedUntil, version: 2 });
  });

  it('waits for two seconds for a slot, and for one that was never heard until it has been', () => {
    expect(postpone(delivery, {}, iso(start + 10)).nextAttemptAt).toBe(iso(start + 4_010));
    expect(postpone(delivery, { failures: 0 }, iso(start + 10)).nextAttemptAt).toBe(iso(start + 2_010));
  });

  it('is postponed at most thirty times within five days, for any pauses', () => {
    fc.assert(
      fc.property(fc.infiniteStream(fc.integer({ min: 0, max: 900_000 })), (pauses) => {
        let [now, times] = [start, 0];
        while (now < start + 5 * 86_400_000) {
          const health = { failures: 1, pausedUntil: iso(now + Number(pauses.next().value)) };
          now = Date.parse(postpone(delivery, health, iso(now)).nextAttemptAt!);
          times += 1;
        }
        expect(times).toBeLessThanOrEqual(30);
      }),
    );
  });
});

it('a pause that was set by a clock two days ahead is ignored', () => {
  const twoDays = 2 * 86_400_000;
  const longest = after(...Array.from({ length: 9 }, () => silent()));
  expect(isPaused(longest, iso(start + 11_000))).toBe(true);
  expect(isPaused(longest, iso(start - 5))).toBe(true);
  const ahead = updateHealth(longest, silent(start + twoDays))!;
  expect(isPaused(ahead, iso(start))).toBe(false);
  expect(isPaused(ahead, iso(start + twoDays + 11_000))).toBe(true);
});
