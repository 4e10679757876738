import {
  BrokenCircuitError,
  circuitBreaker,
  ExponentialBackoff,
  handleType,
  handleWhen,
  retry,
  SamplingBreaker,
  wrap,
} from 'cockatiel';

export interface Resilience {
  /** For one try, answer read. */
  readonly timeoutMs: number;
  readonly tries: number;
  readonly backoffMs: number;
  /** The breaker opens when of the tries in `windowMs` more than this share failed, and there were `minimum` of them. */
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
  windowMs: 30_000,
  // As many as run into their time-out one after the other: an environment of a function makes one request at a time.
  minimum: 5,
  openMs: 10_000,
};

/** No answer, or one that says nothing of the effect: a network error, a time-out, 429, 5xx, a body that is no answer. */
export class Transient extends Error {
  override readonly name = 'Transient';
  /** False when the provider says that it would answer the same. */
  readonly again: boolean;

  constructor(message: string, { again = true, cause }: { again?: boolean; cause?: unknown } = {}) {
    super(message, { cause });
    this.again = again;
  }
}

/**
 * Makes a function that tries a request a few times, with exponential back-off and jitter, through a circuit breaker
 * that counts the tries. It answers undefined when it has no answer: nothing is known then. What a try rejects with
 * besides {@link Transient} passes through.
 */
export function resilient({ tries, backoffMs, failureShare, windowMs, minimum, openMs }: Resilience) {
  const breaker = circuitBreaker(handleType(Transient), {
    halfOpenAfter: openMs,
    breaker: new SamplingBreaker({
      threshold: failureShare,
      duration: windowMs,
      minimumRps: (minimum * 1_000) / windowMs,
    }),
  });
  const backoff = new ExponentialBackoff({ initialDelay: backoffMs, maxDelay: 10 * backoffMs });
  const again = handleWhen((error) => error instanceof Transient && error.again);
  const policy = wrap(retry(again, { maxAttempts: tries - 1, backoff }), breaker);

  return async <Answer>(attempt: () => Promise<Answer>): Promise<Answer | undefined> => {
    try {
      return await policy.execute(attempt);
    } catch (error) {
      if (error instanceof Transient || error instanceof BrokenCircuitError) return undefined;
      throw error;
    }
  };
}
