import { JWKSNoMatchingKey } from 'jose/errors';
import { createLocalJWKSet } from 'jose/jwks/local';
import type { CryptoKey, FlattenedJWSInput, JSONWebKeySet, JWSHeaderParameters } from 'jose';

/** Finds the public key of a token by its header. */
export type FindKey = (header: JWSHeaderParameters, token: FlattenedJWSInput) => Promise<CryptoKey>;

/** Loads an issuer's public keys: a JSON Web Key Set. Source: https://www.rfc-editor.org/rfc/rfc7517#section-5 */
export type LoadKeys = (url: string) => Promise<JSONWebKeySet>;

/** No key of an issuer could be read, so nothing can be said about its tokens. */
export class KeysUnavailable extends Error {
  override readonly name = 'KeysUnavailable';
}

/** Keys are read again after this long. An issuer announces a key for longer than that before it signs with it. */
const FRESH_MS = 600_000;
/** An unknown key makes one request in this time at most, whatever is sent. */
const COOL_DOWN_MS = 30_000;
/** Without any key, each call would fail, so it is tried more often. */
const FIRST_COOL_DOWN_MS = 1_000;
/** While the issuer cannot be reached its last keys go on for as long as its longest token lives. */
const LAST_KEYS_MS = 86_400_000;
const TIMEOUT_MS = 2_000;
/** Tries of the first keys: without them nobody gets in, and the issuer may have begun a moment ago, too. */
const FIRST_TRIES = 3;

/**
 * Opens the keys that an issuer publishes at `url`. jose's own remote set refuses every token as soon as its keys are ten
 * minutes old and the issuer is away; this one goes on with the last ones.
 * @throws KeysUnavailable from the function, when there were never any keys or they are a day old
 * @throws JWKSNoMatchingKey from the function, for a key that the issuer doesn't have
 */
export function openKeySet(url: string, load: LoadKeys = loadKeys): FindKey {
  let keys: { readonly find: FindKey; readonly at: number } | undefined;
  let triedAt = -Infinity;
  let loading: Promise<void> | undefined;

  /** Several calls at once wait for one request. */
  const refresh = (): Promise<void> => (loading ??= reload().finally(() => (loading = undefined)));

  async function reload(): Promise<void> {
    const now = Date.now();
    if (now - triedAt < (keys === undefined ? FIRST_COOL_DOWN_MS : COOL_DOWN_MS)) return;
    triedAt = now;
    try {
      keys = { find: createLocalJWKSet(await loadSurely(keys === undefined ? FIRST_TRIES : 1)), at: now };
    } catch (error) {
      if (keys !== undefined && now - keys.at < LAST_KEYS_MS) return;
      throw unavailable(url, error);
    }
  }

  async function loadSurely(tries: number): Promise<JSONWebKeySet> {
    try {
      return await load(url);
    } catch (error) {
      if (tries <= 1) throw error;
      return loadSurely(tries - 1);
    }
  }

  return async (header, token) => {
    if (keys === undefined || Date.now() - keys.at >= FRESH_MS) await refresh();
    if (keys === undefined || Date.now() - keys.at >= LAST_KEYS_MS) throw unavailable(url);
    const { find } = keys;
    try {
      return await find(header, token);
    } catch (error) {
      if (!(error instanceof JWKSNoMatchingKey)) throw error;
      await refresh();
      if (keys.find === find) throw error;
      return keys.find(header, token);
    }
  };
}

const unavailable = (url: string, cause?: unknown) =>
  new KeysUnavailable(`The keys at ${url} cannot be read.`, { cause });

async function loadKeys(url: string): Promise<JSONWebKeySet> {
  const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS), redirect: 'error' });
  if (!response.ok) throw new Error(`${url} answered ${response.status}.`);
  return (await response.json()) as JSONWebKeySet;
}
