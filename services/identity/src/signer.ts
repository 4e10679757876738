import { createPublicKey } from 'node:crypto';
import type { KMSClient } from '@aws-sdk/client-kms';
import { answerWithin } from '@dure/contracts/binding/deadline';
import type { Signer } from './application/signing-keys.ts';
import type { PublicJwk } from './domain/key-ring.ts';
import { fromDer } from './domain/signature.ts';

const ALGORITHM = 'ECDSA_SHA_256';

/** What lets the service use a key that it has made: its role may sign with keys of this tag alone. */
export const KEY_TAG = 'dure:signs-for';

/** Signs by KMS, so that no private key is ever in the memory of a function. */
export const kmsSigner = (stage: string): Signer => ({
  async sign(keyId, message) {
    const { client, SignCommand } = await loadKms();
    const { Signature: der } = await client.send(
      new SignCommand({ KeyId: keyId, Message: message, MessageType: 'RAW', SigningAlgorithm: ALGORITHM }),
    );
    if (der === undefined) throw new Error('KMS answered without a signature.');
    return fromDer(der);
  },
  async publicKey(keyId) {
    const { client, GetPublicKeyCommand } = await loadKms();
    const { PublicKey: der } = await client.send(new GetPublicKeyCommand({ KeyId: keyId }));
    if (der === undefined) throw new Error('KMS answered without a public key.');
    const key = createPublicKey({ key: Buffer.from(der), format: 'der', type: 'spki' });
    return key.export({ format: 'jwk' }) as PublicJwk;
  },
  async create() {
    const { client, CreateKeyCommand } = await loadKms();
    const { KeyMetadata: made } = await client.send(
      new CreateKeyCommand({
        ...{ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY', Description: `Signs tokens of Dure, ${stage}` },
        Tags: [{ TagKey: KEY_TAG, TagValue: `identity-${stage}` }],
      }),
    );
    if (made?.Arn === undefined) throw new Error('KMS answered without a key.');
    return made.Arn;
  },
  async discard(keyId) {
    const { client, ScheduleKeyDeletionCommand } = await loadKms();
    await client.send(new ScheduleKeyDeletionCommand({ KeyId: keyId, PendingWindowInDays: 30 }));
  },
});

/** Loaded when first needed: it is part of Lambda's runtime. */
async function loadKms() {
  const kms = await import('@aws-sdk/client-kms');
  client ??= new kms.KMSClient({ maxAttempts: 3, requestHandler: answerWithin(2_000) });
  return { ...kms, client };
}
let client: KMSClient | undefined;
