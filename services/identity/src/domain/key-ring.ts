/**
 * The keys that sign tokens, and when each is what: next → active → retired. Nothing but the clock moves a key on, so that
 * who signs and who publishes need not agree on a moment.
 */

export interface PublicJwk {
  readonly kty: 'EC';
  readonly crv: 'P-256';
  readonly x: string;
  readonly y: string;
}

export interface RingKey {
  /** The thumbprint of its public key (RFC 7638), which tokens name. */
  readonly kid: string;
  /** What KMS calls it. */
  readonly keyId: string;
  readonly jwk: PublicJwk;
  /** From when it signs (ISO 8601, UTC). */
  readonly activeAt: string;
}

/** In the order of their `activeAt`. */
export type KeyRing = readonly RingKey[];

/** Clocks of services may differ by this much. */
const SKEW_MS = 60_000;

/** Who verifies keeps the published keys this long, and so learns of a new one before it signs. */
export const PUBLISHED_AHEAD_MS = 600_000 + SKEW_MS;

/** The longest life of a token, a guest's: its key is published until then. */
export const LONGEST_TOKEN_SECONDS = 86_400;
const RETIRED_MS = LONGEST_TOKEN_SECONDS * 1_000 + SKEW_MS;

const DAY_MS = 86_400_000;
const ROTATED_AFTER_MS = 90 * DAY_MS;

/** The key that signs now: the last one whose time has come; the first one of all where clocks differ. */
export const activeKey = (ring: KeyRing, now: number): RingKey | undefined =>
  ring.findLast(({ activeAt }) => Date.parse(activeAt) <= now) ?? ring[0];

/** The keys by which a token may have been signed, or soon will be. */
export const publishedKeys = (ring: KeyRing, now: number): KeyRing =>
  ring.filter((_, index) => !isOver(ring[index + 1], now));

/** The keys that no valid token needs any more. */
export const endedKeys = (ring: KeyRing, now: number): KeyRing =>
  ring.filter((_, index) => isOver(ring[index + 1], now));

const isOver = (successor: RingKey | undefined, now: number): boolean =>
  successor !== undefined && Date.parse(successor.activeAt) + RETIRED_MS < now;

/** Whether it is time for the next key, which is made once. */
export function needsNext(ring: KeyRing, now: number): boolean {
  const newest = ring.at(-1);
  return newest !== undefined && Date.parse(newest.activeAt) + ROTATED_AFTER_MS <= now;
}

/** The ring with a key that signs as soon as everybody knows it, or at once where it is the first. */
export function withKey(ring: KeyRing, key: Omit<RingKey, 'activeAt'>, now: number): KeyRing {
  const activeAt = new Date(ring.length === 0 ? now : now + PUBLISHED_AHEAD_MS).toISOString();
  return [...ring, { ...key, activeAt }];
}
