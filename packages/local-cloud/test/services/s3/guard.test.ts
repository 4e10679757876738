import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DeleteBucketCorsCommand,
  DeleteObjectCommand,
  DeleteObjectTaggingCommand,
  GetBucketLocationCommand,
  GetObjectCommand,
  HeadBucketCommand,
  ListObjectsV2Command,
  PutBucketVersioningCommand,
  PutObjectAclCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  PutObjectTaggingCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, expect, it } from '@jest/globals';
import { startS3 } from '../../../src/services/s3/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'dure-s3-'));
const s3 = await startS3(folder, 'us-east-1');
const server = createServer((request, response) => void s3.handle(request, response));
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const endpoint = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
const client = new S3Client({ endpoint, region: 'us-east-1', credentials, forcePathStyle: true, maxAttempts: 1 });
const Bucket = 'precious';
s3.createBucket(Bucket);
afterAll(async () => {
  client.destroy();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await s3.stop();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

const put = (Key: string, Body: string, more: Partial<PutObjectCommandInput> = {}) =>
  client.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
const get = async (Key: string) => (await client.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString();
const refusalOf = (request: Promise<unknown>): Promise<string> =>
  request.then(
    () => 'not refused',
    (error: unknown) => (error as Error).name,
  );

it('keeps an object of whose sub-resources it knows nothing', async () => {
  const Key = `a/${randomUUID()}`;
  await put(Key, 'as it was');
  const TagSet = [{ Key: 'a', Value: 'b' }];
  const asked = [
    client.send(new PutObjectTaggingCommand({ Bucket, Key, Tagging: { TagSet } })),
    client.send(new DeleteObjectTaggingCommand({ Bucket, Key })),
    client.send(new PutObjectAclCommand({ Bucket, Key, ACL: 'public-read' })),
    client.send(new DeleteBucketCorsCommand({ Bucket })),
    client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } })),
    put(Key, 'tagged', { Tagging: 'a=b' }),
  ];
  for (const request of asked) expect(await refusalOf(request)).toBe('NotImplemented');
  expect(await get(Key)).toBe('as it was');
  await client.send(new HeadBucketCommand({ Bucket }));
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket, Prefix: 'a/' }));
  expect(Contents).toMatchObject([{ Key }]);
  expect(await client.send(new GetBucketLocationCommand({ Bucket }))).toMatchObject({});
});

it('writes under a condition only where it holds', async () => {
  const Key = randomUUID();
  const { ETag } = await put(Key, 'first', { IfNoneMatch: '*' });
  expect(await refusalOf(put(Key, 'second', { IfNoneMatch: '*' }))).toBe('PreconditionFailed');
  expect(await refusalOf(put(Key, 'second', { IfMatch: '"00000000000000000000000000000000"' }))).toBe(
    'PreconditionFailed',
  );
  expect(await refusalOf(put(randomUUID(), 'x', { IfMatch: ETag }))).toBe('NoSuchKey');
  expect(await get(Key)).toBe('first');
  await put(Key, 'second', { IfMatch: ETag });
  expect(await get(Key)).toBe('second');
  expect(await refusalOf(client.send(new DeleteObjectCommand({ Bucket, Key, IfMatch: ETag })))).toBe(
    'PreconditionFailed',
  );
});

it('lets one of many writers win', async () => {
  const Key = randomUUID();
  const tries = Array.from({ length: 5 }, (_, index) => put(Key, String(index), { IfNoneMatch: '*' }));
  const outcomes = await Promise.all(tries.map(refusalOf));
  expect(outcomes.filter((outcome) => outcome === 'not refused')).toHaveLength(1);
});
