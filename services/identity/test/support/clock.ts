import { afterEach, jest } from '@jest/globals';

/** What runs by the real clock: timers of clients, and how long something took. */
const REAL = [
  'nextTick',
  'setImmediate',
  'setTimeout',
  'clearTimeout',
  'setInterval',
  'clearInterval',
  'performance',
] as const;

/** It is `now` until the end of the test: however slow the machine is, no wait passes. */
export const stopClock = (now = Date.now()): unknown => jest.useFakeTimers({ now, doNotFake: [...REAL] });

afterEach(() => void jest.useRealTimers());
