import {
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  type LifecycleRule,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketVersioningCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterAll, describe, expect, it } from '@jest/globals';
import { openTestStore, refusalOf } from './harness.ts';

const DAY_MS = 86_400_000;

const opened: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const stop of opened) await stop();
});

async function bucketWith(name: string, ...Rules: Partial<LifecycleRule>[]) {
  const store = await openTestStore(name);
  opened.push(store.stop);
  // At noon, so that a day more or less is none of midnight's.
  store.clock.now = Math.floor(Date.now() / DAY_MS) * DAY_MS + DAY_MS / 2;
  const put = (rules: Partial<LifecycleRule>[]) => {
    const all = rules.map((rule): LifecycleRule => ({ Status: 'Enabled', Filter: { Prefix: '' }, ...rule }));
    const LifecycleConfiguration = { Rules: all };
    return store.client.send(new PutBucketLifecycleConfigurationCommand({ Bucket: name, LifecycleConfiguration }));
  };
  if (Rules.length > 0) await put(Rules);
  const versions = async (): Promise<string[]> => {
    const { Versions = [], DeleteMarkers = [] } = await store.client.send(
      new ListObjectVersionsCommand({ Bucket: name }),
    );
    return [
      ...Versions.map(({ Key, IsLatest, Size }) => `${Key} ${Size}${IsLatest ? '' : ' old'}`),
      ...DeleteMarkers.map(({ Key }) => `${Key} deleted`),
    ];
  };
  const pass = (days: number): void => {
    store.clock.now += days * DAY_MS;
    store.store.runLifecycles();
  };
  const version = () =>
    store.client.send(new PutBucketVersioningCommand({ Bucket: name, VersioningConfiguration: { Status: 'Enabled' } }));
  return { ...store, putRules: put, versions, pass, version };
}

describe('a life cycle', () => {
  it('lets objects expire at the midnight after their days, by prefix, size and tags', async () => {
    const bucket = await bucketWith(
      'expires',
      { Filter: { Prefix: 'tmp/' }, Expiration: { Days: 1 } },
      {
        Filter: { And: { Prefix: 'big/', ObjectSizeGreaterThan: 3, Tags: [{ Key: 'keep', Value: 'no' }] } },
        Expiration: { Days: 1 },
      },
      { Status: 'Disabled', Expiration: { Days: 1 } },
    );
    await bucket.put('tmp/a', 'x');
    await bucket.put('kept', 'x');
    await bucket.put('big/1', 'four', { Tagging: 'keep=no' });
    await bucket.put('big/2', 'four');
    await bucket.put('big/3', 'one', { Tagging: 'keep=no' });
    bucket.pass(1);
    expect(await bucket.versions()).toHaveLength(5);
    bucket.pass(0.5);
    expect(await bucket.versions()).toEqual(['big/2 4', 'big/3 3', 'kept 1']);
    expect(bucket.files()).toHaveLength(3);
  });

  it('expires at a date', async () => {
    const bucket = await bucketWith('dated');
    const date = new Date(Math.floor(bucket.clock.now / DAY_MS) * DAY_MS + DAY_MS);
    await bucket.putRules([{ Expiration: { Date: date } }]);
    await bucket.put('a', 'x');
    bucket.pass(0.4);
    expect(await bucket.versions()).toEqual(['a 1']);
    bucket.pass(0.2);
    expect(await bucket.versions()).toEqual([]);
  });

  it('marks objects of a bucket with versions, and clears what is noncurrent and markers that are left', async () => {
    const bucket = await bucketWith(
      'versions',
      { Filter: { Prefix: 'a' }, Expiration: { Days: 1 }, NoncurrentVersionExpiration: { NoncurrentDays: 2 } },
      { Filter: { Prefix: 'b' }, NoncurrentVersionExpiration: { NoncurrentDays: 1, NewerNoncurrentVersions: 1 } },
      { Filter: { Prefix: 'a' }, Expiration: { ExpiredObjectDeleteMarker: true } },
    );
    await bucket.version();
    await bucket.put('a', '1');
    for (const text of ['1', '22', '333', '4444']) await bucket.put('b', text);
    bucket.pass(1.6);
    expect(await bucket.versions()).toEqual(['a 1 old', 'b 4', 'b 3 old', 'a deleted']);
    bucket.pass(3);
    expect(await bucket.versions()).toEqual(['b 4', 'b 3 old']);
  });

  it('leaves what is locked', async () => {
    const bucket = await bucketWith('locked', {
      Expiration: { Days: 1 },
      NoncurrentVersionExpiration: { NoncurrentDays: 1 },
    });
    bucket.store.setVersioning('locked', 'Enabled');
    const lock = '<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled></ObjectLockConfiguration>';
    bucket.store.putSetting('locked', 'object-lock', lock);
    await bucket.put('a', '1', { ObjectLockLegalHoldStatus: 'ON' });
    await bucket.client.send(new DeleteObjectCommand({ Bucket: 'locked', Key: 'a' }));
    bucket.pass(10);
    expect(await bucket.versions()).toContain('a 1 old');
  });

  it('aborts multipart uploads', async () => {
    const bucket = await bucketWith('uploads', { AbortIncompleteMultipartUpload: { DaysAfterInitiation: 3 } });
    const upload = { Bucket: 'uploads', Key: 'a' };
    const { UploadId } = await bucket.client.send(new CreateMultipartUploadCommand(upload));
    await bucket.client.send(new UploadPartCommand({ ...upload, UploadId, PartNumber: 1, Body: 'x' }));
    const open = async () =>
      (await bucket.client.send(new ListMultipartUploadsCommand({ Bucket: 'uploads' }))).Uploads?.length ?? 0;
    bucket.pass(3);
    expect(await open()).toBe(1);
    bucket.pass(1);
    expect([await open(), bucket.files()]).toEqual([0, []]);
  });

  it.each([
    ['without an action', {}, 'InvalidRequest'],
    ['with no days', { Expiration: { Days: 0 } }, 'InvalidArgument'],
    ['with an hour', { Expiration: { Date: new Date('2030-01-01T05:00:00Z') } }, 'InvalidArgument'],
    ['with a state of its own', { Status: 'On' as never, Expiration: { Days: 1 } }, 'MalformedXML'],
  ])('is refused: %s', async (name, rule, code) => {
    const bucket = await bucketWith(`refused-${name.replaceAll(' ', '-')}`);
    expect(await refusalOf(bucket.putRules([rule]))).toBe(code);
  });
});
