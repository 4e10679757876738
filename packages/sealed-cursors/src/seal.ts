import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';

export interface Seal {
  /** The text as a client may have it, in characters that a URL takes. The same text becomes the same. */
  seal(text: string): string;
  /** What was sealed here, for the same use; undefined for anything else. */
  open(sealed: string): string | undefined;
}

interface Key {
  readonly cipher: Buffer;
  readonly nonce: Buffer;
}

/** Fewer could be guessed. */
const KEY_CHARACTERS = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Seals texts by AES-256-GCM. What they are for is authenticated with them, so a text that was sealed for something else does
 * not open.
 *
 * The nonce is a hash of all that is sealed, by a key of its own (as in SIV, RFC 5297): equal texts become equal, and two
 * texts share a nonce only when 96 bits of their hashes do.
 *
 * @param keys separated by spaces: the first one seals, each of them opens
 * @param use whose text it is, and where: `['orders', 'ListOrders', 'c-1001']`
 * @throws Error for a key of less than 32 characters
 * @example
 * ```ts
 * import { sealFor } from '@dure/sealed-cursors/seal';
 *
 * const { seal, open } = sealFor('GXj8mPq2Wn5Rt7Yb4Kd9Vf3Hs6Lz1Cx0', ['orders', 'ListOrders', 'c-1001']);
 *
 * export const same = open(seal('{"after":"2026-11-30"}'));
 * ```
 */
export function sealFor(keys: string, use: readonly string[]): Seal {
  const [first, ...others] = keysOf(keys);
  const aad = Buffer.from(JSON.stringify(use));
  return {
    seal: (text) => seal(first, aad, text),
    open(sealed) {
      const bytes = Buffer.from(sealed, 'base64url');
      // Exactly one text is a cursor: the decoder ignores what it does not know.
      if (bytes.length <= NONCE_BYTES + TAG_BYTES || bytes.toString('base64url') !== sealed) return undefined;
      for (const key of [first, ...others]) {
        const text = open(key, aad, bytes);
        if (text !== undefined) return text;
      }
      return undefined;
    },
  };
}

function seal({ cipher, nonce }: Key, aad: Buffer, text: string): string {
  const iv = createHmac('sha256', nonce)
    .update(`${aad.length}:`)
    .update(aad)
    .update(text)
    .digest()
    .subarray(0, NONCE_BYTES);
  const sealing = createCipheriv('aes-256-gcm', cipher, iv).setAAD(aad);
  const sealed = Buffer.concat([iv, sealing.update(text, 'utf8'), sealing.final()]);
  return Buffer.concat([sealed, sealing.getAuthTag()]).toString('base64url');
}

function open({ cipher }: Key, aad: Buffer, bytes: Buffer): string | undefined {
  const opening = createDecipheriv('aes-256-gcm', cipher, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
  opening.setAAD(aad).setAuthTag(bytes.subarray(-TAG_BYTES));
  const text = opening.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES));
  try {
    // Compares the tag in constant time, and throws when it is another.
    return Buffer.concat([text, opening.final()]).toString('utf8');
  } catch {
    return undefined;
  }
}

/** Derived once: an environment has the same keys as long as it lives. */
const derived = new Map<string, readonly [Key, ...Key[]]>();

function keysOf(text: string): readonly [Key, ...Key[]] {
  let keys = derived.get(text);
  if (keys === undefined) {
    const [first = '', ...others] = text.trim().split(/\s+/);
    keys = [keyOf(first), ...others.map(keyOf)];
    derived.clear();
    derived.set(text, keys);
  }
  return keys;
}

function keyOf(secret: string): Key {
  if (secret.length < KEY_CHARACTERS) throw new Error(`A key of cursors has ${KEY_CHARACTERS} characters at least.`);
  const derive = (purpose: string) => createHmac('sha256', secret).update(`dure cursors, ${purpose}`).digest();
  return { cipher: derive('cipher'), nonce: derive('nonce') };
}
