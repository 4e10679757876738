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
  /** For one attempt, including reading its answer. */
  readonly timeoutMs: number;
  readonly tries: number;
  readonly backoffMs: number;
  /** The breaker opens when more than this share of at least `minimum` results within `windowMs` failed. */
  readonly failureShare: number;
  readonly windowMs: number;
  readonly minimum: number;
  /** How long the breaker stays open before one attempt decides again. */
  readonly openMs: number;
}

export const defaultResilience: Resilience = {
  timeoutMs: 2_000,
  tries: 3,
  backoffMs: 100,
  failureShare: 0.8,
  windowMs: 60_000,
  // As many payments as time out one after the other: an execution environment asks for one at a time.
  minimum: 5,
  openMs: 10_000,
};

/** No answer, or one that leaves the effect unknown: a network error, a time-out, 429, 5xx, a malformed body. */
export class Transient extends Error {
  override readonly name = 'Transient';
  /** False when the provider says that a retry gets the same answer. */
  readonly again: boolean;
  /** Whether the previous attempt for the same payment failed too. */
  repeated = false;

  constructor(message: string, { again = true, cause }: { again?: boolean; cause?: unknown } = {}) {
    super(message, { cause });
    this.again = again;
  }
}

/**
 * Creates a function that sends a request with a few retries, exponential back-off and jitter, through a circuit
 * breaker. It resolves to undefined when there was no answer, so that the effect is unknown. Errors other than {@link
 * Transient} pass through.
 *
 * The breaker counts failures of one `subject` (a payment) once per window: a single payment that the provider cannot
 * handle is retried again and again, and must not stop all others.
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
 * Opens by the share of failures in the last `windowMs`. Cockatiel's SamplingBreaker moves its window with calls, not
 * with time: under low traffic, failures of an hour ago would count.
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

/** The subjects whose latest attempt in the last `windowMs` failed. */
function createFailing(windowMs: number) {
  const since = new Map<string, number>();
  return {
    delete: (subject: string) => since.delete(subject),

    /** Returns whether it was in the set before. */
    add(subject: string): boolean {
      const now = Date.now();
      for (const [key, at] of since) if (at + windowMs <= now) since.delete(key);
      const known = since.has(subject);
      if (!known) since.set(subject, now);
      return known;
    },
  };
}
