import {
  BrokenCircuitError,
  circuitBreaker,
  ExponentialBackoff,
  handleType,
  retry,
  SamplingBreaker,
  wrap,
} from 'cockatiel';

/** An answer of the provider that says something: a success, or a refusal that no retry changes. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

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
  failureShare: 0.7,
  windowMs: 10_000,
  minimum: 20,
  openMs: 10_000,
};

export interface ProviderRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: unknown;
  readonly key?: string;
}

/** No answer, or one that promises better luck: a network error, a time-out, 429, 5xx, a body that is not JSON. */
export class Transient extends Error {
  override readonly name = 'Transient';
}

/**
 * Makes a function that sends a request with a time-out per try, a few tries with exponential back-off and jitter, and
 * a circuit breaker that counts the tries. It answers undefined when it has no answer: nothing is known then.
 */
export function resilientFetch(baseUrl: string, settings: Resilience) {
  const transient = handleType(Transient);
  const breaker = circuitBreaker(transient, {
    halfOpenAfter: settings.openMs,
    breaker: new SamplingBreaker({
      threshold: settings.failureShare,
      duration: settings.windowMs,
      minimumRps: (settings.minimum * 1_000) / settings.windowMs,
    }),
  });
  const backoff = new ExponentialBackoff({ initialDelay: settings.backoffMs, maxDelay: 10 * settings.backoffMs });
  const policy = wrap(retry(transient, { maxAttempts: settings.tries - 1, backoff }), breaker);

  return async (request: ProviderRequest): Promise<Answer | undefined> => {
    try {
      return await policy.execute(() => send(baseUrl, request, settings.timeoutMs));
    } catch (error) {
      if (error instanceof Transient || error instanceof BrokenCircuitError) return undefined;
      throw error;
    }
  };
}

/** One try. @throws Transient */
export async function send(baseUrl: string, request: ProviderRequest, timeoutMs: number): Promise<Answer> {
  const { method, path, body, key } = request;
  try {
    const response = await fetch(`${baseUrl}${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...(key !== undefined && { 'idempotency-key': key }) },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(timeoutMs),
    });
    const answer = { status: response.status, body: (await response.json()) as unknown };
    if (answer.status < 500 && answer.status !== 429) return answer;
    throw new Transient(`The provider answered ${answer.status}.`);
  } catch (error) {
    if (error instanceof Transient) throw error;
    throw new Transient('The provider did not answer.', { cause: error });
  }
}
