import { createHash, createPrivateKey, type KeyObject, sign } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { newSigningKey, type SigningKey } from './certificate.ts';

/** What of a notification is signed, in this order. */
export type Signed = Readonly<Record<'Message' | 'MessageId' | 'Timestamp' | 'TopicArn' | 'Type', string>> & {
  readonly Subject?: string | undefined;
};

export interface Signatures {
  /** In base64. @param version of the topic: `1` is SHA-1, `2` is SHA-256 */
  sign(fields: Signed, version: string): string;
  /** `/SimpleNotificationService-0f3a….pem` */
  certificatePath(): string;
  /** The certificate at this path, as PEM; undefined for any other path. */
  certificateAt(path: string): string | undefined;
}

const FIELDS = ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'] as const;
const PATH = '/SimpleNotificationService-';

/** Whether a path is one under which SNS has certificates. */
export const isCertificatePath = (path: string): boolean => path.startsWith(PATH) && path.endsWith('.pem');

/**
 * Signs notifications with a key of this database's own, which is made when the first one is signed.
 * Source: https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message-verify-message-signature.html
 */
export function openSignatures(database: DatabaseSync, now: () => number): Signatures {
  database.exec('CREATE TABLE IF NOT EXISTS sns_signing_key (key TEXT NOT NULL, certificate TEXT NOT NULL)');
  let kept: { readonly key: KeyObject; readonly certificate: string; readonly path: string } | undefined;

  function find(): typeof kept {
    const row = database.prepare('SELECT key, certificate FROM sns_signing_key').get() as SigningKey | undefined;
    if (kept === undefined && row !== undefined) kept = read(row);
    return kept;
  }

  /** A key that was made in a transaction, which may have been rolled back since, and the key with it. */
  let unsure: SigningKey | undefined;

  function make(): NonNullable<typeof kept> {
    unsure = newSigningKey('sns.amazonaws.com', now());
    store(unsure);
    return read(unsure);
  }

  const store = ({ key, certificate }: SigningKey): void =>
    void database.prepare('INSERT INTO sns_signing_key VALUES (?, ?)').run(key, certificate);

  function own(): NonNullable<typeof kept> {
    if (unsure !== undefined) {
      if (database.prepare('SELECT 1 FROM sns_signing_key').get() === undefined) store(unsure);
      else if (!database.isTransaction) unsure = undefined;
    }
    return (kept ??= find() ?? make());
  }

  return {
    sign(fields, version) {
      const text = FIELDS.flatMap((name) => (fields[name] === undefined ? [] : [`${name}\n${fields[name]}\n`])).join(
        '',
      );
      return sign(version === '2' ? 'sha256' : 'sha1', Buffer.from(text), own().key).toString('base64');
    },
    certificatePath: () => own().path,
    certificateAt: (path) => ((kept ?? find())?.path === path ? kept?.certificate : undefined),
  };
}

function read({ key, certificate }: SigningKey) {
  const name = createHash('md5').update(certificate).digest('hex');
  return { key: createPrivateKey(key), certificate, path: `${PATH}${name}.pem` };
}
