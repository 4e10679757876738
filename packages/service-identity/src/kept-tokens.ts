/** A token and how long it is valid for, as the token endpoint says it. */
export interface Given {
  readonly token: string;
  readonly seconds: number;
}

export interface KeptTokens {
  /** The token of a key: the one that is kept, or a fresh one. Rejects when there is none, and none can be got. */
  get(key: string, ask: () => Promise<Given>): Promise<string>;
}

interface Kept {
  readonly token: string;
  /** In milliseconds since 1970: when a fresh one is asked for. */
  readonly renewAt: number;
  readonly endsAt: number;
}

/** Whoever gives tokens answered, and gave none to this one. Says why, and never holds a token. */
export class TokenNotGiven extends Error {
  override readonly name: string = 'TokenNotGiven';
}

/** It was not given because the caller's own token is good no more: its session ended, or it was revoked. */
export class CallerRefused extends TokenNotGiven {
  override readonly name = 'CallerRefused';
}

/** A token is asked for again after this share of its life. */
const USED = 0.8;
/** Whoever gives tokens, and did not, is asked again after this long while the last token is good. */
const PAUSE_MS = 5_000;
/** No token is used in its last moment: it has to arrive while it is good. */
const SPARE_MS = 2_000;
/** A request is over after this long: two requests, one for a service's own token first, have two seconds each. */
const PATIENCE_MS = 5_000;
/** After a request that waited in vain nobody is asked for this long. One that failed at once cost nobody time. */
const AWAY_MS = 1_000;
const WAITED_MS = 500;

/**
 * Keeps tokens in memory. After 80 % of its life a token is renewed beside the calls, which go on with it until it expires:
 * nobody waits while there is a good one. Several calls at once wait for one request. Where a request
 * waited in vain, all that need one fail at once for a second, so that not each of them waits.
 *
 * @param max how many are kept; who was not asked for longest goes
 * @param tell is told why there is no fresh token
 * @example
 * ```ts
 * import { keepTokens } from '@dure/service-identity/kept-tokens';
 *
 * const kept = keepTokens(500, console.warn);
 *
 * export const token = () => kept.get('own', () => Promise.resolve({ token: 'eyJ…', seconds: 600 }));
 * ```
 */
export function keepTokens(max: number, tell: (error: Error) => void): KeptTokens {
  const kept = new Map<string, Kept>();
  const asking = new Map<string, { readonly promise: Promise<Kept>; readonly since: number }>();
  let away: { readonly error: unknown; readonly until: number } | undefined;

  function keep(key: string, given: Kept): void {
    kept.delete(key);
    kept.set(key, given);
    if (kept.size > max) kept.delete(kept.keys().next().value!);
  }

  async function renew(key: string, ask: () => Promise<Given>): Promise<Kept> {
    const now = Date.now();
    if (away !== undefined && now < away.until) throw away.error;
    const { token, seconds } = await ask().catch((error: unknown) => {
      const failedAt = Date.now();
      const waitedInVain = !(error instanceof TokenNotGiven) && failedAt - now >= WAITED_MS;
      if (waitedInVain) away = { error, until: failedAt + AWAY_MS };
      // What is wrong with a caller's token is the caller's to know.
      if (!(error instanceof CallerRefused)) tell(error as Error);
      throw error;
    });
    const fresh = { token, renewAt: now + seconds * 1_000 * USED, endsAt: now + seconds * 1_000 - SPARE_MS };
    keep(key, fresh);
    return fresh;
  }

  /** Several calls at once wait for one request; none waits for one that a frozen environment left behind. */
  function renewOnce(key: string, ask: () => Promise<Given>): Promise<Kept> {
    const now = Date.now();
    const under = asking.get(key);
    if (under !== undefined && now < under.since + PATIENCE_MS) return under.promise;
    const promise = renew(key, ask).finally(() => {
      if (asking.get(key)?.promise === promise) asking.delete(key);
    });
    asking.set(key, { promise, since: now });
    return promise;
  }

  return {
    async get(key, ask) {
      const now = Date.now();
      const known = kept.get(key);
      if (known === undefined || now >= known.endsAt) return (await renewOnce(key, ask)).token;
      const isDue = now >= known.renewAt;
      keep(key, isDue ? { ...known, renewAt: now + PAUSE_MS } : known);
      // The failure was told, and the known token is good.
      if (isDue) renewOnce(key, ask).catch(() => undefined);
      return known.token;
    },
  };
}
