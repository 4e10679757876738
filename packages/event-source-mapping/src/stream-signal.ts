import type { Lifecycle } from './lifecycle.ts';
import type { EventSourceMappingDeps } from './mapping.ts';

const FIRST_POLL_MS = 5;
/** As often as Lambda looks into an idle shard. */
const LAST_POLL_MS = 250;
/** However sure the tidings of writes are, a look now and then costs nothing. */
const SAFETY_POLL_MS = 5_000;

/** When to look into a stream again. */
export interface StreamSignal {
  /** To be called before a read: what is written from now on counts as not read yet. */
  reading(): void;
  /** To be called when a read found all there was: the next one waits. */
  caughtUp(foundNothing: boolean): void;
  /** Waits, if caught up, for a write, for the next poll where writes are not reported, or this long at most. */
  wait(milliseconds: number): Promise<void>;
  close(): void;
}

export function createStreamSignal(
  tableName: string,
  onStreamWrite: EventSourceMappingDeps['onStreamWrite'],
  lifecycle: Lifecycle,
): StreamSignal {
  let due = true;
  let written = false;
  let pollMs = FIRST_POLL_MS;
  let wake: (() => void) | undefined;
  const unsubscribe = onStreamWrite?.((tables) => {
    if (!tables.has(tableName)) return;
    written = true;
    due = true;
    wake?.();
  });
  lifecycle.onStop(() => wake?.());
  return {
    reading() {
      written = false;
    },
    caughtUp(foundNothing) {
      due = written;
      pollMs = foundNothing ? Math.min(pollMs * 1.5, LAST_POLL_MS) : FIRST_POLL_MS;
    },
    async wait(milliseconds) {
      if (due || lifecycle.stopped()) return;
      const longest = unsubscribe === undefined ? pollMs : SAFETY_POLL_MS;
      const { promise, resolve } = Promise.withResolvers<void>();
      wake = resolve;
      const timer = setTimeout(resolve, Math.max(0, Math.min(milliseconds, longest)));
      await promise;
      clearTimeout(timer);
      wake = undefined;
      due = true;
    },
    close() {
      unsubscribe?.();
    },
  };
}
