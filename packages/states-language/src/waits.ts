import type { After } from './run.ts';
import { Aborted } from './state-error.ts';

/** Waits, or throws Aborted as soon as the signal says so. */
export function sleep(after: After, milliseconds: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  const cancel = after(milliseconds, () => resolve(undefined));
  const onAbort = () => reject(new Aborted());
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  return promise.finally(() => {
    cancel();
    signal.removeEventListener('abort', onAbort);
  });
}

/** A controller that is aborted with its parent; `release` ends that bond. */
export function childController(parent: AbortSignal): AbortController & { release: () => void } {
  const child = new AbortController();
  const onAbort = () => child.abort();
  parent.addEventListener('abort', onAbort, { once: true });
  if (parent.aborted) child.abort();
  return Object.assign(child, { release: () => parent.removeEventListener('abort', onAbort) });
}

/** What bounds one attempt of a task: a deadline, heartbeats, and the end of its execution or branch. */
export interface Attempt {
  /** Settles as the work does, unless a bound comes first. */
  within<T>(work: Promise<T>): Promise<T>;
  /** The task has shown a sign of life. */
  beat(): void;
  close(): void;
}

export interface AttemptBounds {
  readonly after: After;
  readonly signal: AbortSignal;
  readonly timeoutSeconds?: number | undefined;
  readonly heartbeatSeconds?: number | undefined;
  /** Whether heartbeats count from the start; otherwise from the first `beat`. */
  readonly beatsAtOnce: boolean;
  readonly onTimeout: () => Error;
  readonly onHeartbeatTimeout: () => Error;
}

export function openAttempt(bounds: AttemptBounds): Attempt {
  const { promise: ended, reject } = Promise.withResolvers<never>();
  ended.catch(() => undefined);
  const onAbort = () => reject(new Aborted());
  bounds.signal.addEventListener('abort', onAbort, { once: true });
  if (bounds.signal.aborted) onAbort();
  const { after, timeoutSeconds, heartbeatSeconds } = bounds;
  const cancelTimeout =
    timeoutSeconds === undefined ? undefined : after(timeoutSeconds * 1000, () => reject(bounds.onTimeout()));
  let cancelHeartbeat: (() => void) | undefined;
  const beat = () => {
    cancelHeartbeat?.();
    if (heartbeatSeconds === undefined) return;
    cancelHeartbeat = after(heartbeatSeconds * 1000, () => reject(bounds.onHeartbeatTimeout()));
  };
  if (bounds.beatsAtOnce) beat();
  return {
    async within(work) {
      const [settled] = await Promise.allSettled([Promise.race([work, ended])]);
      // What comes in the same moment as the end has no effect either.
      if (bounds.signal.aborted) throw new Aborted();
      if (settled.status === 'rejected') throw settled.reason;
      return settled.value;
    },
    beat,
    close() {
      cancelTimeout?.();
      cancelHeartbeat?.();
      bounds.signal.removeEventListener('abort', onAbort);
    },
  };
}
