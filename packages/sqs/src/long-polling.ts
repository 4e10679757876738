/** Lets receivers wait for messages: a long poll sleeps until a message arrives in its queue. */
export interface LongPolling {
  /** Wakes the receivers of this queue: a message arrived, or the queue is gone. */
  notify(queue: string): void;
  /** Resolves when a message arrives, after so many milliseconds, or when the signal aborts. */
  wait(queue: string, milliseconds: number, signal?: AbortSignal): Promise<void>;
  /** Wakes all receivers, and lets none wait any more. */
  stop(): void;
  stopped(): boolean;
}

export function createLongPolling(): LongPolling {
  const receivers = new Map<string, Set<() => void>>();
  let stopped = false;
  const notify = (queue: string): void => {
    const waiting = receivers.get(queue);
    receivers.delete(queue);
    for (const wake of waiting ?? []) wake();
  };
  return {
    notify,
    async wait(queue, milliseconds, signal) {
      if (stopped || signal?.aborted === true) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      const wake = (): void => resolve();
      const waiting = receivers.get(queue) ?? new Set();
      receivers.set(queue, waiting.add(wake));
      const timer = setTimeout(wake, milliseconds);
      signal?.addEventListener('abort', wake, { once: true });
      await promise;
      clearTimeout(timer);
      signal?.removeEventListener('abort', wake);
      waiting.delete(wake);
    },
    stop() {
      stopped = true;
      for (const queue of [...receivers.keys()]) notify(queue);
    },
    stopped: () => stopped,
  };
}
