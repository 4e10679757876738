/** What a contract says of how long its answer may be shown again. */
export interface CachePolicy {
  readonly ttlSeconds: number;
  readonly staleWhileRevalidateSeconds?: number;
  readonly staleIfErrorSeconds?: number;
}

/** For how long a stored answer may be used, in seconds since it was made. */
export interface Freshness {
  readonly ttl: number;
  /** After that, while it is asked for again. */
  readonly whileRevalidating: number;
  /** After that, when the service fails. */
  readonly ifError: number;
}

/** What the gateway knows of an answer: only that of a request that everybody may make is asked about. */
export interface CacheFacts {
  readonly status: number;
  readonly cacheControl: string | undefined;
  readonly vary: string | undefined;
  readonly hasCookie: boolean;
}

/**
 * For how long an answer may be kept; undefined for one that may not. The contract allows it, and the answer's own
 * `Cache-Control` has the last word: it may shorten, and forbid. `must-revalidate` forbids every use of what is stale.
 * An answer that depends on who asks is never kept.
 * Sources: https://www.rfc-editor.org/rfc/rfc9111#section-3 and https://www.rfc-editor.org/rfc/rfc5861
 */
export function freshnessOf(
  { status, cacheControl = '', vary = '', hasCookie }: CacheFacts,
  policy: CachePolicy | undefined,
): Freshness | undefined {
  if (policy === undefined || status !== 200 || hasCookie || !PLAIN_VARY.test(vary)) return undefined;
  const said = directivesIn(cacheControl);
  if (['no-store', 'private', 'no-cache'].some((name) => said.has(name))) return undefined;
  // A shared cache must not use what is stale by s-maxage either (RFC 9111, 5.2.2.10).
  const strict = ['must-revalidate', 'proxy-revalidate', 's-maxage'].some((name) => said.has(name));
  const least = (declared: number, ...names: string[]): number => {
    const name = names.find((it) => said.has(it));
    return name === undefined ? declared : Math.min(declared, secondsOf(said.get(name)));
  };
  return {
    ttl: least(policy.ttlSeconds, 's-maxage', 'max-age'),
    whileRevalidating: strict ? 0 : least(policy.staleWhileRevalidateSeconds ?? 0, 'stale-while-revalidate'),
    ifError: strict ? 0 : least(policy.staleIfErrorSeconds ?? 0, 'stale-if-error'),
  };
}

/** The gateway sends the same `Accept` and encodings for everybody; all else may tell callers apart. */
const PLAIN_VARY = /^\s*(?:(?:accept|accept-encoding)\s*(?:,\s*|$))*$/i;

function directivesIn(cacheControl: string): ReadonlyMap<string, string> {
  const parts = cacheControl.matchAll(/([^\s,=]+)(?:=(?:"([^"]*)"|([^\s,]*)))?/g);
  return new Map([...parts].map(([, name = '', quoted, plain]) => [name.toLowerCase(), quoted ?? plain ?? '']));
}

/** What cannot be read is stale at once (RFC 9111, 4.2.1). */
const secondsOf = (text = ''): number => (/^\d{1,9}$/.test(text) ? Number(text) : 0);

/** How a stored answer may be used now. */
export type Use =
  /** As it is. */
  | 'fresh'
  /** As it is, while one request asks again. */
  | 'while-revalidating'
  /** Only when its service fails. */
  | 'if-error'
  | 'not';

/** @param age seconds since the answer was made; negative where clocks differ, which counts as none */
export function useOf({ ttl, whileRevalidating, ifError }: Freshness, age: number): Use {
  if (age < ttl) return 'fresh';
  if (age < ttl + whileRevalidating) return 'while-revalidating';
  return age < ttl + ifError ? 'if-error' : 'not';
}

/** Whether a stored answer may be shown in the place of a failure. A refusal of the request (4xx) is an answer, not a failure. */
export const mayReplace = (use: Use, failure: { readonly status: number }): boolean =>
  use !== 'not' && failure.status >= 500;

/** For how many seconds an answer has to be kept at all. */
export const keptFor = ({ ttl, whileRevalidating, ifError }: Freshness): number =>
  ttl + Math.max(whileRevalidating, ifError);

/** How a part was had. */
export interface CacheOutcome {
  /** Why its service was asked; undefined when it was not. */
  readonly forwarded?: 'miss' | 'stale';
  /** What is left of the time for which it is fresh, in seconds; negative when it is stale. */
  readonly ttl?: number;
  /** Seconds since it was made. */
  readonly age: number;
}

/**
 * The `Cache-Status` of a view of cached parts: a hit when no service was asked. Undefined without a part that may be
 * cached. Source: https://www.rfc-editor.org/rfc/rfc9211
 */
export function cacheStatus(outcomes: readonly CacheOutcome[]): string | undefined {
  if (outcomes.length === 0) return undefined;
  const forwarded = outcomes.map((it) => it.forwarded);
  if (forwarded.includes('miss')) return 'dure; fwd=miss';
  if (forwarded.includes('stale')) return 'dure; fwd=stale';
  return `dure; hit; ttl=${Math.min(...outcomes.map(({ ttl = 0 }) => ttl))}`;
}

/** The `Age` of a view is that of its oldest part. Source: https://www.rfc-editor.org/rfc/rfc9111#section-5.1 */
export const ageOf = (outcomes: readonly CacheOutcome[]): number => Math.max(0, ...outcomes.map(({ age }) => age));
