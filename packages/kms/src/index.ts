import { createPrivateKey, type KeyObject, sign } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { AwsError } from '@dure/aws-protocols/aws-error';
import type { AwsJsonService } from '@dure/aws-protocols/aws-json';
import type { Identity } from '@dure/cloudformation';
import { own } from '@dure/local-http/own-property';
import { type Key, type KeyRequest, type Keys, openKeys, publicKeyOf } from './keys.ts';

export { kmsResourceTypes } from './resource-types.ts';

export interface Kms {
  /** The AWS JSON protocol's actions, `X-Amz-Target: TrentService.Sign`. */
  readonly handle: AwsJsonService;
  readonly keys: Keys;
}

type Input = Readonly<Record<string, unknown>>;

const ALGORITHM = 'ECDSA_SHA_256';
const DAY_SECONDS = 86_400;

/**
 * KMS: CreateKey, DescribeKey, GetPublicKey, Sign, ScheduleKeyDeletion. Key policies and grants have no effect.
 * Source: https://docs.aws.amazon.com/kms/latest/APIReference/API_Operations.html
 */
export function createKms({ database, ...identity }: Identity & { readonly database: DatabaseSync }): Kms {
  const keys = openKeys(database, identity);

  /** A key that signs, and is not about to be deleted. */
  function signingKey(input: Input): Key & { readonly privateKey: string } {
    const key = keys.require(input['KeyId']);
    const { privateKey, arn, usage, deletionAt } = key;
    if (deletionAt !== undefined) throw new AwsError('KMSInvalidStateException', `${arn} is pending deletion.`);
    if (privateKey === undefined) {
      throw new AwsError('InvalidKeyUsageException', `${arn} key usage is ${usage} which is not valid for this.`);
    }
    return { ...key, privateKey };
  }

  const actions: Record<string, (input: Input) => unknown> = {
    CreateKey(input) {
      onlyKnown('CreateKey', input, ['KeySpec', 'KeyUsage', 'Description', 'Tags']);
      return { KeyMetadata: metadataOf(keys.create(input as KeyRequest)) };
    },
    DescribeKey(input) {
      onlyKnown('DescribeKey', input, ['KeyId']);
      return { KeyMetadata: metadataOf(keys.require(input['KeyId'])) };
    },
    GetPublicKey(input) {
      onlyKnown('GetPublicKey', input, ['KeyId']);
      const { arn, spec, usage, privateKey } = signingKey(input);
      return {
        KeyId: arn,
        PublicKey: publicKeyOf(privateKey),
        ...{ CustomerMasterKeySpec: spec, KeySpec: spec, KeyUsage: usage, SigningAlgorithms: [ALGORITHM] },
      };
    },
    Sign(input) {
      onlyKnown('Sign', input, ['KeyId', 'Message', 'MessageType', 'SigningAlgorithm']);
      const { arn, privateKey } = signingKey(input);
      if (input['SigningAlgorithm'] !== ALGORITHM) {
        throw new AwsError('ValidationException', `SigningAlgorithm has to be ${ALGORITHM}.`);
      }
      const message = Buffer.from(String(input['Message'] ?? ''), 'base64');
      const signature = signatureOf(createPrivateKey(privateKey), message, input['MessageType'] ?? 'RAW');
      return { KeyId: arn, Signature: signature.toString('base64'), SigningAlgorithm: ALGORITHM };
    },
    ScheduleKeyDeletion(input) {
      onlyKnown('ScheduleKeyDeletion', input, ['KeyId', 'PendingWindowInDays']);
      const key = keys.require(input['KeyId']);
      const days = Number(input['PendingWindowInDays'] ?? 30);
      if (!(days >= 7 && days <= 30)) throw new AwsError('ValidationException', 'PendingWindowInDays is 7 to 30.');
      const deletionAt = Date.now() / 1000 + days * DAY_SECONDS;
      keys.save({ ...key, deletionAt });
      return { KeyId: key.arn, DeletionDate: deletionAt, KeyState: 'PendingDeletion', PendingWindowInDays: days };
    },
  };

  return {
    keys,
    async handle(action, input) {
      const act = own(actions, action);
      if (act !== undefined) return act(input);
      throw new AwsError('UnknownOperationException', `KMS's ${action} is not supported here.`);
    },
  };
}

/** The longest message that KMS signs. */
const MAX_MESSAGE_BYTES = 4_096;

function signatureOf(key: KeyObject, message: Buffer, type: unknown): Buffer {
  if (message.length === 0 || message.length > MAX_MESSAGE_BYTES) {
    throw new AwsError('ValidationException', `Message has 1 to ${MAX_MESSAGE_BYTES} bytes.`);
  }
  if (type === 'RAW') return sign('sha256', message, key);
  throw new AwsError('ValidationException', `MessageType ${String(type)} of Sign is not supported here.`);
}

const metadataOf = ({ id, arn, spec, usage, description, createdAt, deletionAt }: Key) => ({
  ...{ KeyId: id, Arn: arn, CustomerMasterKeySpec: spec, KeySpec: spec, KeyUsage: usage, Description: description },
  CreationDate: createdAt,
  Enabled: deletionAt === undefined,
  KeyManager: 'CUSTOMER',
  KeyState: deletionAt === undefined ? 'Enabled' : 'PendingDeletion',
  Origin: 'AWS_KMS',
  ...(deletionAt !== undefined && { DeletionDate: deletionAt }),
  ...(usage === 'SIGN_VERIFY' && { SigningAlgorithms: [ALGORITHM] }),
});

function onlyKnown(action: string, input: Input, known: readonly string[]): void {
  const unknown = Object.keys(input).find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new AwsError('ValidationException', `${unknown} of ${action} is not supported here.`);
}
