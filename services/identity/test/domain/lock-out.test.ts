import { describe, expect, it } from '@jest/globals';
import { waitAfter, withFailure } from '../../src/domain/lock-out.ts';

const at = '2026-01-05T09:30:00.000Z';
const later = (milliseconds: number): string => new Date(Date.parse(at) + milliseconds).toISOString();

describe('whoever has failed', () => {
  it.each([
    [4, 0, undefined],
    [5, 0, 1],
    [6, 500, 2],
    [6, 2_000, undefined],
    [20, 0, 900],
    [20, 900_000, undefined],
  ])('%i times waits, %i ms later, for %j seconds', (count, after, waitSeconds) => {
    const wait = waitAfter({ count, at }, Date.parse(at) + after);
    expect(wait).toEqual(waitSeconds === undefined ? undefined : { waitSeconds });
  });

  it('begins anew after a day without another failure, wherever the table still has it', () => {
    expect(withFailure(undefined, at)).toEqual({ count: 1, at });
    expect(withFailure({ count: 7, at }, later(86_399_999))).toEqual({ count: 8, at: later(86_399_999) });
    expect(withFailure({ count: 7, at }, later(86_400_000))).toEqual({ count: 1, at: later(86_400_000) });
  });
});
