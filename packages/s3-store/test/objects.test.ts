import { createHash, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  DeleteObjectTaggingCommand,
  GetObjectAclCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  PutObjectAclCommand,
  PutObjectTaggingCommand,
} from '@aws-sdk/client-s3';
import { afterAll, describe, expect, it } from '@jest/globals';
import { openTestStore, refusalOf } from './harness.ts';

const Bucket = 'precious';
const s3 = await openTestStore(Bucket);
const { client, put, get, endpoint } = s3;
afterAll(() => s3.stop());

const md5 = (text: string): string => `"${createHash('md5').update(text).digest('hex')}"`;
const AUTHORIZATION =
  'AWS4-HMAC-SHA256 Credential=a/20200101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0';
const send = (path: string, options: RequestInit = {}): Promise<Response> =>
  fetch(`${endpoint}/${Bucket}${path}`, { ...options, headers: { authorization: AUTHORIZATION, ...options.headers } });

it('gives back what was put, with all that describes it', async () => {
  const Key = `a b/ü+&?${randomUUID()}/../c`;
  const described = {
    ...{ ContentType: 'text/x-test', CacheControl: 'no-cache', ContentDisposition: 'inline', ContentLanguage: 'ko' },
    ...{ ContentEncoding: 'identity', Metadata: { 'made-by': 'a test' }, StorageClass: 'STANDARD_IA' as const },
  };
  const { ETag } = await put(Key, 'as it was', described);
  expect(ETag).toBe(md5('as it was'));
  expect(await get(Key)).toBe('as it was');
  const head = await client.send(new HeadObjectCommand({ Bucket, Key }));
  expect(head).toMatchObject({ ...described, ETag, ContentLength: 9, ServerSideEncryption: 'AES256' });
  expect(Math.abs(head.LastModified!.getTime() - Date.now())).toBeLessThan(60_000);
  expect(await refusalOf(client.send(new GetObjectCommand({ Bucket, Key: 'absent' })))).toBe('NoSuchKey');
  expect(await refusalOf(client.send(new GetObjectCommand({ Bucket: 'absent', Key })))).toBe('NoSuchBucket');
});

describe.each(['CRC32', 'CRC32C', 'SHA1', 'SHA256', 'CRC64NVME'] as const)('the checksum %s', (ChecksumAlgorithm) => {
  const name = `Checksum${ChecksumAlgorithm}` as const;

  it('is checked and given back, of a body and of a stream that sends it last', async () => {
    const Key = randomUUID();
    const whole = await put(Key, 'some bytes', { ChecksumAlgorithm });
    const streamed = await put(`${Key}-2`, Readable.from([Buffer.from('some '), Buffer.from('bytes')]), {
      ...{ ChecksumAlgorithm, ContentLength: 10 },
    });
    const value = (whole as Record<string, string>)[name];
    expect(value).toMatch(/^[\w+/]+=*$/);
    expect((streamed as Record<string, string>)[name]).toBe(value);
    expect(await get(`${Key}-2`)).toBe('some bytes');
    const head = await client.send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' }));
    expect(head).toMatchObject({ [name]: value, ChecksumType: 'FULL_OBJECT' });
  });

  it('refuses another body, and leaves what was there', async () => {
    const Key = randomUUID();
    const { [name]: value } = (await put(Key, 'first', { ChecksumAlgorithm })) as Record<string, string>;
    const before = s3.files().length;
    expect(await refusalOf(put(Key, 'second', { [name]: value }))).toBe('BadDigest');
    expect(await get(Key)).toBe('first');
    expect(s3.files()).toHaveLength(before);
  });
});

it('refuses a body that is not the one of its MD5 or SHA-256', async () => {
  const Key = randomUUID();
  expect(await refusalOf(put(Key, 'a', { ContentMD5: createHash('md5').update('b').digest('base64') }))).toBe(
    'BadDigest',
  );
  expect(await refusalOf(put(Key, 'a', { ContentMD5: 'abc' }))).toBe('InvalidDigest');
  const signed = await send(`/${Key}`, {
    method: 'PUT',
    body: 'a',
    headers: { 'x-amz-content-sha256': '0'.repeat(64) },
  });
  expect([signed.status, await signed.text()]).toEqual([400, expect.stringContaining('XAmzContentSHA256Mismatch')]);
  expect(await refusalOf(client.send(new HeadObjectCommand({ Bucket, Key })))).toBe('NotFound');
});

it('takes any type of body, an empty one too', async () => {
  const Key = randomUUID();
  for (const type of ['application/x-www-form-urlencoded', 'multipart/form-data', 'application/json']) {
    const response = await send(`/${Key}`, { method: 'PUT', body: 'a=b&c', headers: { 'content-type': type } });
    expect(response.status).toBe(200);
    expect(await client.send(new HeadObjectCommand({ Bucket, Key }))).toMatchObject({ ContentType: type });
    expect(await get(Key)).toBe('a=b&c');
  }
  await put(Key, Buffer.alloc(0), { ContentLength: 0 });
  expect(await get(Key)).toBe('');
});

it.each([
  ['bytes=0-3', 206, '0123', 'bytes 0-3/10'],
  ['bytes=7-', 206, '789', 'bytes 7-9/10'],
  ['bytes=-2', 206, '89', 'bytes 8-9/10'],
  ['bytes=5-99', 206, '56789', 'bytes 5-9/10'],
  ['bytes=0-1,3-4', 200, '0123456789', null],
  ['bytes=3-1', 200, '0123456789', null],
  ['lines=1-2', 200, '0123456789', null],
])('answers the range %s with %i', async (range, status, text, contentRange) => {
  await put('ranged', '0123456789');
  const response = await send('/ranged', { headers: { range } });
  expect([response.status, await response.text()]).toEqual([status, text]);
  expect(response.headers.get('content-range')).toBe(contentRange);
});

it('refuses a range behind the end', async () => {
  await put('short', '0123456789');
  const response = await send('/short', { headers: { range: 'bytes=10-' } });
  expect([response.status, await response.text()]).toEqual([416, expect.stringContaining('<ActualObjectSize>10<')]);
});

it('reads under conditions', async () => {
  const Key = randomUUID();
  const { ETag } = await put(Key, 'read me');
  const read = (more: object) => refusalOf(client.send(new GetObjectCommand({ Bucket, Key, ...more })));
  const [before, after] = [new Date(Date.now() - 3_600_000), new Date(Date.now() + 3_600_000)];
  expect(await read({ IfMatch: ETag })).toBe('not refused');
  expect(await read({ IfMatch: '"0"' })).toBe('PreconditionFailed');
  expect(await read({ IfNoneMatch: '"0"' })).toBe('not refused');
  expect(await read({ IfUnmodifiedSince: before })).toBe('PreconditionFailed');
  expect(await read({ IfUnmodifiedSince: before, IfMatch: ETag })).toBe('not refused');
  expect(await read({ IfModifiedSince: before })).toBe('not refused');
  for (const headers of [{ 'if-none-match': ETag! }, { 'if-modified-since': after.toUTCString() }]) {
    const response = await send(`/${Key}`, { headers });
    expect([response.status, response.headers.get('etag'), await response.text()]).toEqual([304, ETag, '']);
  }
});

it('writes and deletes under a condition only where it holds', async () => {
  const Key = randomUUID();
  const { ETag } = await put(Key, 'first', { IfNoneMatch: '*' });
  expect(await refusalOf(put(Key, 'second', { IfNoneMatch: '*' }))).toBe('PreconditionFailed');
  expect(await refusalOf(put(Key, 'second', { IfMatch: md5('other') }))).toBe('PreconditionFailed');
  expect(await refusalOf(put(randomUUID(), 'x', { IfMatch: ETag }))).toBe('NoSuchKey');
  expect(await get(Key)).toBe('first');
  await put(Key, 'second', { IfMatch: ETag });
  expect(await get(Key)).toBe('second');
  const remove = (IfMatch: string) => refusalOf(client.send(new DeleteObjectCommand({ Bucket, Key, IfMatch })));
  expect(await remove(ETag!)).toBe('PreconditionFailed');
  expect(await remove('*')).toBe('not refused');
  expect(await remove('*')).toBe('PreconditionFailed');
});

it('lets one of many writers win, and keeps no other body', async () => {
  const before = s3.files().length;
  const Key = randomUUID();
  const tries = Array.from({ length: 5 }, (_, index) => put(Key, String(index), { IfNoneMatch: '*' }));
  const outcomes = await Promise.all(tries.map(refusalOf));
  expect(outcomes.filter((outcome) => outcome === 'not refused')).toHaveLength(1);
  expect(s3.files()).toHaveLength(before + 1);
});

it('copies, with the metadata of the source or other ones', async () => {
  const [Key, from] = [randomUUID(), `from ü ${randomUUID()}`];
  const { ETag } = await put(from, 'copied', { Metadata: { a: '1' }, ContentType: 'text/a', Tagging: 'x=1' });
  const CopySource = `${Bucket}/${encodeURIComponent(from)}`;
  const copy = (more: object = {}, source = CopySource) =>
    client.send(new CopyObjectCommand({ Bucket, Key, CopySource: source, ...more }));
  expect((await copy()).CopyObjectResult).toMatchObject({ ETag });
  const head = () => client.send(new HeadObjectCommand({ Bucket, Key }));
  expect(await head()).toMatchObject({ Metadata: { a: '1' }, ContentType: 'text/a', TagCount: 1 });
  await copy({ MetadataDirective: 'REPLACE', Metadata: { b: '2' }, TaggingDirective: 'REPLACE', Tagging: 'y=2&z=3' });
  expect(await head()).toMatchObject({ Metadata: { b: '2' }, ContentType: 'binary/octet-stream', TagCount: 2 });
  expect(await get(Key)).toBe('copied');
  expect(await refusalOf(copy({ CopySourceIfNoneMatch: ETag }))).toBe('PreconditionFailed');
  expect(await refusalOf(copy({}, `${Bucket}/absent`))).toBe('NoSuchKey');
  expect(await refusalOf(copy({}, `${Bucket}/${Key}`))).toBe('InvalidRequest');
  await copy({ MetadataDirective: 'REPLACE', Metadata: { c: '3' } }, `${Bucket}/${Key}`);
  expect(await head()).toMatchObject({ Metadata: { c: '3' } });
  expect(await get(Key)).toBe('copied');
});

it('tags an object and leaves it as it is', async () => {
  const Key = randomUUID();
  await put(Key, 'as it was', { Tagging: 'a=1&b=' });
  const tags = async () => (await client.send(new GetObjectTaggingCommand({ Bucket, Key }))).TagSet;
  expect(await tags()).toEqual([
    { Key: 'a', Value: '1' },
    { Key: 'b', Value: '' },
  ]);
  const tag = (TagSet: { Key: string; Value: string }[]) =>
    client.send(new PutObjectTaggingCommand({ Bucket, Key, Tagging: { TagSet } }));
  await tag([{ Key: 'c', Value: 'ü + /' }]);
  expect(await tags()).toEqual([{ Key: 'c', Value: 'ü + /' }]);
  expect(await refusalOf(tag([{ Key: 'aws?', Value: '' }]))).toBe('InvalidTag');
  expect(
    await refusalOf(
      tag([
        { Key: 'a', Value: '1' },
        { Key: 'a', Value: '2' },
      ]),
    ),
  ).toBe('InvalidTag');
  expect(await refusalOf(tag(Array.from({ length: 11 }, (_, index) => ({ Key: `${index}`, Value: '' }))))).toBe(
    'BadRequest',
  );
  await client.send(new DeleteObjectTaggingCommand({ Bucket, Key }));
  expect(await tags()).toEqual([]);
  expect(await get(Key)).toBe('as it was');
});

it('has its owner in its ACL, and takes no other grantee', async () => {
  const Key = randomUUID();
  await put(Key, 'as it was', { ACL: 'bucket-owner-full-control' });
  const { Owner, Grants } = await client.send(new GetObjectAclCommand({ Bucket, Key }));
  expect(Grants).toEqual([{ Grantee: { ID: Owner?.ID, Type: 'CanonicalUser' }, Permission: 'FULL_CONTROL' }]);
  await client.send(new PutObjectAclCommand({ Bucket, Key, ACL: 'private' }));
  await client.send(new PutObjectAclCommand({ Bucket, Key, AccessControlPolicy: { Owner, Grants } }));
  const open = client.send(new PutObjectAclCommand({ Bucket, Key, ACL: 'public-read' }));
  expect(await refusalOf(open)).toBe('AccessControlListNotSupported');
  expect(await refusalOf(put(Key, 'public', { ACL: 'public-read' }))).toBe('AccessControlListNotSupported');
  expect(await get(Key)).toBe('as it was');
});

it('deletes many, and says which failed', async () => {
  const keys = ['m/1', 'm/2 ü&<', 'm/3'];
  for (const Key of keys) await put(Key, Key);
  const remove = (Objects: { Key: string; ETag?: string }[], Quiet = false) =>
    client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet } }));
  const { Deleted, Errors } = await remove([
    { Key: keys[0]! },
    { Key: keys[1]! },
    { Key: 'm/absent' },
    { Key: keys[2]!, ETag: '"0"' },
  ]);
  expect(Deleted?.map(({ Key }) => Key)).toEqual([keys[0], keys[1], 'm/absent']);
  expect(Errors).toMatchObject([{ Key: keys[2], Code: 'PreconditionFailed' }]);
  expect((await remove([{ Key: keys[2]! }], true)).Deleted).toBeUndefined();
  for (const Key of keys) expect(await refusalOf(get(Key))).toBe('NoSuchKey');
});

it('tells the attributes that are asked for', async () => {
  const Key = randomUUID();
  const { ETag } = await put(Key, 'some bytes', { ChecksumAlgorithm: 'SHA256' });
  const asked = new GetObjectAttributesCommand({ Bucket, Key, ObjectAttributes: ['ETag', 'ObjectSize', 'Checksum'] });
  const { $metadata: _, LastModified: __, ...attributes } = await client.send(asked);
  const ChecksumSHA256 = createHash('sha256').update('some bytes').digest('base64');
  const Checksum = { ChecksumSHA256, ChecksumType: 'FULL_OBJECT' };
  expect(attributes).toMatchObject({ ETag: ETag!.replaceAll('"', ''), ObjectSize: 10, Checksum });
});

it('refuses by name what is not done here, and leaves what is there', async () => {
  await put('kept', 'as it was');
  const asked = [
    ['PUT', '/kept?torrent', '\\?torrent'],
    ['POST', '/kept?restore', '\\?restore'],
    ['POST', '/kept?select&select-type=2', '\\?select'],
    ['DELETE', '/kept?unheard-of', '\\?unheard-of'],
    ['PUT', '?website', '\\?website'],
    ['DELETE', '?replication', '\\?replication'],
    ['GET', '?accelerate', '\\?accelerate'],
    ['POST', '', 'POST of a bucket'],
  ] as const;
  for (const [method, path, what] of asked) {
    const response = await send(path, { method });
    expect([response.status, await response.text()]).toEqual([
      501,
      expect.stringMatching(new RegExp(`<Code>NotImplemented</Code>.*not implemented here: ${what}`)),
    ]);
  }
  const headers = { 'x-amz-server-side-encryption-customer-algorithm': 'AES256' };
  const encrypted = await send('/kept', { method: 'PUT', headers, body: 'x' });
  expect([encrypted.status, await encrypted.text()]).toEqual([501, expect.stringContaining('customer-algorithm')]);
  expect(await refusalOf(put('kept', 'x', { StorageClass: 'GLACIER' }))).toBe('NotImplemented');
  expect(await get('kept')).toBe('as it was');
});

it.each([
  ['a key that is not UTF-8', '/%E0%A4%A', 'InvalidURI'],
  ['a key of 1,025 bytes', `/${'k'.repeat(1025)}`, 'KeyTooLongError'],
])('refuses %s', async (_title, path, code) => {
  const response = await send(path);
  expect([response.status, await response.text()]).toEqual([400, expect.stringContaining(code)]);
});

it.each([
  ['5;chunk-signature=0\r\nhello\r\n0\r\n\r\n', 200],
  ['5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n', 200],
  ['5\r\nhello\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n', 400],
  ['5\r\nhel', 400],
  ['zz\r\nhello\r\n', 400],
  ['3\r\nhello\r\n0\r\n\r\n', 400],
])('answers the chunks %j with %i', async (body, status) => {
  const headers = {
    ...{ 'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER', 'content-encoding': 'aws-chunked' },
    ...{ 'x-amz-decoded-content-length': '5', 'x-amz-trailer': 'x-amz-checksum-crc32' },
  };
  expect((await send('/chunked', { method: 'PUT', body, headers })).status).toBe(status);
  if (status === 200) expect(await get('chunked')).toBe('hello');
});
