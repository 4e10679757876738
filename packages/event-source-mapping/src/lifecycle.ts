import { setTimeout as delay } from 'node:timers/promises';

const STOP_DEADLINE_MS = 20_000;

/** What a mapping's loops ask before they go on, and how long they sleep. */
export interface Lifecycle {
  readonly stopped: () => boolean;
  /** Aborts when stopped. */
  readonly signal: AbortSignal;
  onStop(listener: () => void): void;
  /** Waits while paused. False when stopped. */
  mayGoOn(): Promise<boolean>;
  /** Sleeps until the time is over or the mapping is stopped. */
  sleep(milliseconds: number): Promise<void>;
  pause(): void;
  resume(): void;
  state(): 'Enabled' | 'Disabled' | 'Disabling';
  /** Ends the loops and waits for this work. False when it was not done by the deadline. */
  stop(work: Promise<unknown>): Promise<boolean>;
}

export function createLifecycle(enabled: boolean): Lifecycle {
  const stopping = new AbortController();
  let paused = !enabled;
  let resumed = Promise.withResolvers<void>();
  return {
    stopped: () => stopping.signal.aborted,
    signal: stopping.signal,
    onStop(listener) {
      stopping.signal.addEventListener('abort', listener, { once: true });
    },
    async mayGoOn() {
      while (paused && !stopping.signal.aborted) await resumed.promise;
      return !stopping.signal.aborted;
    },
    async sleep(milliseconds) {
      await delay(milliseconds, undefined, { signal: stopping.signal }).catch(() => undefined);
    },
    pause() {
      paused = true;
    },
    resume() {
      paused = false;
      resumed.resolve();
      resumed = Promise.withResolvers<void>();
    },
    state: () => (stopping.signal.aborted ? 'Disabling' : paused ? 'Disabled' : 'Enabled'),
    async stop(work) {
      stopping.abort();
      resumed.resolve();
      const finished = new AbortController();
      const deadline = delay(STOP_DEADLINE_MS, false, { signal: finished.signal }).catch(() => false);
      const inTime = await Promise.race([work.then(() => true), deadline]);
      finished.abort();
      return inTime;
    },
  };
}

/** Doubles from 100 ms with each failure, up to the cap. */
export function backOff(failures: number, capMs: number): number {
  return Math.min(100 * 2 ** Math.min(failures - 1, 20), capMs);
}
