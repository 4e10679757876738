import { request } from 'node:http';
import {
  CreateBucketCommand,
  GetBucketCorsCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  GetObjectLockConfigurationCommand,
  GetPublicAccessBlockCommand,
  PutBucketCorsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openStacks, type RunningAccount, type Stacks, startAccountProcess, temporaryFolder } from './harness.ts';

const folder = temporaryFolder();
let account: RunningAccount;
let stacks: Stacks;
let client: S3Client;
const connect = (): S3Client => new S3Client({ ...account.config, forcePathStyle: true });

beforeAll(async () => {
  account = await startAccountProcess(folder.path);
  stacks = openStacks(account.config);
  client = connect();
});

afterAll(async () => {
  await account.end('SIGTERM');
  stacks.client.destroy();
  client.destroy();
  folder.remove();
});

describe('a bucket of a template', () => {
  const Bucket = 'of-a-template';
  const stack = (properties: object) => ({
    Resources: { Bucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName: Bucket, ...properties } } },
  });
  const PublicAccessBlockConfiguration = {
    ...{ BlockPublicAcls: false, BlockPublicPolicy: true, IgnorePublicAcls: false, RestrictPublicBuckets: true },
  };

  it('has what the template says, and no more once the template says no more', async () => {
    await stacks.create(
      'bucket',
      stack({
        VersioningConfiguration: { Status: 'Enabled' },
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [
            { ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' }, BucketKeyEnabled: true },
          ],
        },
        CorsConfiguration: {
          CorsRules: [
            {
              Id: 'a',
              AllowedMethods: ['GET'],
              AllowedOrigins: ['*'],
              AllowedHeaders: ['*'],
              ExposedHeaders: ['ETag'],
              MaxAge: 5,
            },
          ],
        },
        LifecycleConfiguration: {
          Rules: [
            { Id: 'all', Status: 'Enabled', ExpirationInDays: 30, NoncurrentVersionExpiration: { NoncurrentDays: 5 } },
            {
              Id: 'some',
              Status: 'Disabled',
              Prefix: 'a/',
              TagFilters: [{ Key: 'k', Value: 'v' }],
              Transitions: [{ StorageClass: 'STANDARD_IA', TransitionInDays: 40 }],
            },
            { Id: 'parts', Status: 'Enabled', AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } },
          ],
        },
        OwnershipControls: { Rules: [{ ObjectOwnership: 'ObjectWriter' }] },
        PublicAccessBlockConfiguration,
        Tags: [{ Key: 'team', Value: 'a' }],
      }),
    );
    const asked = { Bucket };
    expect(await client.send(new GetBucketVersioningCommand(asked))).toMatchObject({ Status: 'Enabled' });
    const { ServerSideEncryptionConfiguration: encryption } = await client.send(new GetBucketEncryptionCommand(asked));
    expect(encryption?.Rules).toMatchObject([
      { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' }, BucketKeyEnabled: true },
    ]);
    expect((await client.send(new GetBucketCorsCommand(asked))).CORSRules).toEqual([
      {
        ID: 'a',
        AllowedMethods: ['GET'],
        AllowedOrigins: ['*'],
        AllowedHeaders: ['*'],
        ExposeHeaders: ['ETag'],
        MaxAgeSeconds: 5,
      },
    ]);
    expect((await client.send(new GetBucketLifecycleConfigurationCommand(asked))).Rules).toEqual([
      {
        ID: 'all',
        Status: 'Enabled',
        Filter: { Prefix: '' },
        Expiration: { Days: 30 },
        NoncurrentVersionExpiration: { NoncurrentDays: 5 },
      },
      {
        ID: 'some',
        Status: 'Disabled',
        Filter: { And: { Prefix: 'a/', Tags: [{ Key: 'k', Value: 'v' }] } },
        Transitions: [{ StorageClass: 'STANDARD_IA', Days: 40 }],
      },
      {
        ID: 'parts',
        Status: 'Enabled',
        Filter: { Prefix: '' },
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
      },
    ]);
    const ownership = async () =>
      (await client.send(new GetBucketOwnershipControlsCommand(asked))).OwnershipControls?.Rules;
    const block = async () =>
      (await client.send(new GetPublicAccessBlockCommand(asked))).PublicAccessBlockConfiguration;
    expect(await ownership()).toEqual([{ ObjectOwnership: 'ObjectWriter' }]);
    expect(await block()).toEqual(PublicAccessBlockConfiguration);
    expect((await client.send(new GetBucketTaggingCommand(asked))).TagSet).toEqual([{ Key: 'team', Value: 'a' }]);

    await client.send(new PutObjectCommand({ Bucket, Key: 'kept', Body: 'as it was' }));
    await stacks.update('bucket', stack({ Tags: [{ Key: 'team', Value: 'b' }] }));
    expect((await client.send(new GetBucketTaggingCommand(asked))).TagSet).toEqual([{ Key: 'team', Value: 'b' }]);
    await expect(client.send(new GetBucketCorsCommand(asked))).rejects.toThrow('does not exist');
    expect(await ownership()).toEqual([{ ObjectOwnership: 'BucketOwnerEnforced' }]);
    expect(Object.values((await block()) ?? {})).toEqual([true, true, true, true]);
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: 'kept' }));
    expect(await Body?.transformToString()).toBe('as it was');
  });

  it('has locks', async () => {
    const Rule = { DefaultRetention: { Mode: 'GOVERNANCE', Days: 3 } };
    const ObjectLockConfiguration = { ObjectLockEnabled: 'Enabled', Rule };
    const BucketName = 'of-locks';
    await stacks.create('locks', stack({ BucketName, ObjectLockEnabled: true, ObjectLockConfiguration }));
    const kept = await client.send(new GetObjectLockConfigurationCommand({ Bucket: BucketName }));
    expect(kept).toMatchObject({ ObjectLockConfiguration });
  });

  it.each([
    [{ WebsiteConfiguration: { IndexDocument: 'index.html' } }, 'the property WebsiteConfiguration is not supported'],
    [{ AccessControl: 'PublicRead' }, 'AccessControl "PublicRead" is not supported'],
    [{ LifecycleConfiguration: { Rules: [{ Status: 'Enabled', Wrong: 1 }] } }, 'the property Wrong is not supported'],
    [{ CorsConfiguration: { CorsRules: [{ AllowedMethods: ['PATCH'], AllowedOrigins: ['*'] }] } }, 'PATCH'],
  ])('with %j is refused by name', async (properties, reason) => {
    const name = `refused-${Math.random().toString(36).slice(2)}`;
    await stacks.create(name, stack({ BucketName: name, ...properties })).catch(() => undefined);
    expect((await stacks.events(name)).join('\n')).toContain(reason);
  });
});

describe('a page of another origin', () => {
  const Bucket = 'for-pages';
  const origin = 'https://a.example';
  const ask = (method: string, path: string, headers: Record<string, string> = {}): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      const { port, hostname } = new URL(account.url);
      const sent = request({
        hostname,
        port,
        path,
        method,
        headers: { origin, 'sec-fetch-site': 'cross-site', ...headers },
      });
      sent.on('response', (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      });
      sent.on('error', reject);
      sent.end();
    });
  const presigned =
    '?X-Amz-Credential=a/20300101/us-east-1/s3/aws4_request&X-Amz-Signature=0&X-Amz-Date=20300101T000000Z&X-Amz-Expires=60';

  beforeAll(async () => {
    await client.send(new CreateBucketCommand({ Bucket }));
    await client.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'a' }));
  });

  it('is let in by the CORS configuration of the bucket, and by nothing else', async () => {
    const preflight = { 'access-control-request-method': 'GET' };
    expect(await ask('OPTIONS', `/${Bucket}/a`, preflight)).toBe(403);
    expect(await ask('GET', `/${Bucket}/a${presigned}`)).toBe(403);
    const CORSRules = [{ AllowedMethods: ['GET'], AllowedOrigins: [origin] }];
    await client.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules } }));
    expect(await ask('OPTIONS', `/${Bucket}/a`, preflight)).toBe(200);
    expect(await ask('GET', `/${Bucket}/a${presigned}`)).toBe(200);
    expect(await ask('GET', `/${Bucket}/a`)).toBe(403);
    expect(await ask('PUT', `/${Bucket}/a${presigned}`)).toBe(403);
    expect(await ask('GET', `/${Bucket}/a${presigned}`, { host: 'evil.example' })).toBe(403);
    expect(await ask('GET', `/${Bucket}/a${presigned}`, { origin: 'https://b.example' })).toBe(403);
  });

  it('is no page where it is presigned as boto3 does it', async () => {
    const expires = Math.floor(Date.now() / 1000) + 60;
    const answer = await fetch(`${account.url}/${Bucket}/a?AWSAccessKeyId=a&Signature=b&Expires=${expires}`);
    expect([answer.status, await answer.text()]).toEqual([200, 'a']);
  });
});

it('takes uploads by forms with a policy, of programs and not of foreign pages', async () => {
  const Bucket = 'takes-forms';
  await client.send(new CreateBucketCommand({ Bucket }));
  const conditions = [{ bucket: Bucket }, ['starts-with', '$key', 'in/'], ['content-length-range', 1, 10]];
  const policy = { expiration: new Date(Date.now() + 60_000).toISOString(), conditions };
  const post = async (key: string, headers: Record<string, string> = {}): Promise<number> => {
    const form = new FormData();
    const Policy = Buffer.from(JSON.stringify(policy)).toString('base64');
    const fields = { key, Policy, AWSAccessKeyId: 'a', Signature: 'b' };
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    form.append('file', new Blob(['text']), 'a.txt');
    return (await fetch(`${account.url}/${Bucket}`, { method: 'POST', body: form, headers })).status;
  };
  expect(await post('in/a')).toBe(204);
  expect(await post('out/a')).toBe(403);
  expect(await post('in/b', { origin: 'https://evil.example' })).toBe(403);
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: 'in/a' }));
  expect(await Body?.transformToString()).toBe('text');
});

it('keeps buckets, settings and objects over a kill', async () => {
  const Bucket = 'outlives';
  await client.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: true }));
  await client.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'as it was' }));
  client.destroy();
  await account.end('SIGKILL');
  account = await startAccountProcess(folder.path);
  stacks = openStacks(account.config);
  client = connect();
  expect(await client.send(new GetBucketVersioningCommand({ Bucket }))).toMatchObject({ Status: 'Enabled' });
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: 'a' }));
  expect(await Body?.transformToString()).toBe('as it was');
});
