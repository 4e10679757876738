import { calculateJwkThumbprint } from 'jose';
import type { Call } from '@dure/contracts/binding/call';
import { retryOnConflict } from '@dure/contracts/binding/commit';
import {
  activeKey,
  endedKeys,
  type KeyRing,
  needsNext,
  type PublicJwk,
  publishedKeys,
  type RingKey,
  withKey,
} from '../domain/key-ring.ts';

/** Whoever keeps the private keys. */
export interface Signer {
  /** ES256 of a message, as JWS has it: r and s. */
  sign(keyId: string, message: Uint8Array): Promise<Uint8Array>;
  publicKey(keyId: string): Promise<PublicJwk>;
  create(): Promise<string>;
  discard(keyId: string): Promise<void>;
}

export interface RingStore {
  load(): Promise<StoredRing>;
  /** @throws Conflict when the ring has changed since it was loaded */
  save(call: Call, ring: KeyRing, version: number): Promise<void>;
}

export interface StoredRing {
  readonly keys: KeyRing;
  /** 0 before there is one. */
  readonly version: number;
}

export interface Keys {
  readonly ring: RingStore;
  readonly signer: Signer;
  /** The key of the stack, which is the first to sign. */
  readonly firstKeyId: string;
}

/** A ring is read again after this long: much sooner than a new key signs. */
const KEPT_MS = 60_000;

/** Makes a reader of the ring that keeps it in memory. The first reader of a stage begins the ring. */
export function ringReader(keys: Keys): (call: Call) => Promise<KeyRing> {
  let kept: { readonly at: number; readonly ring: KeyRing } | undefined;
  return async (call) => {
    const now = Date.parse(call.time);
    if (kept !== undefined && Math.abs(now - kept.at) < KEPT_MS) return kept.ring;
    const { keys: loaded } = await keys.ring.load();
    const ring = loaded.length > 0 ? loaded : await begin(keys, call);
    kept = { at: now, ring };
    return ring;
  };
}

const begin = ({ ring, signer, firstKeyId }: Keys, call: Call): Promise<KeyRing> =>
  retryOnConflict(async () => {
    const { keys, version } = await ring.load();
    if (keys.length > 0) return keys;
    const begun = withKey([], await describe(signer, firstKeyId), Date.parse(call.time));
    await ring.save(call, begun, version);
    return begun;
  });

async function describe(signer: Signer, keyId: string): Promise<Omit<RingKey, 'activeAt'>> {
  const { kty, crv, x, y } = await signer.publicKey(keyId);
  const jwk = { kty, crv, x, y };
  return { keyId, jwk, kid: await calculateJwkThumbprint(jwk) };
}

/** Publishes the next key, whatever the age of the one that signs. One that is next already is enough. */
export const addNextKey = (keys: Keys, call: Call): Promise<KeyRing> =>
  retryOnConflict(async () => {
    const now = Date.parse(call.time);
    const { keys: ring, version } = await keys.ring.load();
    if (ring.length === 0) return begin(keys, call);
    if (Date.parse(ring.at(-1)!.activeAt) > now) return ring;
    const keyId = await keys.signer.create();
    try {
      const next = withKey(ring, await describe(keys.signer, keyId), now);
      await keys.ring.save(call, next, version);
      return next;
    } catch (error) {
      const { keys: stored } = await keys.ring.load();
      // The answer may be lost of a write that took effect: the key is published then, and will sign.
      if (stored.some((it) => it.keyId === keyId)) return stored;
      // Nobody knows this key, and nobody else would remove it.
      await keys.signer.discard(keyId);
      throw error;
    }
  });

/** The job: makes the next key when it is time, and gives up the keys that no valid token needs. */
export async function tendKeys(keys: Keys, call: Call): Promise<{ made: number; discarded: number }> {
  const now = Date.parse(call.time);
  const { keys: before } = await keys.ring.load();
  const due = before.length === 0 || needsNext(before, now);
  if (due) await addNextKey(keys, call);
  const ended = await retryOnConflict(async () => {
    const { keys: ring, version } = await keys.ring.load();
    const over = endedKeys(ring, now);
    if (over.length > 0) await keys.ring.save(call, publishedKeys(ring, now), version);
    return over;
  });
  // The stack's own key stays with the stack.
  const own = ended.filter(({ keyId }) => keyId !== keys.firstKeyId);
  for (const { keyId } of own) await keys.signer.discard(keyId);
  return { made: due ? 1 : 0, discarded: own.length };
}

/** What signs now. @throws Error where there is no key, which no reader leaves so */
export function requireActive(ring: KeyRing, now: number): RingKey {
  const key = activeKey(ring, now);
  if (key === undefined) throw new Error('There is no key to sign with.');
  return key;
}

/** The document of RFC 7517 that verifiers read. */
export const jwksOf = (ring: KeyRing, now: number) => ({
  keys: publishedKeys(ring, now).map(({ kid, jwk }) => ({ ...jwk, kid, use: 'sig', alg: 'ES256' })),
});
