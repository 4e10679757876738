import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import * as fc from 'fast-check';
import { keepTokens, TokenNotGiven } from '../src/kept-tokens.ts';

const told: string[] = [];
const tell = ({ message }: Error): void => void told.push(message);
let given = 0;
const give = async () => ({ token: `t${(given += 1)}`, seconds: 600 });
const fail = async () => Promise.reject(new Error('away'));
const refuse = async () => Promise.reject(new TokenNotGiven('refused'));
const hang = async () => new Promise<never>(() => {});
/** Lets what goes on beside a call come to its end. */
const besides = () => jest.advanceTimersByTimeAsync(0);
const after = (seconds: number): void => void jest.setSystemTime(seconds * 1_000);

beforeEach(() => {
  jest.useFakeTimers({ now: 0 });
  given = 0;
  told.length = 0;
});
afterEach(() => void jest.useRealTimers());

describe('a token', () => {
  it('is renewed after 80 % of its life, beside the call', async () => {
    const kept = keepTokens(1, tell);
    expect(await kept.get('a', give)).toBe('t1');
    after(479);
    expect(await kept.get('a', give)).toBe('t1');
    after(480);
    expect(await kept.get('a', give)).toBe('t1');
    await besides();
    expect(await kept.get('a', give)).toBe('t2');
  });

  it('is not waited for while the known one is good', async () => {
    const kept = keepTokens(1, tell);
    await kept.get('a', give);
    for (const seconds of [480, 481, 486, 597]) {
      after(seconds);
      expect(await kept.get('a', hang)).toBe('t1');
    }
  });

  it('is not waited for where the request is older than its time-out', async () => {
    const kept = keepTokens(1, tell);
    void kept.get('a', hang);
    after(4);
    const joined = jest.fn();
    void kept.get('a', give).then(joined);
    after(5);
    expect(await kept.get('a', give)).toBe('t1');
    expect(joined).not.toHaveBeenCalled();
  });

  it('is asked for once by several calls at once', async () => {
    const kept = keepTokens(1, tell);
    const calls = Array.from({ length: 20 }, () => kept.get('a', give));
    expect(new Set(await Promise.all(calls))).toEqual(new Set(['t1']));
    after(500);
    await Promise.all(Array.from({ length: 20 }, () => kept.get('a', give)));
    expect(given).toBe(2);
  });

  it('goes on until it expires while nobody gives another, which is asked for every five seconds', async () => {
    const kept = keepTokens(1, tell);
    await kept.get('a', give);
    for (const seconds of [480, 481, 484, 486, 597]) {
      after(seconds);
      expect(await kept.get('a', fail)).toBe('t1');
      await besides();
    }
    expect(told).toEqual(['away', 'away', 'away']);
    after(598);
    await expect(kept.get('a', fail)).rejects.toThrow('away');
    after(599);
    expect(await kept.get('a', give)).toBe('t2');
  });

  it('is asked for by nobody for a second after a request that waited in vain', async () => {
    const kept = keepTokens(2, tell);
    const timeOut = async () => {
      after(2);
      return fail();
    };
    await expect(kept.get('a', timeOut)).rejects.toThrow('away');
    for (const key of ['a', 'b']) await expect(kept.get(key, give)).rejects.toThrow('away');
    expect([given, told]).toEqual([0, ['away']]);
    after(3);
    expect(await kept.get('b', give)).toBe('t1');
  });

  it.each([
    ['a refusal', refuse, 'refused'],
    ['a connection that broke', fail, 'away'],
  ])('is asked for again by the next call after %s', async (_, ask, reason) => {
    const kept = keepTokens(2, tell);
    await expect(kept.get('a', ask)).rejects.toThrow(reason);
    expect([await kept.get('b', give), await kept.get('a', give)]).toEqual(['t1', 't2']);
  });
});

it('who was not asked for longest goes, and nobody gets the token of another', async () => {
  const keys = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(keys, fc.integer({ min: 1, max: 4 }), async (asked, max) => {
      const kept = keepTokens(max, tell);
      let recent: string[] = [];
      for (const key of asked) {
        let fresh = false;
        const token = await kept.get(key, async () => {
          fresh = true;
          return { token: `of ${key}`, seconds: 600 };
        });
        expect(token).toBe(`of ${key}`);
        expect(fresh).toBe(!recent.includes(key));
        recent = [...recent.filter((it) => it !== key), key].slice(-max);
      }
    }),
  );
});
