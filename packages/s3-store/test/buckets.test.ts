import {
  BucketLocationConstraint,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteBucketCorsCommand,
  DeleteBucketEncryptionCommand,
  DeleteBucketLifecycleCommand,
  DeleteBucketPolicyCommand,
  DeleteBucketTaggingCommand,
  DeletePublicAccessBlockCommand,
  GetBucketAclCommand,
  GetBucketCorsCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketLocationCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketTaggingCommand,
  GetPublicAccessBlockCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutBucketCorsCommand,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutPublicAccessBlockCommand,
} from '@aws-sdk/client-s3';
import { afterAll, describe, expect, it } from '@jest/globals';
import { openTestStore, refusalOf } from './harness.ts';

const Bucket = 'configured';
const s3 = await openTestStore(Bucket);
const { client } = s3;
afterAll(() => s3.stop());

it('is made, listed and removed', async () => {
  await client.send(new CreateBucketCommand({ Bucket: 'made' }));
  await client.send(new CreateBucketCommand({ Bucket: 'made' }));
  expect(await client.send(new HeadBucketCommand({ Bucket: 'made' }))).toMatchObject({ BucketRegion: 'us-east-1' });
  expect((await client.send(new ListBucketsCommand({}))).Buckets?.map(({ Name }) => Name)).toEqual([Bucket, 'made']);
  expect((await client.send(new ListBucketsCommand({ Prefix: 'm' }))).Buckets).toMatchObject([{ Name: 'made' }]);
  await client.send(new DeleteBucketCommand({ Bucket: 'made' }));
  expect(await refusalOf(client.send(new HeadBucketCommand({ Bucket: 'made' })))).toBe('NotFound');
  expect(await refusalOf(client.send(new DeleteBucketCommand({ Bucket: 'made' })))).toBe('NoSuchBucket');
  expect(await refusalOf(client.send(new ListObjectsV2Command({ Bucket: 'made' })))).toBe('NoSuchBucket');
});

it('is not removed while it has objects', async () => {
  await s3.put('left', 'as it was');
  expect(await refusalOf(client.send(new DeleteBucketCommand({ Bucket })))).toBe('BucketNotEmpty');
  expect(await s3.get('left')).toBe('as it was');
});

it('is where it was made', async () => {
  const location = async (name: string) =>
    (await client.send(new GetBucketLocationCommand({ Bucket: name }))).LocationConstraint;
  expect(await location(Bucket)).toBeUndefined();
  const LocationConstraint = BucketLocationConstraint.eu_central_1;
  await client.send(new CreateBucketCommand({ Bucket: 'far', CreateBucketConfiguration: { LocationConstraint } }));
  expect(await location('far')).toBe('eu-central-1');
});

it.each(['Upper', 'a', 'under_score', '-a-', 'a..b', '10.0.0.1', 'b'.repeat(64)])('is not called %s', async (name) => {
  const response = await fetch(`${s3.endpoint}/${name}`, { method: 'PUT' });
  expect([response.status, await response.text()]).toEqual([400, expect.stringContaining('InvalidBucketName')]);
});

const CORSRules = [{ AllowedMethods: ['GET'], AllowedOrigins: ['https://a.example'], MaxAgeSeconds: 5 }];
const Rules = [{ ID: 'old', Status: 'Enabled' as const, Filter: { Prefix: 'logs/' }, Expiration: { Days: 3 } }];
const KMS = [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' as const, KMSMasterKeyID: 'key-1' } }];
const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [] });
const NOT_BLOCKED = {
  BlockPublicAcls: false,
  IgnorePublicAcls: true,
  BlockPublicPolicy: false,
  RestrictPublicBuckets: true,
};
const TagSet = [{ Key: 'team', Value: 'ü + b' }];

it.each([
  [
    'CORS',
    () => client.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules } })),
    () => client.send(new GetBucketCorsCommand({ Bucket })),
    () => client.send(new DeleteBucketCorsCommand({ Bucket })),
    { CORSRules },
    'NoSuchCORSConfiguration',
  ],
  [
    'a life cycle',
    () => client.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } })),
    () => client.send(new GetBucketLifecycleConfigurationCommand({ Bucket })),
    () => client.send(new DeleteBucketLifecycleCommand({ Bucket })),
    { Rules },
    'NoSuchLifecycleConfiguration',
  ],
  [
    'a policy',
    () => client.send(new PutBucketPolicyCommand({ Bucket, Policy })),
    () => client.send(new GetBucketPolicyCommand({ Bucket })),
    () => client.send(new DeleteBucketPolicyCommand({ Bucket })),
    { Policy },
    'NoSuchBucketPolicy',
  ],
  [
    'tags',
    () => client.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } })),
    () => client.send(new GetBucketTaggingCommand({ Bucket })),
    () => client.send(new DeleteBucketTaggingCommand({ Bucket })),
    { TagSet },
    'NoSuchTagSet',
  ],
  [
    'public access',
    () => client.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: NOT_BLOCKED })),
    () => client.send(new GetPublicAccessBlockCommand({ Bucket })),
    () => client.send(new DeletePublicAccessBlockCommand({ Bucket })),
    { PublicAccessBlockConfiguration: NOT_BLOCKED },
    'NoSuchPublicAccessBlockConfiguration',
  ],
] as const)('gives back %s, until it is deleted', async (_title, put, get, remove, expected, missing) => {
  await s3.put('kept', 'as it was');
  await put();
  expect(await get()).toMatchObject(expected);
  await remove();
  expect(await refusalOf(get())).toBe(missing);
  expect(await s3.get('kept')).toBe('as it was');
});

it('encrypts as it is told, and with AES256 where it is told nothing', async () => {
  const encryption = async () =>
    (await client.send(new GetBucketEncryptionCommand({ Bucket }))).ServerSideEncryptionConfiguration?.Rules;
  const ofObject = async () => {
    await s3.put('encrypted', 'x');
    const { ServerSideEncryption, SSEKMSKeyId } = await client.send(
      new HeadObjectCommand({ Bucket, Key: 'encrypted' }),
    );
    return [ServerSideEncryption, SSEKMSKeyId];
  };
  expect(await encryption()).toMatchObject([{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }]);
  expect(await ofObject()).toEqual(['AES256', undefined]);
  await client.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules: KMS } }));
  expect(await encryption()).toMatchObject(KMS);
  expect(await ofObject()).toEqual(['aws:kms', 'key-1']);
  await client.send(new DeleteBucketEncryptionCommand({ Bucket }));
  expect(await ofObject()).toEqual(['AES256', undefined]);
});

it('lets nobody else in at first, and belongs to its owner', async () => {
  s3.store.createBucket('fresh');
  const { PublicAccessBlockConfiguration: block } = await client.send(
    new GetPublicAccessBlockCommand({ Bucket: 'fresh' }),
  );
  expect(Object.values(block ?? {})).toEqual([true, true, true, true]);
  const controls = (ObjectOwnership: 'ObjectWriter') => ({ Rules: [{ ObjectOwnership }] });
  const ownership = async () =>
    (await client.send(new GetBucketOwnershipControlsCommand({ Bucket: 'fresh' }))).OwnershipControls;
  expect(await ownership()).toEqual({ Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] });
  await client.send(
    new PutBucketOwnershipControlsCommand({ Bucket: 'fresh', OwnershipControls: controls('ObjectWriter') }),
  );
  expect(await ownership()).toEqual(controls('ObjectWriter'));
  const { Grants } = await client.send(new GetBucketAclCommand({ Bucket: 'fresh' }));
  expect(Grants).toMatchObject([{ Permission: 'FULL_CONTROL' }]);
});

it.each([
  ['cors', '<CORSConfiguration/>', 'MalformedXML'],
  ['cors', 'no XML', 'MalformedXML'],
  ['cors', '', 'MalformedXML'],
  ['cors', `${'<a>'.repeat(100_000)}`, 'MalformedXML'],
  [
    'cors',
    '<CORSConfiguration><CORSRule><AllowedMethod>PATCH</AllowedMethod><AllowedOrigin>*</AllowedOrigin></CORSRule></CORSConfiguration>',
    'InvalidRequest',
  ],
  ['lifecycle', '<LifecycleConfiguration><Rule><ID>a</ID></Rule></LifecycleConfiguration>', 'MalformedXML'],
  ['versioning', '<VersioningConfiguration><Status>On</Status></VersioningConfiguration>', 'MalformedXML'],
  ['encryption', '<ServerSideEncryptionConfiguration/>', 'MalformedXML'],
  [
    'ownershipControls',
    '<OwnershipControls><Rule><ObjectOwnership>Mine</ObjectOwnership></Rule></OwnershipControls>',
    'MalformedXML',
  ],
  ['tagging', '<Tagging><TagSet><Tag><Key>?</Key><Value/></Tag></TagSet></Tagging>', 'InvalidTag'],
  ['policy', 'no JSON', 'MalformedPolicy'],
  ['policy', '{}', 'MalformedPolicy'],
  ['object-lock', '<ObjectLockConfiguration/>', 'MalformedXML'],
])('refuses ?%s with %s', async (name, body, code) => {
  const response = await fetch(`${s3.endpoint}/${Bucket}?${name}`, { method: 'PUT', body });
  expect([response.status, await response.text()]).toEqual([400, expect.stringContaining(`<Code>${code}<`)]);
});

it('refuses who expects another owner', async () => {
  expect(
    await refusalOf(client.send(new GetBucketTaggingCommand({ Bucket, ExpectedBucketOwner: '111111111111' }))),
  ).toBe('AccessDenied');
});

describe('a page of another origin', () => {
  const open = (Origins: string[]) =>
    client.send(
      new PutBucketCorsCommand({
        Bucket,
        CORSConfiguration: {
          CORSRules: [
            {
              AllowedMethods: ['GET', 'PUT'],
              AllowedOrigins: Origins,
              AllowedHeaders: ['x-amz-*', 'content-type'],
              ExposeHeaders: ['ETag'],
              MaxAgeSeconds: 60,
            },
          ],
        },
      }),
    );
  const preflight = (origin: string, method: string, headers = 'x-amz-date,content-type') =>
    fetch(`${s3.endpoint}/${Bucket}/page`, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': method, 'access-control-request-headers': headers },
    });

  it('gets leave as the bucket says', async () => {
    await open(['https://*.example']);
    const allowed = await preflight('https://a.example', 'PUT');
    expect([allowed.status, Object.fromEntries(allowed.headers)]).toMatchObject([
      200,
      {
        'access-control-allow-origin': 'https://a.example',
        'access-control-allow-methods': 'GET, PUT',
        'access-control-allow-headers': 'x-amz-date, content-type',
        'access-control-max-age': '60',
      },
    ]);
    expect((await preflight('https://a.test', 'PUT')).status).toBe(403);
    expect((await preflight('https://a.example', 'DELETE')).status).toBe(403);
    expect((await preflight('https://a.example', 'PUT', 'x-other')).status).toBe(403);
    await client.send(new DeleteBucketCorsCommand({ Bucket }));
    const closed = await preflight('https://a.example', 'PUT');
    expect([closed.status, await closed.text()]).toEqual([403, expect.stringContaining('CORS is not enabled')]);
  });

  it('may read the answer, and a refusal too', async () => {
    await open(['*']);
    await s3.put('page', 'x');
    for (const [path, status] of [
      ['page', 200],
      ['absent', 404],
    ] as const) {
      const response = await fetch(`${s3.endpoint}/${Bucket}/${path}`, { headers: { origin: 'https://a.test' } });
      expect(response.status).toBe(status);
      expect(response.headers.get('access-control-allow-origin')).toBe('*');
      expect(response.headers.get('access-control-expose-headers')).toBe('ETag');
    }
  });
});
