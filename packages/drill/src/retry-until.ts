import { setTimeout as delay } from 'node:timers/promises';

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 3_000;

/** The cloud, or one of its services, did not answer, or reported its own failure. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
}

/**
 * Retries until there is an answer, as a patient client does: a lost connection and a 5xx are retried.
 * @throws Error with the last reason at the deadline, which is a `performance.now()` time
 */
export async function retryUntil<Answer>(what: string, deadline: number, ask: () => Promise<Answer>): Promise<Answer> {
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(LONGEST_PAUSE_MS, 2 * pause)) {
    try {
      return await ask();
    } catch (error) {
      if (performance.now() + pause > deadline) {
        throw new Error(`${what}: no answer until the deadline: ${String(error)}`, { cause: error });
      }
    }
    await delay(pause);
  }
}

/** Returns a conclusive answer. @throws Unavailable for a 5xx, a 429 and an idempotency key in use */
export function conclusive<Answer extends { status: number }>(answer: Answer): Answer {
  const code = 'code' in answer ? answer.code : undefined;
  const inUse = answer.status === 409 && code === 'idempotency-key-in-use';
  if (answer.status >= 500 || answer.status === 429 || inUse) {
    throw new Unavailable(`${answer.status} ${String(code)}`);
  }
  return answer;
}
