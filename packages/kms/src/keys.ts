import { createPublicKey, generateKeyPairSync, randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { AwsError } from '@dure/aws-protocols/aws-error';
import type { Identity } from '@dure/cloudformation';

export interface Key {
  readonly id: string;
  readonly arn: string;
  readonly spec: string;
  readonly usage: string;
  readonly description: string;
  readonly tags: readonly { readonly TagKey: string; readonly TagValue: string }[];
  /** PKCS #8, PEM; undefined for a symmetric key. */
  readonly privateKey?: string;
  /** In seconds since 1970. */
  readonly createdAt: number;
  /** When it is deleted, in seconds since 1970, where somebody asked for it. */
  readonly deletionAt?: number;
}

export interface KeyRequest {
  readonly KeySpec?: string | undefined;
  readonly KeyUsage?: string | undefined;
  readonly Description?: string | undefined;
  readonly Tags?: Key['tags'] | undefined;
}

export interface Keys {
  /** @throws AwsError for a key that nothing here uses */
  create(request: KeyRequest, id?: string): Key;
  /** By its id or ARN. */
  find(idOrArn: string): Key | undefined;
  /** @throws AwsError where there is no such key */
  require(idOrArn: unknown): Key;
  save(key: Key): void;
  remove(id: string): void;
}

const ECC = 'ECC_NIST_P256';
const SYMMETRIC = 'SYMMETRIC_DEFAULT';
const USAGES: Readonly<Record<string, string>> = { [ECC]: 'SIGN_VERIFY', [SYMMETRIC]: 'ENCRYPT_DECRYPT' };

/** The keys of an account and region. */
export function openKeys(database: DatabaseSync, { accountId, region }: Identity): Keys {
  database.exec('CREATE TABLE IF NOT EXISTS kms_keys (id TEXT PRIMARY KEY, key TEXT NOT NULL) WITHOUT ROWID');
  const select = database.prepare('SELECT key FROM kms_keys WHERE id = ?');
  const upsert = database.prepare('INSERT OR REPLACE INTO kms_keys VALUES (?, ?)');
  const remove = database.prepare('DELETE FROM kms_keys WHERE id = ?');
  const prefix = `arn:aws:kms:${region}:${accountId}:key/`;
  const save = (key: Key): void => void upsert.run(key.id, JSON.stringify(key));

  function find(idOrArn: string): Key | undefined {
    const row = select.get(idOrArn.startsWith(prefix) ? idOrArn.slice(prefix.length) : idOrArn);
    return row === undefined ? undefined : (JSON.parse(String(row['key'])) as Key);
  }

  return {
    create({ KeySpec: spec = SYMMETRIC, KeyUsage: asked, Description: description = '', Tags: tags = [] }, given) {
      const usage = asked ?? USAGES[SYMMETRIC]!;
      if (USAGES[spec] === undefined) {
        throw new AwsError('UnsupportedOperationException', `A key of ${spec} is not supported here.`);
      }
      if (USAGES[spec] !== usage) {
        throw new AwsError('ValidationException', `KeyUsage ${usage} is not compatible with KeySpec ${spec}.`);
      }
      const id = given ?? randomUUID();
      const common = { id, arn: prefix + id, spec, usage, description, tags, createdAt: Date.now() / 1000 };
      const key = spec === ECC ? { ...common, privateKey: newPrivateKey() } : common;
      save(key);
      return key;
    },
    find,
    require(idOrArn) {
      if (typeof idOrArn !== 'string' || idOrArn === '')
        throw new AwsError('ValidationException', 'KeyId is required.');
      const key = find(idOrArn);
      if (key !== undefined) return key;
      const arn = idOrArn.startsWith('arn:') ? idOrArn : prefix + idOrArn;
      throw new AwsError('NotFoundException', `Key '${arn}' does not exist`);
    },
    save,
    remove: (id) => void remove.run(id),
  };
}

const newPrivateKey = (): string =>
  String(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }));

/** SubjectPublicKeyInfo, DER, in base64. */
export const publicKeyOf = (privateKey: string): string =>
  createPublicKey(privateKey).export({ type: 'spki', format: 'der' }).toString('base64');
