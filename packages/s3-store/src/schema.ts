import type { DatabaseSync } from 'node:sqlite';

/** Within the database of the caller; bodies of objects are files beside it. */
export function createTables(database: DatabaseSync): void {
  database.exec(`
    CREATE TABLE IF NOT EXISTS s3_buckets (
      name TEXT PRIMARY KEY, created_at INTEGER NOT NULL, versioning TEXT, object_lock INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS s3_settings (
      bucket TEXT NOT NULL, name TEXT NOT NULL, document TEXT NOT NULL, PRIMARY KEY (bucket, name)
    ) STRICT;
    CREATE TABLE IF NOT EXISTS s3_versions (
      sequence INTEGER PRIMARY KEY AUTOINCREMENT, bucket TEXT NOT NULL, key TEXT NOT NULL, version_id TEXT NOT NULL,
      delete_marker INTEGER NOT NULL, document TEXT NOT NULL, UNIQUE (bucket, key, version_id)
    ) STRICT;
    CREATE INDEX IF NOT EXISTS s3_versions_by_key ON s3_versions (bucket, key, sequence);
    CREATE TABLE IF NOT EXISTS s3_uploads (
      id TEXT PRIMARY KEY, bucket TEXT NOT NULL, key TEXT NOT NULL, document TEXT NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS s3_parts (
      upload TEXT NOT NULL, number INTEGER NOT NULL, document TEXT NOT NULL, PRIMARY KEY (upload, number)
    ) STRICT;
  `);
}
