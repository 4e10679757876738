import { createPublicKey, verify } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import {
  CreateKeyCommand,
  DescribeKeyCommand,
  EncryptCommand,
  GetPublicKeyCommand,
  KMSClient,
  ScheduleKeyDeletionCommand,
  SignCommand,
  type SignCommandInput,
} from '@aws-sdk/client-kms';
import { createAwsJsonServer } from '@dure/aws-protocols/aws-json';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createKms, kmsResourceTypes } from '../src/index.ts';

const account = { database: new DatabaseSync(':memory:'), accountId: '000000000000', region: 'us-east-1' };
const kms = createKms(account);
let server: Server;
let client: KMSClient;

beforeAll(async () => {
  server = createAwsJsonServer({ TrentService: kms.handle }).listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  client = new KMSClient({ endpoint, region: 'us-east-1', credentials });
});

afterAll(() => {
  client.destroy();
  server.close();
  account.database.close();
});

const SIGNS = { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' } as const;
const make = async () => (await client.send(new CreateKeyCommand(SIGNS))).KeyMetadata!;
const message = Buffer.from('what is signed');
const sign = (KeyId: string, more: Partial<SignCommandInput> = {}) =>
  client.send(new SignCommand({ KeyId, Message: message, SigningAlgorithm: 'ECDSA_SHA_256', ...more }));

describe('a key', () => {
  it('signs what its public key verifies, by its id and its ARN', async () => {
    const { KeyId = '', Arn = '' } = await make();
    const { PublicKey } = await client.send(new GetPublicKeyCommand({ KeyId }));
    const key = createPublicKey({ key: Buffer.from(PublicKey!), format: 'der', type: 'spki' });
    for (const name of [KeyId, Arn]) {
      const { Signature, KeyId: used } = await sign(name);
      expect(used).toBe(Arn);
      expect(verify('sha256', message, key, Signature!)).toBe(true);
    }
  });

  it('signs nothing once its deletion is scheduled', async () => {
    const { KeyId = '' } = await make();
    const scheduled = await client.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
    expect(scheduled.KeyState).toBe('PendingDeletion');
    await expect(sign(KeyId)).rejects.toMatchObject({ name: 'KMSInvalidStateException' });
    const { KeyMetadata } = await client.send(new DescribeKeyCommand({ KeyId }));
    expect(KeyMetadata).toMatchObject({ Enabled: false, KeyState: 'PendingDeletion' });
  });

  it.each([
    ['that is not there', () => sign('00000000-0000-4000-8000-000000000000'), 'NotFoundException'],
    [
      'of another kind',
      () => client.send(new CreateKeyCommand({ ...SIGNS, KeySpec: 'RSA_2048' })),
      'UnsupportedOperationException',
    ],
    [
      'for another use',
      () => client.send(new CreateKeyCommand({ ...SIGNS, KeyUsage: 'KEY_AGREEMENT' })),
      'ValidationException',
    ],
    [
      'that does not sign',
      async () => sign((await client.send(new CreateKeyCommand({}))).KeyMetadata!.KeyId!),
      'InvalidKeyUsageException',
    ],
    [
      'with another algorithm',
      async () => sign((await make()).KeyId!, { SigningAlgorithm: 'RSASSA_PSS_SHA_256' }),
      'ValidationException',
    ],
    ['with a digest', async () => sign((await make()).KeyId!, { MessageType: 'DIGEST' }), 'ValidationException'],
    [
      'with nothing to sign',
      async () => sign((await make()).KeyId!, { Message: Buffer.alloc(4_097) }),
      'ValidationException',
    ],
    [
      'for what is not here',
      () => client.send(new EncryptCommand({ KeyId: 'x', Plaintext: message })),
      'UnknownOperationException',
    ],
    [
      'removed tomorrow',
      async () => client.send(new ScheduleKeyDeletionCommand({ KeyId: (await make()).KeyId, PendingWindowInDays: 1 })),
      'ValidationException',
    ],
  ])('is refused %s', async (_what, run, name) => {
    await expect(run()).rejects.toMatchObject({ name });
  });
});

it('of a template has the same material at each start', async () => {
  const type = kmsResourceTypes(kms)['AWS::KMS::Key']!;
  const request = {
    stackName: 'identity-local',
    logicalId: 'Key',
    name: 'identity-local-Key',
    properties: { ...SIGNS },
  };
  const [first, second] = [await type.create(request), await type.create(request)];
  expect(second).toEqual(first);
  const publicKey = async () => String((await client.send(new GetPublicKeyCommand({ KeyId: first.ref }))).PublicKey);
  expect(await publicKey()).toBe(await publicKey());
  expect(first.attributes).toEqual({ KeyId: first.ref, Arn: `arn:aws:kms:us-east-1:000000000000:key/${first.ref}` });
});
