/** Lets receivers wait for messages: a long poll sleeps until something comes into its queue. */
export interface Arrivals {
  /** Something came into this queue, or it is gone: whoever waits looks again. */
  notify(queue: string): void;
  /** Resolves when something came, after so many milliseconds, or when the signal aborts. */
  wait(queue: string, milliseconds: number, signal?: AbortSignal): Promise<void>;
  /** Wakes everybody, and lets nobody sleep any more. */
  stop(): void;
  stopped(): boolean;
}

export function createArrivals(): Arrivals {
  const sleepers = new Map<string, Set<() => void>>();
  let stopped = false;
  const wakeAll = (queue: string): void => {
    const waiting = sleepers.get(queue);
    sleepers.delete(queue);
    for (const wake of waiting ?? []) wake();
  };
  return {
    notify: wakeAll,
    async wait(queue, milliseconds, signal) {
      if (stopped || signal?.aborted === true) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      const wake = (): void => resolve();
      const waiting = sleepers.get(queue) ?? new Set();
      sleepers.set(queue, waiting.add(wake));
      const timer = setTimeout(wake, milliseconds);
      signal?.addEventListener('abort', wake, { once: true });
      await promise;
      clearTimeout(timer);
      signal?.removeEventListener('abort', wake);
      waiting.delete(wake);
    },
    stop() {
      stopped = true;
      for (const queue of [...sleepers.keys()]) wakeAll(queue);
    },
    stopped: () => stopped,
  };
}
