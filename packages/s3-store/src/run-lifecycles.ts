import type { BodyFile } from './bodies.ts';
import type { Bucket } from './bucket-store.ts';
import { markDeleted, removeVersion } from './commit.ts';
import { isDue, type LifecycleRule, parseLifecycle } from './lifecycle.ts';
import type { Store } from './store.ts';
import type { ListedVersion } from './version-store.ts';

/**
 * Does what the buckets' life cycles say is due: objects and noncurrent versions expire, delete markers without versions
 * go, multipart uploads are aborted. What is locked stays. Nobody is notified.
 */
export function runLifecycles(store: Store): void {
  for (const bucket of store.buckets.all()) {
    const document = store.buckets.setting(bucket.name, 'lifecycle');
    if (document === undefined) continue;
    const rules = parseLifecycle(document);
    const files = store.atomically(() => [
      ...expireVersions(store, bucket, rules),
      ...abortUploads(store, bucket, rules),
    ]);
    store.bodies.remove(files);
  }
}

function expireVersions(store: Store, bucket: Bucket, rules: readonly LifecycleRule[]): BodyFile[] {
  const now = store.now();
  const gone: BodyFile[] = [];
  for (const versions of byKey(store, bucket.name)) {
    const [latest, ...noncurrent] = versions;
    noncurrent.forEach((version, index) => {
      const since = versions[index]!.lastModified;
      const expires = rules.some(
        ({ noncurrent: rule, matches }) =>
          rule !== undefined && index >= rule.newer && matches(version) && isDue(since, rule.days, now),
      );
      if (expires && !isLocked(version, now))
        gone.push(...removeVersion(store, bucket.name, version.key, version.versionId));
    });
    const own = rules.filter(({ expiration, matches }) => expiration !== undefined && matches(latest!));
    if (latest!.deleteMarker) {
      const alone = store.versions.versionsPage(bucket.name, latest!.key, latest!.sequence)[0]?.key !== latest!.key;
      if (alone && own.some(({ expiration }) => expiration!.deleteMarkers)) {
        store.versions.remove(bucket.name, latest!.key, latest!.versionId);
      }
    } else if (own.some(({ expiration }) => expires(expiration!, latest!.lastModified, now))) {
      if (bucket.versioning !== undefined) gone.push(...markDeleted(store, bucket, latest!.key).gone);
      else if (!isLocked(latest!, now)) gone.push(...removeVersion(store, bucket.name, latest!.key, latest!.versionId));
    }
  }
  return gone;
}

const expires = ({ days, date }: NonNullable<LifecycleRule['expiration']>, since: number, now: number): boolean =>
  (days !== undefined && isDue(since, days, now)) || (date !== undefined && date <= now);

const isLocked = ({ retention, legalHold }: ListedVersion, now: number): boolean =>
  legalHold === true || (retention !== undefined && retention.until > now);

/** The versions of one key after the other, the newest first. */
function* byKey({ versions }: Store, bucket: string): Generator<ListedVersion[]> {
  let held: ListedVersion[] = [];
  let [key, sequence] = ['', 0];
  for (;;) {
    const page = versions.versionsPage(bucket, key, sequence);
    for (const version of page) {
      if (held.length > 0 && held[0]!.key !== version.key) {
        yield held;
        held = [];
      }
      held.push(version);
      ({ key, sequence } = version);
    }
    if (page.length === 0) break;
  }
  if (held.length > 0) yield held;
}

function abortUploads({ uploads, now }: Store, { name }: Bucket, rules: readonly LifecycleRule[]): BodyFile[] {
  const due = uploads
    .ofBucket(name)
    .filter((upload) =>
      rules.some(
        ({ abortAfterDays: days, matches }) =>
          days !== undefined && matches({ ...upload, size: Number.MAX_VALUE }) && isDue(upload.initiated, days, now()),
      ),
    );
  const parts = due.flatMap(({ id }) => uploads.parts(id));
  for (const { id } of due) uploads.remove(id);
  return parts;
}
