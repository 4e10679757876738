import type { Readable } from 'node:stream';
import type { Bucket } from './bucket-store.ts';
import { type ByteRange } from './byte-range.ts';
import type { RequestBody } from './request-body.ts';
import { S3Error } from './s3-error.ts';
import type { S3Request } from './s3-request.ts';
import { requireBucket, requireVersion, type Store } from './store.ts';
import type { ObjectVersion } from './version-store.ts';

export interface CopySource {
  readonly bucket: Bucket;
  readonly version: ObjectVersion;
}

/** What `x-amz-copy-source` names: `/bucket/key?versionId=…`. @throws S3Error */
export function copySource(store: Store, { header }: S3Request): CopySource {
  const [path = '', versionId] = (header('x-amz-copy-source') ?? '').split('?versionId=');
  const [, name, key] = /^([^/]+)\/(.+)$/s.exec(decode(path).replace(/^\//, '')) ?? [];
  if (name === undefined || key === undefined) {
    throw new S3Error('InvalidArgument', 'Copy Source must mention the source bucket and key: sourcebucket/sourcekey');
  }
  const bucket = requireBucket(store, { bucket: name });
  return { bucket, version: requireVersion(store, bucket, key, versionId) };
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw new S3Error('InvalidArgument', 'Invalid copy source encoding.');
  }
}

/** The bytes of an object as those of a request. */
export function sourceBody({ bodies }: Store, { parts, size }: ObjectVersion, range?: ByteRange): RequestBody {
  const { start, end } = range ?? { start: 0, end: size };
  const chunks: Readable = bodies.read(parts, start, end);
  return { chunks: chunks as AsyncIterable<Buffer>, algorithm: undefined, expected: () => ({}) };
}
