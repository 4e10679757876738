import type { DatabaseSync } from 'node:sqlite';

export interface Bucket {
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  /** Undefined where it never was enabled. */
  readonly versioning?: 'Enabled' | 'Suspended';
  readonly objectLock: boolean;
}

export interface BucketStore {
  find(name: string): Bucket | undefined;
  all(): Bucket[];
  save(bucket: Bucket): void;
  /** Its settings too. */
  remove(name: string): void;
  /** A setting's document, as its client sent it. */
  setting(bucket: string, name: string): string | undefined;
  saveSetting(bucket: string, name: string, document: string): void;
  removeSetting(bucket: string, name: string): void;
}

interface BucketRow {
  readonly name: string;
  readonly created_at: number;
  readonly versioning: 'Enabled' | 'Suspended' | null;
  readonly object_lock: number;
}

export function openBucketStore(database: DatabaseSync): BucketStore {
  const find = database.prepare('SELECT * FROM s3_buckets WHERE name = ?');
  const all = database.prepare('SELECT * FROM s3_buckets ORDER BY name');
  const save = database.prepare('INSERT OR REPLACE INTO s3_buckets VALUES (?, ?, ?, ?)');
  const remove = database.prepare('DELETE FROM s3_buckets WHERE name = ?');
  const removeSettings = database.prepare('DELETE FROM s3_settings WHERE bucket = ?');
  const setting = database.prepare('SELECT document FROM s3_settings WHERE bucket = ? AND name = ?');
  const saveSetting = database.prepare('INSERT OR REPLACE INTO s3_settings VALUES (?, ?, ?)');
  const removeSetting = database.prepare('DELETE FROM s3_settings WHERE bucket = ? AND name = ?');
  return {
    find(name) {
      const row = find.get(name) as BucketRow | undefined;
      return row === undefined ? undefined : bucketOf(row);
    },
    all: () => (all.all() as unknown as BucketRow[]).map(bucketOf),
    save: ({ name, createdAt, versioning = null, objectLock }) =>
      void save.run(name, createdAt, versioning, objectLock ? 1 : 0),
    remove(name) {
      remove.run(name);
      removeSettings.run(name);
    },
    setting: (bucket, name) => (setting.get(bucket, name) as { document: string } | undefined)?.document,
    saveSetting: (bucket, name, document) => void saveSetting.run(bucket, name, document),
    removeSetting: (bucket, name) => void removeSetting.run(bucket, name),
  };
}

const bucketOf = ({ name, created_at: createdAt, versioning, object_lock: objectLock }: BucketRow): Bucket => ({
  ...{ name, createdAt, objectLock: objectLock === 1 },
  ...(versioning !== null && { versioning }),
});
