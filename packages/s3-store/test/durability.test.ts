import { request } from 'node:http';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, expect, it } from '@jest/globals';
import { openTestStore, refusalOf } from './harness.ts';

const Bucket = 'durable';
const s3 = await openTestStore(Bucket);
afterAll(() => s3.stop());

it('keeps the old object where the new one does not arrive whole', async () => {
  await s3.put('kept', 'as it was');
  const before = s3.files().length;
  await new Promise<void>((resolve) => {
    const { port } = new URL(s3.endpoint);
    const headers = { 'content-length': 1_000_000 };
    const sent = request({ host: '127.0.0.1', port, path: `/${Bucket}/kept`, method: 'PUT', headers });
    sent.on('error', () => resolve());
    sent.write(Buffer.alloc(100_000), () => sent.destroy(new Error('cut off')));
  });
  expect(await s3.get('kept')).toBe('as it was');
  while (s3.files().length > before) await new Promise((resolve) => setImmediate(resolve));
});

it('removes what a kill left behind, and nothing else', async () => {
  await s3.put('stays', 'as it was');
  const before = s3.files();
  s3.leaveFile('left-behind');
  const reopened = s3.reopen();
  expect(s3.files()).toEqual(before);
  expect((await reopened.readObject(Bucket, 'stays')).toString()).toBe('as it was');
});

it('lets a reader have the object that it began to read', async () => {
  const [first, second] = [Buffer.alloc(3_000_000, 'a'), 'b'];
  await s3.put('replaced', first);
  const files = s3.files().length;
  const { Body } = await s3.client.send(new GetObjectCommand({ Bucket, Key: 'replaced' }));
  await s3.put('replaced', second);
  expect((await Body!.transformToByteArray()).length).toBe(first.length);
  expect(await s3.get('replaced')).toBe('b');
  while (s3.files().length > files) await new Promise((resolve) => setImmediate(resolve));
});

it('notifies of each change in order, and of nothing that was refused', async () => {
  s3.store.putSetting(Bucket, 'notification', EVERYTHING);
  await s3.put('told', 'one');
  await refusalOf(s3.put('told', 'two', { IfNoneMatch: '*' }));
  await s3.put('told', 'three');
  const details = s3.notifications.map(({ message }) => (message as { detail: { object: ToldObject } }).detail.object);
  expect(details).toMatchObject([
    { key: 'told', size: 3 },
    { key: 'told', size: 5 },
  ]);
  expect(details[0]!.sequencer < details[1]!.sequencer).toBe(true);
});

const EVERYTHING = '<NotificationConfiguration><EventBridgeConfiguration/></NotificationConfiguration>';

interface ToldObject {
  readonly key: string;
  readonly size: number;
  readonly sequencer: string;
}
