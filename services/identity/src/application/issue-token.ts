import { randomUUID } from 'node:crypto';
import type { Call } from '@dure/contracts/binding/call';
import { claimsOf, type Grant } from '../domain/claims.ts';
import type { KeyRing } from '../domain/key-ring.ts';
import { requireActive, type Signer } from './signing-keys.ts';

export interface Issuer {
  /** The service's base URL, with the stage. */
  readonly issuer: string;
  /** Whom every token of the stage is for: `urn:dure:{stage}`. */
  readonly audience: string;
  readonly ring: (call: Call) => Promise<KeyRing>;
  readonly signer: Signer;
}

/** A signed access token, a JWT of RFC 9068, which is valid for that many seconds. */
export async function issueToken(
  { issuer, audience, ring, signer }: Issuer,
  call: Call,
  grant: Grant,
  seconds: number,
): Promise<string> {
  const now = Date.parse(call.time);
  const { kid, keyId } = requireActive(await ring(call), now);
  const claims = claimsOf(grant, { issuer, audience, tokenId: randomUUID(), now, seconds });
  const signed = `${part({ alg: 'ES256', typ: 'at+jwt', kid })}.${part(claims)}`;
  const signature = await signer.sign(keyId, Buffer.from(signed));
  return `${signed}.${Buffer.from(signature).toString('base64url')}`;
}

const part = (json: object): string => Buffer.from(JSON.stringify(json)).toString('base64url');
