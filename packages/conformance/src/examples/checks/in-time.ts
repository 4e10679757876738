import { setTimeout as delay } from 'node:timers/promises';

const DEADLINE_MS = 15_000;
const PAUSE_MS = 100;

/** Asks again until the answer is right, or the last wrong one. */
export async function inTime(ask: () => Promise<string | undefined>): Promise<string | undefined> {
  const deadline = performance.now() + DEADLINE_MS;
  for (;;) {
    const failure = await ask();
    if (failure === undefined || performance.now() > deadline) return failure;
    await delay(PAUSE_MS);
  }
}
