import { setTimeout as delay } from 'node:timers/promises';
import type { Cloud } from '@dure/testing/cloud';

/** The time of a story, in milliseconds since its start. */
export interface StoryClock {
  now(): number;
  /** Resolves when the story has reached that time. */
  until(at: number): Promise<void>;
  stop(): void;
}

const TICK_MS = 100;
const LOOK_MS = 1_000;
/** More waiting messages than this machine handles in a few seconds. */
const MAX_WAITING = 150;
/** No order waits for these: their backlog is not a sign that orders come too fast. */
const OFF_THE_PATH = ['alerts', 'journal', 'notifications', 'reconciliation', 'registry'];
/** The clock never stops: what waits may wait for the end of a fault. */
export const SLOWEST = 0.4;

/**
 * Runs with real time, and slowly while more is waiting in the cloud than it can handle.
 * @param absent the services absent at a time: messages for them do not slow the clock, since nothing handles them
 */
export function startStoryClock(cloud: () => Cloud, absent: (now: number) => readonly string[]): StoryClock {
  const waiters = new Set<{ at: number; wake: () => void }>();
  let [now, last, speed, stopped] = [0, performance.now(), 1, false];

  const tick = (): void => {
    const time = performance.now();
    now += (time - last) * speed;
    last = time;
    for (const waiter of waiters) {
      if (waiter.at > now) continue;
      waiters.delete(waiter);
      waiter.wake();
    }
  };
  const timer = setInterval(tick, TICK_MS);

  async function watch(): Promise<void> {
    while (!stopped) {
      const waiting = await countWaiting(cloud(), absent(now)).catch(() => Infinity);
      speed = waiting > MAX_WAITING ? SLOWEST : 1;
      await delay(LOOK_MS, undefined, { ref: false });
    }
  }
  void watch();

  return {
    now: () => now,
    until: (at) => (at <= now ? Promise.resolve() : new Promise((wake) => waiters.add({ at, wake }))),
    stop() {
      stopped = true;
      clearInterval(timer);
    },
  };
}

/** Unread messages, and invocations that no worker has taken. */
async function countWaiting(cloud: Cloud, absent: readonly string[]): Promise<number> {
  const [queues, functions] = await Promise.all([cloud.view('queues'), cloud.view('functions')]);
  const read = (queues as { queues: { name: string; visible: number; deadLetters: boolean }[] }).queues;
  const ignored = [...absent, ...OFF_THE_PATH].map((service) => `dure-local-${service}-`);
  const counts = (name: string): boolean => !ignored.some((prefix) => name.startsWith(prefix));
  const invoked = (functions as { functions: { waiting: number }[] }).functions;
  const unread = read
    .filter(({ name, deadLetters }) => !deadLetters && counts(name))
    .reduce((sum, { visible }) => sum + visible, 0);
  return unread + invoked.reduce((sum, { waiting }) => sum + waiting, 0);
}
