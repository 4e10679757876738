import { randomUUID } from 'node:crypto';
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  GetObjectLegalHoldCommand,
  GetObjectLockConfigurationCommand,
  GetObjectRetentionCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectLegalHoldCommand,
  PutObjectLockConfigurationCommand,
  PutObjectRetentionCommand,
} from '@aws-sdk/client-s3';
import { afterAll, describe, expect, it } from '@jest/globals';
import { openTestStore, refusalOf } from './harness.ts';

const Bucket = 'versioned';
const s3 = await openTestStore(Bucket);
const { client, put, get } = s3;
afterAll(() => s3.stop());

const setStatus = (Status: 'Enabled' | 'Suspended') =>
  client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }));
const versionsOf = async (Prefix: string) => client.send(new ListObjectVersionsCommand({ Bucket, Prefix }));

it('keeps every version once it is enabled', async () => {
  const Key = randomUUID();
  expect((await client.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBeUndefined();
  expect((await put(Key, 'before')).VersionId).toBeUndefined();
  await setStatus('Enabled');
  expect(await client.send(new GetBucketVersioningCommand({ Bucket }))).toMatchObject({ Status: 'Enabled' });
  const { VersionId: first } = await put(Key, 'first');
  const { VersionId: second } = await put(Key, 'second');
  expect([await get(Key), await get(Key, first), await get(Key, 'null')]).toEqual(['second', 'first', 'before']);
  expect((await versionsOf(Key)).Versions).toMatchObject([
    { VersionId: second, IsLatest: true, Size: 6 },
    { VersionId: first, IsLatest: false },
    { VersionId: 'null', IsLatest: false },
  ]);

  const marker = await client.send(new DeleteObjectCommand({ Bucket, Key }));
  expect(marker).toMatchObject({ DeleteMarker: true, VersionId: expect.any(String) });
  expect(await refusalOf(get(Key))).toBe('NoSuchKey');
  expect(await refusalOf(get(Key, marker.VersionId))).toBe('MethodNotAllowed');
  expect(await refusalOf(get(Key, 'never-there'))).toBe('NoSuchVersion');
  expect((await client.send(new ListObjectsV2Command({ Bucket, Prefix: Key }))).KeyCount).toBe(0);
  expect((await versionsOf(Key)).DeleteMarkers).toMatchObject([{ VersionId: marker.VersionId, IsLatest: true }]);

  await client.send(new DeleteObjectCommand({ Bucket, Key, VersionId: marker.VersionId }));
  await client.send(new DeleteObjectCommand({ Bucket, Key, VersionId: second }));
  expect(await get(Key)).toBe('first');
  expect(await client.send(new HeadObjectCommand({ Bucket, Key }))).toMatchObject({ VersionId: first });
});

it('puts what is written while it is suspended in the place of the version without an id', async () => {
  const Key = randomUUID();
  await setStatus('Enabled');
  const { VersionId: kept } = await put(Key, 'kept');
  await setStatus('Suspended');
  await put(Key, 'one');
  await put(Key, 'two');
  expect([await get(Key), await get(Key, kept)]).toEqual(['two', 'kept']);
  expect((await versionsOf(Key)).Versions?.map(({ VersionId }) => VersionId)).toEqual(['null', kept]);
  expect(await client.send(new DeleteObjectCommand({ Bucket, Key }))).toMatchObject({ VersionId: 'null' });
  const { Versions, DeleteMarkers } = await versionsOf(Key);
  expect([Versions?.map(({ VersionId }) => VersionId), DeleteMarkers]).toMatchObject([[kept], [{ VersionId: 'null' }]]);
});

it('lists versions page by page, also while they are deleted', async () => {
  await setStatus('Enabled');
  const prefix = randomUUID();
  for (const Key of ['a', 'a', 'a', 'b', 'c/1', 'c/2']) await put(`${prefix}/${Key}`, 'x');
  const list = (more: object) =>
    client.send(new ListObjectVersionsCommand({ Bucket, Prefix: `${prefix}/`, MaxKeys: 2, ...more }));
  const seen: unknown[] = [];
  let page = await list({});
  for (;;) {
    const Objects = (page.Versions ?? []).map(({ Key, VersionId }) => ({ Key, VersionId }));
    seen.push(...Objects.map(({ Key }) => Key?.split('/').slice(1).join('/')));
    await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    if (page.IsTruncated !== true) break;
    page = await list({ KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker });
  }
  expect(seen).toEqual(['a', 'a', 'a', 'b', 'c/1', 'c/2']);
});

it('refuses to remove a bucket that has versions left', async () => {
  await setStatus('Enabled');
  await put('left', 'x');
  await client.send(new DeleteObjectCommand({ Bucket, Key: 'left' }));
  expect(await refusalOf(client.send(new DeleteBucketCommand({ Bucket })))).toBe('BucketNotEmpty');
});

describe('a bucket with locks', () => {
  const Locked = 'locked';
  const lock = async () => {
    await client
      .send(new CreateBucketCommand({ Bucket: Locked, ObjectLockEnabledForBucket: true }))
      .catch(() => undefined);
    const Key = randomUUID();
    const { VersionId } = await client.send(new PutObjectCommand({ Bucket: Locked, Key, Body: 'kept' }));
    const target = { Bucket: Locked, Key, VersionId };
    const remove = (BypassGovernanceRetention = false) =>
      refusalOf(client.send(new DeleteObjectCommand({ ...target, BypassGovernanceRetention })));
    const retain = (Mode: 'GOVERNANCE' | 'COMPLIANCE', days: number, BypassGovernanceRetention = false) => {
      const Retention = { Mode, RetainUntilDate: new Date(s3.clock.now + days * 86_400_000) };
      return refusalOf(client.send(new PutObjectRetentionCommand({ ...target, Retention, BypassGovernanceRetention })));
    };
    return { target, remove, retain };
  };

  it('keeps a version until its time is over', async () => {
    const { target, remove, retain } = await lock();
    expect(await retain('COMPLIANCE', 10)).toBe('not refused');
    expect((await client.send(new GetObjectRetentionCommand(target))).Retention?.Mode).toBe('COMPLIANCE');
    expect([
      await remove(),
      await remove(true),
      await retain('COMPLIANCE', 5, true),
      await retain('GOVERNANCE', 20, true),
    ]).toEqual(Array(4).fill('AccessDenied'));
    expect(await retain('COMPLIANCE', 11)).toBe('not refused');
    // Without a version's id only a delete marker is made, which takes nothing away.
    await client.send(new DeleteObjectCommand({ Bucket: target.Bucket, Key: target.Key }));
    s3.clock.now += 12 * 86_400_000;
    expect(await remove()).toBe('not refused');
  });

  it('gives way to one with leave where it governs only', async () => {
    const { remove, retain } = await lock();
    expect(await retain('GOVERNANCE', 10)).toBe('not refused');
    expect([await remove(), await retain('GOVERNANCE', 5)]).toEqual(['AccessDenied', 'AccessDenied']);
    expect([await retain('GOVERNANCE', 5, true), await remove(true)]).toEqual(['not refused', 'not refused']);
  });

  it('keeps a version that is held until it is let go', async () => {
    const { target, remove } = await lock();
    const hold = (Status: 'ON' | 'OFF') =>
      client.send(new PutObjectLegalHoldCommand({ ...target, LegalHold: { Status } }));
    expect(await refusalOf(client.send(new GetObjectLegalHoldCommand(target)))).toBe('NoSuchObjectLockConfiguration');
    await hold('ON');
    expect(await client.send(new GetObjectLegalHoldCommand(target))).toMatchObject({ LegalHold: { Status: 'ON' } });
    expect(await remove(true)).toBe('AccessDenied');
    await hold('OFF');
    expect(await remove()).toBe('not refused');
  });

  it('retains what is written as its configuration says', async () => {
    await lock();
    const Rule = { DefaultRetention: { Mode: 'GOVERNANCE' as const, Days: 2 } };
    const ObjectLockConfiguration = { ObjectLockEnabled: 'Enabled' as const, Rule };
    await client.send(new PutObjectLockConfigurationCommand({ Bucket: Locked, ObjectLockConfiguration }));
    const kept = await client.send(new GetObjectLockConfigurationCommand({ Bucket: Locked }));
    expect(kept).toMatchObject({ ObjectLockConfiguration });
    const { target } = await lock();
    const head = await client.send(new GetObjectCommand(target));
    expect(head.ObjectLockMode).toBe('GOVERNANCE');
    expect(head.ObjectLockRetainUntilDate!.getTime() - s3.clock.now).toBe(2 * 86_400_000);
    const suspend = new PutBucketVersioningCommand({
      Bucket: Locked,
      VersioningConfiguration: { Status: 'Suspended' },
    });
    expect(await refusalOf(client.send(suspend))).toBe('InvalidBucketState');
  });

  it('is made of one that has versions, and of no other', async () => {
    s3.store.createBucket('plain');
    const asked = { Bucket: 'plain', ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled' as const } };
    expect(await refusalOf(client.send(new PutObjectLockConfigurationCommand(asked)))).toBe('InvalidBucketState');
    expect(await refusalOf(put('x', 'x', { ObjectLockLegalHoldStatus: 'ON' }))).toBe('InvalidRequest');
    s3.store.setVersioning('plain', 'Enabled');
    await client.send(new PutObjectLockConfigurationCommand(asked));
  });
});
