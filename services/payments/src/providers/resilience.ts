import {
  BrokenCircuitError,
  circuitBreaker,
  CircuitState,
  ExponentialBackoff,
  handleWhen,
  type IBreaker,
  retry,
} from 'cockatiel';

export interface Resilience {
  /** For one try, answer read. */
  readonly timeoutMs: number;
  readonly tries: number;
  readonly backoffMs: number;
  /** The breaker opens when of what it counts in `windowMs` more than this share failed, and there were `minimum`. */
  readonly failureShare: number;
  readonly windowMs: number;
  readonly minimum: number;
  /** How long nothing is tried then, before one try decides anew. */
  readonly openMs: number;
}

export const defaultResilience: Resilience = {
  timeoutMs: 2_000,
  tries: 3,
  backoffMs: 100,
  failureShare: 0.8,
  windowMs: 60_000,
  // As many payments as run into their time-outs one after the other: an environment of a function asks for one at a time.
  minimum: 5,
  openMs: 10_000,
};

/** No answer, or one that says nothing of the effect: a network error, a time-out, 429, 5xx, a body that is no answer. */
export class Transient extends Error {
  override readonly name = 'Transient';
  /** False when the provider says that it would answer the same. */
  readonly again: boolean;
  /** Whether the same payment's try before it failed too. */
  repeated = false;

  constructor(message: string, { again = true, cause }: { again?: boolean; cause?: unknown } = {}) {
    super(message, { cause });
    this.again = again;
  }
}

/**
 * Makes a function that tries a request a few times, with exponential back-off and jitter, through a circuit breaker.
 * It answers undefined when it has no answer: nothing is known then. What a try rejects with besides {@link Transient}
 * passes through.
 *
 * The breaker counts a failure of one `subject` (a payment) once in its window: a single payment that the provider
 * cannot handle is tried again and again, and must not end everybody else's.
 */
export function resilient({ tries, backoffMs, failureShare, windowMs, minimum, openMs }: Resilience) {
  const counted = handleWhen((error) => error instanceof Transient && !error.repeated);
  const breaker = circuitBreaker(counted, {
    halfOpenAfter: openMs,
    breaker: createWindow({ failureShare, windowMs, minimum }),
  });
  const backoff = new ExponentialBackoff({ initialDelay: backoffMs, maxDelay: 10 * backoffMs });
  const again = handleWhen((error) => error instanceof Transient && error.again);
  const retrying = retry(again, { maxAttempts: tries - 1, backoff });
  const failing = createFailing(windowMs);

  async function note<Answer>(subject: string, attempt: () => Promise<Answer>): Promise<Answer> {
    try {
      const answer = await attempt();
      failing.delete(subject);
      return answer;
    } catch (error) {
      if (error instanceof Transient) error.repeated = failing.add(subject) && breaker.state === CircuitState.Closed;
      throw error;
    }
  }

  return async <Answer>(subject: string, attempt: () => Promise<Answer>): Promise<Answer | undefined> => {
    try {
      return await retrying.execute(() => breaker.execute(() => note(subject, attempt)));
    } catch (error) {
      if (error instanceof Transient || error instanceof BrokenCircuitError) return undefined;
      throw error;
    }
  };
}

/**
 * Opens by the share of failures in the last `windowMs`. Cockatiel's SamplingBreaker moves its window on with calls, not
 * with time: where little is asked, failures of an hour ago would count.
 */
function createWindow({
  failureShare,
  windowMs,
  minimum,
}: Pick<Resilience, 'failureShare' | 'windowMs' | 'minimum'>): IBreaker {
  let tries: readonly { readonly at: number; readonly failed: boolean }[] = [];
  const note = (failed: boolean): void => {
    const now = Date.now();
    tries = [...tries.filter(({ at }) => at > now - windowMs), { at: now, failed }];
  };
  return {
    state: undefined,
    success(state) {
      if (state !== CircuitState.Closed) tries = [];
      note(false);
    },
    failure(state) {
      note(true);
      const failures = tries.filter(({ failed }) => failed).length;
      return state !== CircuitState.Closed || (tries.length >= minimum && failures > failureShare * tries.length);
    },
  };
}

/** The subjects whose latest try in the last `windowMs` failed. */
function createFailing(windowMs: number) {
  const since = new Map<string, number>();
  return {
    delete: (subject: string) => since.delete(subject),

    /** Answers whether it was there. */
    add(subject: string): boolean {
      const now = Date.now();
      for (const [key, at] of since) if (at + windowMs <= now) since.delete(key);
      const known = since.has(subject);
      if (!known) since.set(subject, now);
      return known;
    },
  };
}
