import { createHash, randomBytes, randomUUID } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  type CreateMultipartUploadCommandInput,
  GetObjectAttributesCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { afterAll, describe, expect, it } from '@jest/globals';
import { openTestStore, refusalOf } from './harness.ts';

const Bucket = 'parts';
const s3 = await openTestStore(Bucket);
const { client } = s3;
afterAll(() => s3.stop());

const LARGE = randomBytes(5 * 1024 * 1024);
const LAST = Buffer.from('the end');

async function upload(more: Partial<CreateMultipartUploadCommandInput> = {}) {
  const Key = randomUUID();
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key, ...more }));
  const target = { Bucket, Key, UploadId };
  const part = (PartNumber: number, Body: Buffer) =>
    client
      .send(new UploadPartCommand({ ...target, PartNumber, Body, ChecksumAlgorithm: more.ChecksumAlgorithm }))
      .then((sent) => ({ ...sent, PartNumber }));
  const complete = (Parts: { ETag?: string; PartNumber: number }[], given: object = {}) =>
    client.send(new CompleteMultipartUploadCommand({ ...target, MultipartUpload: { Parts }, ...given }));
  return { target, part, complete };
}

it.each([
  [{}, 'ChecksumCRC64NVME', 'FULL_OBJECT'],
  [{ ChecksumAlgorithm: 'CRC32' }, 'ChecksumCRC32', 'COMPOSITE'],
  [{ ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' }, 'ChecksumCRC32', 'FULL_OBJECT'],
  [{ ChecksumAlgorithm: 'SHA256' }, 'ChecksumSHA256', 'COMPOSITE'],
] as const)('makes an object of its parts, with %j', async (more, checksum, type) => {
  const { target, part, complete } = await upload({
    ...more,
    ContentType: 'text/parts',
    Metadata: { a: '1' },
    Tagging: 'b=2',
  });
  const parts = [await part(7, LAST), await part(2, LARGE)].reverse();
  const digests = [LARGE, LAST].map((bytes) => createHash('md5').update(bytes).digest());
  const ETag = `"${createHash('md5').update(Buffer.concat(digests)).digest('hex')}-2"`;
  const completed = await complete(parts);
  expect(completed).toMatchObject({
    ETag,
    ChecksumType: type,
    [checksum]: expect.stringMatching(type === 'COMPOSITE' ? /-2$/ : /=$/),
  });
  const { Bucket: _, ...read } = target;
  const object = await client.send(new GetObjectCommand({ Bucket, Key: read.Key }));
  expect(object).toMatchObject({ ETag, ContentType: 'text/parts', Metadata: { a: '1' }, TagCount: 1 });
  expect(Buffer.from(await object.Body!.transformToByteArray()).equals(Buffer.concat([LARGE, LAST]))).toBe(true);
  const edge = await client.send(
    new GetObjectCommand({ Bucket, Key: read.Key, Range: `bytes=${LARGE.length - 2}-${LARGE.length + 2}` }),
  );
  expect(Buffer.from(await edge.Body!.transformToByteArray())).toEqual(
    Buffer.concat([LARGE.subarray(-2), LAST.subarray(0, 3)]),
  );
  const second = await client.send(new GetObjectCommand({ Bucket, Key: read.Key, PartNumber: 2 }));
  expect([await second.Body!.transformToString(), second.PartsCount]).toEqual(['the end', 2]);
});

it('lists its parts', async () => {
  const { target, part, complete } = await upload({ ChecksumAlgorithm: 'SHA1' });
  await part(1, LARGE);
  const parts = [await part(1, LARGE), await part(2, LAST)];
  const listed = await client.send(new ListPartsCommand(target));
  expect(listed.Parts).toMatchObject([
    { PartNumber: 1, Size: LARGE.length, ETag: parts[0]!.ETag },
    { PartNumber: 2, Size: 7, ChecksumSHA1: parts[1]!.ChecksumSHA1 },
  ]);
  const rest = await client.send(new ListPartsCommand({ ...target, PartNumberMarker: '1' }));
  expect(rest.Parts?.map(({ PartNumber }) => PartNumber)).toEqual([2]);
  const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket, Prefix: target.Key }));
  expect(Uploads).toMatchObject([{ Key: target.Key, UploadId: target.UploadId }]);
  await complete(parts);
  expect((await client.send(new ListMultipartUploadsCommand({ Bucket, Prefix: target.Key }))).Uploads).toBeUndefined();
  const asked = new GetObjectAttributesCommand({ Bucket, Key: target.Key, ObjectAttributes: ['ObjectParts'] });
  const { ObjectParts } = await client.send(asked);
  expect(ObjectParts).toMatchObject({
    TotalPartsCount: 2,
    Parts: [{ PartNumber: 1, Size: LARGE.length }, { Size: 7 }],
  });
});

it('copies an object, or a range of it, as a part', async () => {
  const { Key } = (await upload()).target;
  await s3.put(Key, LARGE);
  const { target, complete } = await upload();
  const CopySource = `${Bucket}/${Key}`;
  const copied = [
    { CopySource, PartNumber: 1 },
    { CopySource, PartNumber: 2, CopySourceRange: 'bytes=10-19' },
  ].map(async (asked) => {
    const { CopyPartResult } = await client.send(new UploadPartCopyCommand({ ...target, ...asked }));
    return { PartNumber: asked.PartNumber, ETag: CopyPartResult?.ETag };
  });
  await complete(await Promise.all(copied));
  const { ContentLength } = await client.send(new HeadObjectCommand({ Bucket, Key: target.Key }));
  expect(ContentLength).toBe(LARGE.length + 10);
});

it('is left as it is by a completion that is refused', async () => {
  const { part, complete } = await upload();
  const [small, last] = [await part(1, LAST), await part(2, LAST)];
  expect(await refusalOf(complete([small, last]))).toBe('EntityTooSmall');
  expect(await refusalOf(complete([last, small]))).toBe('InvalidPartOrder');
  expect(await refusalOf(complete([{ ...small, ETag: '"0"' }]))).toBe('InvalidPart');
  expect(await refusalOf(complete([{ ...small, PartNumber: 3 }]))).toBe('InvalidPart');
  expect(await refusalOf(complete([]))).toBe('MalformedXML');
  await complete([last]);
});

it('is completed under a condition only where it holds', async () => {
  const { target, part, complete } = await upload();
  const only = await part(1, LAST);
  await s3.put(target.Key, 'first');
  expect(await refusalOf(complete([only], { IfNoneMatch: '*' }))).toBe('PreconditionFailed');
  expect(await s3.get(target.Key)).toBe('first');
  await complete([only]);
  expect(await s3.get(target.Key)).toBe('the end');
});

describe('what is given up', () => {
  it('leaves no file', async () => {
    const before = s3.files().length;
    const { target, part, complete } = await upload();
    const only = await part(1, LAST);
    await client.send(new AbortMultipartUploadCommand(target));
    expect(s3.files()).toHaveLength(before);
    expect(await refusalOf(complete([only]))).toBe('NoSuchUpload');
    expect(await refusalOf(part(1, LAST))).toBe('NoSuchUpload');
    expect(s3.files()).toHaveLength(before);
  });

  it('leaves no file of a part that is not named', async () => {
    const before = s3.files().length;
    const { part, complete } = await upload();
    await part(1, LARGE);
    await complete([await part(2, LAST)]);
    expect(s3.files()).toHaveLength(before + 1);
  });
});
