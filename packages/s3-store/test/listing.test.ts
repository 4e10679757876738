import {
  ListObjectsCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
  paginateListObjectsV2,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { behind } from '../src/listing.ts';
import { openTestStore, refusalOf } from './harness.ts';

const Bucket = 'listed';
const s3 = await openTestStore(Bucket);
const { client } = s3;
const KEYS = ['a', 'b/1', 'b/2', 'b/c/1', 'd e+f', 'd\u0001', 'ü/1', '\ud83d\ude00', '\uffee'];
/** In the order of their bytes, in which U+FFEE comes before what lies beyond U+FFFF. */
const SORTED = [...KEYS].sort((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)));

beforeAll(async () => {
  for (const Key of KEYS) await s3.put(Key, Key);
});
afterAll(() => s3.stop());

const list = (more: Partial<ListObjectsV2CommandInput> = {}) =>
  client.send(new ListObjectsV2Command({ Bucket, ...more }));
const shown = ({ Contents = [], CommonPrefixes = [] }: Awaited<ReturnType<typeof list>>) => [
  Contents.map(({ Key }) => Key),
  CommonPrefixes.map(({ Prefix }) => Prefix),
];

it('lists keys in the order of their bytes, as they are', async () => {
  const listed = await list();
  expect(shown(listed)).toEqual([SORTED, []]);
  expect(listed).toMatchObject({ KeyCount: KEYS.length, MaxKeys: 1000, IsTruncated: false, Name: Bucket });
  expect(listed.Contents?.[0]).toMatchObject({
    Key: 'a',
    Size: 1,
    StorageClass: 'STANDARD',
    ChecksumAlgorithm: ['CRC32'],
  });
});

it.each([
  [{ Prefix: 'b/' }, [['b/1', 'b/2', 'b/c/1'], []]],
  [{ Prefix: 'b/', Delimiter: '/' }, [['b/1', 'b/2'], ['b/c/']]],
  [{ Delimiter: '/', Prefix: 'b' }, [[], ['b/']]],
  [{ Delimiter: '/', Prefix: 'z' }, [[], []]],
  [
    { StartAfter: 'd e+f', Delimiter: '/' },
    [['d\u0001', '\uffee', '\ud83d\ude00'].filter((key) => SORTED.indexOf(key) > SORTED.indexOf('d e+f')), ['ü/']],
  ],
  [{ MaxKeys: 0 }, [[], []]],
])('lists %j', async (asked, expected) => {
  expect(shown(await list(asked))).toEqual(expected);
});

it.each([1, 2, 3])('goes on where a page of %i ended, common prefixes included', async (MaxKeys) => {
  for (const Delimiter of [undefined, '/']) {
    const [whole, paged]: [unknown[], unknown[]] = [shown(await list({ Delimiter })).flat(), []];
    for await (const page of paginateListObjectsV2({ client }, { Bucket, Delimiter, MaxKeys })) {
      expect(page.KeyCount).toBeLessThanOrEqual(MaxKeys);
      paged.push(...shown(page).flat());
    }
    expect(new Set(paged)).toEqual(new Set(whole));
    expect(paged).toHaveLength(whole.length);
  }
});

it('lists by markers too', async () => {
  const first = await client.send(new ListObjectsCommand({ Bucket, Delimiter: '/', MaxKeys: 2 }));
  expect(first).toMatchObject({ IsTruncated: true, NextMarker: 'b/', Contents: [{ Key: 'a' }] });
  const next = await client.send(new ListObjectsCommand({ Bucket, Delimiter: '/', Marker: 'b/', MaxKeys: 1 }));
  expect(next.Contents?.map(({ Key }) => Key)).toEqual([SORTED[SORTED.indexOf('b/c/1') + 1]]);
});

it('writes keys as in a URL where that is asked for', async () => {
  const { Contents = [], EncodingType } = await list({ EncodingType: 'url', Prefix: 'd ' });
  expect([Contents[0]?.Key, EncodingType]).toEqual(['d+e%2Bf', 'url']);
});

it('refuses a token that is none, and a limit that is none', async () => {
  expect(await refusalOf(list({ ContinuationToken: 'never given' }))).toBe('InvalidArgument');
  expect(await refusalOf(list({ MaxKeys: -1 }))).toBe('InvalidArgument');
});

it('lists more than fits into one page, common prefixes of many objects too', async () => {
  const Many = 'listed-many';
  s3.store.createBucket(Many);
  const response = (key: string) =>
    fetch(`${s3.endpoint}/${Many}/${key}`, { method: 'PUT', body: 'x' }).then(({ ok }) => ok);
  for (let from = 0; from < 2_100; from += 50) {
    await Promise.all(Array.from({ length: 50 }, (_, index) => response(`many/${from + index}`)));
  }
  await response('n');
  const { Contents = [], CommonPrefixes = [] } = await list({ Bucket: Many, Delimiter: '/' });
  expect([Contents.map(({ Key }) => Key), CommonPrefixes]).toEqual([['n'], [{ Prefix: 'many/' }]]);
  let count = 0;
  for await (const page of paginateListObjectsV2({ client }, { Bucket: Many })) count += page.KeyCount ?? 0;
  expect(count).toBe(2_101);
});

describe('what lies behind a prefix', () => {
  it.each([
    ['a/', 'a0'],
    ['a\ud7ff', 'a\ue000'],
    ['a\u{10ffff}', 'b'],
  ])('of %j is %j', (prefix, expected) => {
    expect(behind(prefix)).toBe(expected);
  });
});
