import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { KMSClient, SignCommand } from '@aws-sdk/client-kms';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import type { LocalCloudProcess } from '@dure/testing/local-cloud-process';

/** Whose token it is. */
interface Holder {
  readonly subject: string;
  readonly scopes: readonly string[];
  readonly roles: readonly string[];
  /** The service that acts for them. */
  readonly actor?: string;
}

type Claims = Readonly<Record<string, unknown>>;

/** Makes tokens with the real key of a local stage, as nobody can who does not run it: good ones, and almost good ones. */
export interface Mint {
  claims(holder: Holder): Claims;
  token(holder: Holder, claims?: Claims, header?: Claims): Promise<string>;
  /** By another key, which says that it is the real one. */
  forged(holder: Holder): Promise<string>;
  close(): void;
}

const LIFE_SECONDS = 12 * 3_600;

const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

export async function openMint({ endpoints }: Pick<LocalCloudProcess, 'endpoints'>, issuer: string): Promise<Mint> {
  const client = { region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
  const kms = new KMSClient({ ...client, endpoint: endpoints['KMS']! });
  const { keyId, kid } = await signingKey(new DynamoDBClient({ ...client, endpoint: endpoints['DynamoDB']! }));
  const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;

  const claims = ({ subject, scopes, roles, actor }: Holder): Claims => {
    const iat = Math.floor(Date.now() / 1_000);
    return {
      ...{ iss: issuer, aud: 'urn:dure:local', sub: subject, client_id: actor ?? 'fuzz', jti: randomUUID(), iat },
      ...{
        scope: scopes.join(' '),
        roles,
        exp: iat + LIFE_SECONDS,
        ...(actor !== undefined && { act: { sub: actor } }),
      },
    };
  };
  const signable = (holder: Holder, more: Claims = {}, header: Claims = {}): string =>
    `${encoded({ alg: 'ES256', typ: 'at+jwt', kid, ...header })}.${encoded({ ...claims(holder), ...more })}`;

  return {
    claims,
    async token(holder, more, header) {
      const text = signable(holder, more, header);
      const asked = { KeyId: keyId, MessageType: 'RAW', SigningAlgorithm: 'ECDSA_SHA_256' } as const;
      const { Signature: der } = await kms.send(new SignCommand({ ...asked, Message: Buffer.from(text) }));
      return `${text}.${Buffer.from(joseOf(Buffer.from(der!))).toString('base64url')}`;
    },
    async forged(holder) {
      const text = signable(holder);
      const signature = sign('sha256', Buffer.from(text), { key: other, dsaEncoding: 'ieee-p1363' });
      return `${text}.${signature.toString('base64url')}`;
    },
    close: () => kms.destroy(),
  };
}

/** The key that signs, as the identity service keeps it. */
async function signingKey(dynamodb: DynamoDBClient): Promise<{ readonly keyId: string; readonly kid: string }> {
  try {
    const Key = { pk: { S: 'KEYS' }, sk: { S: 'RING' } };
    const { Item: ring } = await dynamodb.send(new GetItemCommand({ TableName: 'dure-local-identity', Key }));
    const [first] = ring?.['keys']?.L ?? [];
    return { keyId: first?.M?.['keyId']?.S ?? '', kid: first?.M?.['kid']?.S ?? '' };
  } finally {
    dynamodb.destroy();
  }
}

/** A signature of P-256 as JWS has it, of the DER that KMS answers: `SEQUENCE { INTEGER r, INTEGER s }`. */
function joseOf(der: Buffer): Buffer {
  const afterR = 4 + (der[3] ?? 0);
  const [r, s] = [der.subarray(4, afterR), der.subarray(afterR + 2)];
  return Buffer.concat([r, s].map((it) => Buffer.concat([Buffer.alloc(32), it]).subarray(-32)));
}
