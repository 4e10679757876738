import { randomId } from './answer.ts';
import type { BodyFile } from './bodies.ts';
import type { Bucket } from './bucket-store.ts';
import { checkDelete, checkWrite } from './conditions.ts';
import { checkRemoval, defaultLock } from './object-lock.ts';
import type { S3Request } from './s3-request.ts';
import { tell } from './tell.ts';
import { type ChangeType, filesOf, requireBucket, secondsOf, type Store } from './store.ts';
import type { NewVersion, ObjectVersion } from './version-store.ts';

/** Of what was written without versioning, or while that is suspended. */
const NULL_VERSION = 'null';

export interface Committed {
  readonly bucket: Bucket;
  readonly version: ObjectVersion;
}

/**
 * Makes the version the latest one of the request's key, if the request's conditions hold: afterwards all of it is
 * there, or what was before.
 * @param more is done in the same transaction
 * @throws S3Error
 */
export function commitVersion(
  store: Store,
  request: S3Request,
  version: Omit<NewVersion, 'lastModified'>,
  type: ChangeType,
  more: () => void = () => {},
): Committed {
  const { versions, bodies, atomically, now } = store;
  const { key = '' } = request;
  let replaced: BodyFile[] = [];
  const committed = atomically(() => {
    const bucket = requireBucket(store, request);
    checkWrite(request.header, versions.latest(bucket.name, key));
    const versionId = bucket.versioning === 'Enabled' ? randomId() : NULL_VERSION;
    replaced = removeVersion(store, bucket.name, key, versionId);
    const lock = version.retention === undefined ? defaultLock(store, bucket, now()) : {};
    const whole = { ...version, ...lock, lastModified: secondsOf(now()) };
    const added = versions.add(bucket.name, key, versionId, whole);
    more();
    tell(store, request, bucket, added, type);
    return { bucket, version: added };
  });
  bodies.remove(replaced);
  return committed;
}

export interface Removed {
  readonly bucket: Bucket;
  /** What is gone, or the delete marker that was made; undefined where there was nothing. */
  readonly version?: Pick<ObjectVersion, 'versionId' | 'deleteMarker'>;
}

/**
 * Removes one version, or the object: of a bucket with versions that makes a delete marker.
 * @param match what its entity tag has to be
 * @throws S3Error
 */
export function deleteObject(
  store: Store,
  request: S3Request,
  { key, versionId, match }: { readonly key: string; readonly versionId?: string; readonly match?: string },
): Removed {
  const { versions, bodies, atomically, now } = store;
  let gone: BodyFile[] = [];
  const removed = atomically((): Removed => {
    const bucket = requireBucket(store, request);
    const { name, versioning } = bucket;
    checkDelete(match, versions.latest(name, key));
    if (versionId !== undefined) {
      const version = versions.find(name, key, versionId);
      if (version === undefined) return { bucket };
      checkRemoval(version, request.header, now());
      gone = removeVersion(store, name, key, versionId);
      tell(store, request, bucket, version, 'ObjectRemoved:Delete');
      return { bucket, version };
    }
    if (versioning === undefined) {
      const version = versions.find(name, key, NULL_VERSION);
      gone = removeVersion(store, name, key, NULL_VERSION);
      if (version !== undefined) tell(store, request, bucket, version, 'ObjectRemoved:Delete');
      return { bucket };
    }
    const marked = markDeleted(store, bucket, key);
    const { version } = marked;
    gone = marked.gone;
    tell(store, request, bucket, version, 'ObjectRemoved:DeleteMarkerCreated');
    return { bucket, version };
  });
  bodies.remove(gone);
  return removed;
}

/** Makes a delete marker the latest version. The files of what it replaces are for the caller to remove, as below. */
export function markDeleted(
  store: Store,
  { name, versioning }: Bucket,
  key: string,
): { readonly version: ObjectVersion; readonly gone: BodyFile[] } {
  const markerId = versioning === 'Enabled' ? randomId() : NULL_VERSION;
  const gone = removeVersion(store, name, key, markerId);
  const marker = { headers: {}, metadata: {}, tags: [], size: 0, etag: '', parts: [], multipart: false };
  const whole = { ...marker, lastModified: secondsOf(store.now()) };
  return { version: store.versions.add(name, key, markerId, whole, true), gone };
}

/** Its files are for the caller to remove, when the transaction has ended. */
export function removeVersion({ versions }: Store, bucket: string, key: string, versionId: string): BodyFile[] {
  const version = versions.find(bucket, key, versionId);
  if (version === undefined) return [];
  versions.remove(bucket, key, versionId);
  return filesOf([version]);
}
