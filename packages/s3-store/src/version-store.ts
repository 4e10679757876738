import type { DatabaseSync } from 'node:sqlite';
import type { BodyFile } from './bodies.ts';
import type { Checksum } from './checksums.ts';

export interface ObjectPart extends BodyFile {
  /** Base64, of this part alone; there is one where the upload has an algorithm. */
  readonly checksum?: string;
}

/** What a client says of an object as it writes it. */
export interface ObjectSettings {
  /** Headers that come back with it, by their names: `content-type`, `x-amz-storage-class`. */
  readonly headers: Readonly<Record<string, string>>;
  /** User metadata, by names without `x-amz-meta-`. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly tags: readonly Tag[];
  readonly retention?: Retention;
  readonly legalHold?: boolean;
}

export interface Tag {
  readonly key: string;
  readonly value: string;
}

export interface Retention {
  readonly mode: 'GOVERNANCE' | 'COMPLIANCE';
  /** Milliseconds since 1970. */
  readonly until: number;
}

export interface NewVersion extends ObjectSettings {
  /** Milliseconds since 1970. */
  readonly lastModified: number;
  /** Bytes. */
  readonly size: number;
  /** Without quotes. */
  readonly etag: string;
  readonly parts: readonly ObjectPart[];
  readonly multipart: boolean;
  readonly checksum?: Checksum;
}

export interface ObjectVersion extends NewVersion {
  readonly key: string;
  /** `null` of what was written without versioning. */
  readonly versionId: string;
  readonly deleteMarker: boolean;
  /** Later ones are larger. */
  readonly sequence: number;
}

export interface ListedVersion extends ObjectVersion {
  readonly isLatest: boolean;
}

export interface VersionStore {
  /** The latest one; a delete marker too. */
  latest(bucket: string, key: string): ObjectVersion | undefined;
  find(bucket: string, key: string, versionId: string): ObjectVersion | undefined;
  add(bucket: string, key: string, versionId: string, version: NewVersion, deleteMarker?: boolean): ObjectVersion;
  /** Brings tags or locks in line. */
  change(version: ObjectVersion): void;
  remove(bucket: string, key: string, versionId: string): void;
  /** Current objects in the order of their keys, from this key on, at most `PAGE`. */
  page(bucket: string, from: string): ObjectVersion[];
  /** All versions in the order of their keys, the newest first, behind this one, at most `PAGE`. */
  versionsPage(bucket: string, from: string, before: number): ListedVersion[];
  isEmpty(bucket: string): boolean;
  /** Of all buckets; also of a version that is gone. */
  lastSequence(): number;
  /** Names of the files of all buckets. */
  files(): Iterable<string>;
}

export const PAGE = 1000;

interface Row {
  readonly key: string;
  readonly version_id: string;
  readonly delete_marker: number;
  readonly sequence: number;
  readonly document: string;
  readonly latest?: number;
}

export function openVersionStore(database: DatabaseSync): VersionStore {
  const fields = 'key, version_id, delete_marker, sequence, document';
  const latest = database.prepare(
    `SELECT ${fields} FROM s3_versions WHERE bucket = ? AND key = ? ORDER BY sequence DESC LIMIT 1`,
  );
  const find = database.prepare(`SELECT ${fields} FROM s3_versions WHERE bucket = ? AND key = ? AND version_id = ?`);
  const insert = database.prepare(
    'INSERT INTO s3_versions (bucket, key, version_id, delete_marker, document) VALUES (?, ?, ?, ?, ?)',
  );
  const change = database.prepare('UPDATE s3_versions SET document = ? WHERE sequence = ?');
  const remove = database.prepare('DELETE FROM s3_versions WHERE bucket = ? AND key = ? AND version_id = ?');
  // SQLite takes the other columns from the row that has the maximum.
  const page = database.prepare(`
    SELECT key, version_id, delete_marker, max(sequence) AS sequence, document FROM s3_versions
    WHERE bucket = ? AND key >= ? GROUP BY key HAVING delete_marker = 0 ORDER BY key LIMIT ${PAGE}`);
  const versionsPage = database.prepare(`
    SELECT ${fields}, (
      SELECT max(sequence) FROM s3_versions AS other WHERE other.bucket = it.bucket AND other.key = it.key
    ) AS latest FROM s3_versions AS it
    WHERE bucket = ?1 AND (key > ?2 OR key = ?2 AND sequence < ?3) ORDER BY key, sequence DESC LIMIT ${PAGE}`);
  const some = database.prepare('SELECT 1 FROM s3_versions WHERE bucket = ? LIMIT 1');
  const sequence = database.prepare("SELECT seq FROM sqlite_sequence WHERE name = 's3_versions'");
  const documents = database.prepare('SELECT document FROM s3_versions');
  const one = (row: unknown): ObjectVersion | undefined => (row === undefined ? undefined : versionOf(row as Row));
  return {
    latest: (bucket, key) => one(latest.get(bucket, key)),
    find: (bucket, key, versionId) => one(find.get(bucket, key, versionId)),
    add(bucket, key, versionId, version, deleteMarker = false) {
      const { lastInsertRowid } = insert.run(bucket, key, versionId, deleteMarker ? 1 : 0, JSON.stringify(version));
      return { ...version, key, versionId, deleteMarker, sequence: Number(lastInsertRowid) };
    },
    change({ key: _key, versionId: _id, deleteMarker: _marker, sequence, ...version }) {
      change.run(JSON.stringify(version), sequence);
    },
    remove: (bucket, key, versionId) => void remove.run(bucket, key, versionId),
    page: (bucket, from) => (page.all(bucket, from) as unknown as Row[]).map(versionOf),
    versionsPage: (bucket, from, before) =>
      (versionsPage.all(bucket, from, before) as unknown as Row[]).map((row) => ({
        ...versionOf(row),
        isLatest: row.latest === row.sequence,
      })),
    isEmpty: (bucket) => some.get(bucket) === undefined,
    lastSequence: () => (sequence.get() as { seq: number } | undefined)?.seq ?? 0,
    *files() {
      for (const { document } of documents.iterate() as IterableIterator<unknown> as Iterable<Row>) {
        yield* (JSON.parse(document) as NewVersion).parts.map(({ file }) => file);
      }
    },
  };
}

const versionOf = ({ key, version_id: versionId, delete_marker: deleteMarker, sequence, document }: Row) => ({
  ...(JSON.parse(document) as NewVersion),
  ...{ key, versionId, deleteMarker: deleteMarker === 1, sequence },
});
