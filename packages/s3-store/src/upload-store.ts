import type { DatabaseSync } from 'node:sqlite';
import type { StoredBody } from './bodies.ts';
import type { Algorithm, Checksum } from './checksums.ts';
import type { ObjectSettings } from './version-store.ts';

/** A multipart upload that is neither completed nor aborted. */
export interface Upload extends ObjectSettings {
  readonly id: string;
  readonly bucket: string;
  readonly key: string;
  /** Milliseconds since 1970. */
  readonly initiated: number;
  readonly algorithm: Algorithm;
  readonly checksumType: Checksum['type'];
  /** Whether its client named the algorithm. */
  readonly checksumAsked: boolean;
}

export interface UploadedPart extends StoredBody {
  /** From 1. */
  readonly number: number;
  /** Milliseconds since 1970. */
  readonly lastModified: number;
}

export interface UploadStore {
  find(id: string): Upload | undefined;
  /** In the order of their keys. */
  ofBucket(bucket: string): Upload[];
  add(upload: Upload): void;
  /** Its parts too; their files stay. */
  remove(id: string): void;
  parts(id: string): UploadedPart[];
  savePart(id: string, part: UploadedPart): void;
  /** Names of the files of all parts. */
  files(): Iterable<string>;
}

interface Row {
  readonly document: string;
}

export function openUploadStore(database: DatabaseSync): UploadStore {
  const find = database.prepare('SELECT document FROM s3_uploads WHERE id = ?');
  const ofBucket = database.prepare('SELECT document FROM s3_uploads WHERE bucket = ? ORDER BY key, rowid');
  const add = database.prepare('INSERT INTO s3_uploads VALUES (?, ?, ?, ?)');
  const remove = database.prepare('DELETE FROM s3_uploads WHERE id = ?');
  const removeParts = database.prepare('DELETE FROM s3_parts WHERE upload = ?');
  const parts = database.prepare('SELECT document FROM s3_parts WHERE upload = ? ORDER BY number');
  const savePart = database.prepare('INSERT OR REPLACE INTO s3_parts VALUES (?, ?, ?)');
  const documents = database.prepare('SELECT document FROM s3_parts');
  const read = <T>(rows: unknown): T[] => (rows as Row[]).map(({ document }) => JSON.parse(document) as T);
  return {
    find: (id) => read<Upload>(find.all(id))[0],
    ofBucket: (bucket) => read<Upload>(ofBucket.all(bucket)),
    add: (upload) => void add.run(upload.id, upload.bucket, upload.key, JSON.stringify(upload)),
    remove(id) {
      remove.run(id);
      removeParts.run(id);
    },
    parts: (id) => read<UploadedPart>(parts.all(id)),
    savePart: (id, part) => void savePart.run(id, part.number, JSON.stringify(part)),
    files: () => read<UploadedPart>(documents.all()).map(({ file }) => file),
  };
}
