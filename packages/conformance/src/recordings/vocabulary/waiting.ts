import { Callable, Unreadable, truthy } from '../reader/values.ts';

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** What a case waits for on AWS for minutes takes moments here: a wait is never longer than this. */
const LONGEST_WAIT_MS = 5_000;
const PATIENCE_MS = 10_000;
/** What takes a minute by a limit of AWS's takes a minute here, too: a message's shortest retention. */
const MINUTE_MS = 60_000;
const LONG_PATIENCE_MS = 70_000;
const POLL_MS = 150;

/** A wait of a case, which is cut unless a limit of AWS's takes it. */
export function pauseOf(milliseconds: number): Promise<void> {
  const isLimit = milliseconds >= MINUTE_MS && milliseconds < LONG_PATIENCE_MS;
  return pause(isLimit ? milliseconds : Math.min(milliseconds, LONGEST_WAIT_MS));
}

/** Calls until it does not fail any more. */
export async function retry([callee]: readonly unknown[], named: Readonly<Record<string, unknown>>): Promise<unknown> {
  const { retries, sleep, sleep_before: _, function: given, ...rest } = named;
  const action = callee ?? given;
  if (!(action instanceof Callable)) throw new Unreadable('retry of what is no function');
  const wanted = Number(retries ?? 3) * Number(sleep ?? 1) * 1000;
  const deadline = Date.now() + (wanted >= MINUTE_MS ? LONG_PATIENCE_MS : PATIENCE_MS);
  for (;;) {
    try {
      return await action.call([], rest);
    } catch (error) {
      if (error instanceof Unreadable || Date.now() > deadline) throw error;
      await pause(POLL_MS);
    }
  }
}

export async function poll(
  [condition]: readonly unknown[],
  { condition: named, timeout }: Readonly<Record<string, unknown>>,
): Promise<boolean> {
  const action = condition ?? named;
  if (!(action instanceof Callable)) throw new Unreadable('a condition that is no function');
  const deadline = Date.now() + (Number(timeout ?? 0) * 1000 > MINUTE_MS ? LONG_PATIENCE_MS : PATIENCE_MS);
  while (!truthy(await action.call([], {}))) {
    if (Date.now() > deadline) return false;
    await pause(POLL_MS);
  }
  return true;
}
