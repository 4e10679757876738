import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, expect, it } from '@jest/globals';
import { openTestStore } from './harness.ts';

const Bucket = 'addressed';
const s3 = await openTestStore(Bucket);
await s3.put('a/b', 'found');
afterAll(() => s3.stop());

const get = (path: string, host?: string): Promise<[number | undefined, string]> =>
  new Promise((resolve, reject) => {
    const { port } = new URL(s3.endpoint);
    const headers = host === undefined ? {} : { host: `${host}:${port}` };
    const sent = request({ host: '127.0.0.1', port, path, headers }, (answer) => {
      text(answer).then((body) => resolve([answer.statusCode, body]), reject);
    });
    sent.on('error', reject);
    sent.end();
  });

it.each([
  ['/addressed/a/b', undefined],
  ['/addressed/a/b', 's3.localhost'],
  ['/a/b', 'addressed.localhost'],
  ['/a/b', 'addressed.s3.localhost'],
  ['/a%2Fb', 'addressed.s3.localhost'],
])('finds the object at %s of the host %s', async (path, host) => {
  expect(await get(path, host)).toEqual([200, 'found']);
});

const stamp = (time: number): string => new Date(time).toISOString().replace(/[-:]|\.\d+/g, '');
const version4 = (time: number, seconds: number): string =>
  `X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=a&X-Amz-Date=${stamp(time)}&X-Amz-Expires=${seconds}&X-Amz-SignedHeaders=host&X-Amz-Signature=0`;
const version2 = (time: number): string => `AWSAccessKeyId=a&Signature=b&Expires=${Math.floor(time / 1000)}`;

it.each([
  ['of today', version4(Date.now(), 3_600), 200],
  ['of today that is over', version4(Date.now() - 3_600_000, 60), 403],
  ['of today for more than a week', version4(Date.now(), 604_801), 403],
  ['of today without a time', 'X-Amz-Signature=0', 403],
  ['of the past', version2(Date.now() + 3_600_000), 200],
  ['of the past that is over', version2(Date.now() - 3_600_000), 403],
])('answers a presigned URL %s', async (_title, query, status) => {
  const [answered, body] = await get(`/addressed/a/b?${query}`);
  expect([answered, body]).toEqual([status, status === 200 ? 'found' : expect.stringContaining('AccessDenied')]);
});

it('takes for headers what a presigned URL has of them', async () => {
  const query = `${version4(Date.now(), 3_600)}&x-amz-meta-a=1&x-amz-tagging=b%3D2&x-amz-storage-class=STANDARD_IA`;
  const { status } = await fetch(`${s3.endpoint}/addressed/put?${query}`, { method: 'PUT', body: 'x' });
  expect(status).toBe(200);
  expect(await s3.client.send(new HeadObjectCommand({ Bucket, Key: 'put' }))).toMatchObject({
    ...{ Metadata: { a: '1' }, TagCount: 1, StorageClass: 'STANDARD_IA' },
  });
  const byVersion2 = `${version2(Date.now() + 3_600_000)}&Content-Type=text%2Fplain`;
  const headers = { 'content-type': 'text/plain' };
  const put = await fetch(`${s3.endpoint}/addressed/put?${byVersion2}`, { method: 'PUT', body: 'x', headers });
  expect(put.status).toBe(200);
});
