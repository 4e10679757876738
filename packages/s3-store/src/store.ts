import type { DatabaseSync } from 'node:sqlite';
import type { Answer } from './answer.ts';
import { type Bodies, type BodyFile } from './bodies.ts';
import type { Bucket, BucketStore } from './bucket-store.ts';
import { S3Error } from './s3-error.ts';
import type { S3Request } from './s3-request.ts';
import type { UploadStore } from './upload-store.ts';
import type { ObjectVersion, VersionStore } from './version-store.ts';

/** What happened to an object. Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html */
export type ChangeType =
  | 'ObjectCreated:Put'
  | 'ObjectCreated:Post'
  | 'ObjectCreated:Copy'
  | 'ObjectCreated:CompleteMultipartUpload'
  | 'ObjectRemoved:Delete'
  | 'ObjectRemoved:DeleteMarkerCreated'
  | 'ObjectTagging:Put'
  | 'ObjectTagging:Delete';

export interface ObjectChange {
  readonly type: ChangeType;
  readonly bucket: string;
  readonly key: string;
  /** Of a bucket that has versions. */
  readonly versionId?: string;
  /** Bytes; not of what is gone. */
  readonly size?: number;
  /** Without quotes; not of what is gone. */
  readonly etag?: string;
  /** Hexadecimal, of equal length: a later change of a key has the greater one. */
  readonly sequencer: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Who asked. */
  readonly sourceIp: string;
  readonly requestId: string;
}

/** A bucket's notification to one destination. */
export interface Notification {
  readonly bucket: string;
  /** ARN of a function, queue or topic; the account's event bus by default. */
  readonly destination?: string;
  readonly id: string;
  /** For people: `aws.s3 ObjectCreated:Put a/b`. */
  readonly label: string;
  readonly message: object;
  /** Milliseconds since 1970. */
  readonly at: number;
}

export interface Store {
  readonly database: DatabaseSync;
  readonly buckets: BucketStore;
  readonly versions: VersionStore;
  readonly uploads: UploadStore;
  readonly bodies: Bodies;
  readonly region: string;
  readonly accountId: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Runs synchronous work in one transaction. */
  readonly atomically: <T>(work: () => T) => T;
  /** Called within the transaction of the change. */
  readonly notify: (notification: Notification) => void;
}

/** One of S3's actions. */
export type Operation = (request: S3Request) => Answer | Promise<Answer>;
export type Operations = Readonly<Record<string, Operation>>;

/** @throws S3Error `NoSuchBucket` */
export function requireBucket({ buckets }: Pick<Store, 'buckets'>, { bucket = '' }: Pick<S3Request, 'bucket'>): Bucket {
  const found = buckets.find(bucket);
  if (found === undefined) throw new S3Error('NoSuchBucket', undefined, { details: { BucketName: bucket } });
  return found;
}

/** The version that a request names, or the latest; not a delete marker. @throws S3Error */
export function requireVersion(
  { versions }: Pick<Store, 'versions'>,
  bucket: Bucket,
  key: string,
  versionId: string | undefined,
): ObjectVersion {
  const found =
    versionId === undefined ? versions.latest(bucket.name, key) : versions.find(bucket.name, key, versionId);
  if (found === undefined) {
    if (versionId === undefined) throw new S3Error('NoSuchKey', undefined, { details: { Key: key } });
    throw new S3Error('NoSuchVersion', undefined, { details: { Key: key, VersionId: versionId } });
  }
  if (!found.deleteMarker) return found;
  const headers = { 'x-amz-delete-marker': 'true', 'x-amz-version-id': found.versionId };
  if (versionId === undefined) throw new S3Error('NoSuchKey', undefined, { details: { Key: key }, headers });
  throw new S3Error('MethodNotAllowed', undefined, { headers: { ...headers, allow: 'DELETE' } });
}

/** Of a bucket that has, or had, versions. */
export const versionHeader = (
  bucket: Bucket,
  { versionId }: Pick<ObjectVersion, 'versionId'>,
): Record<string, string> => (bucket.versioning === undefined ? {} : { 'x-amz-version-id': versionId });

export const quoted = (etag: string): string => `"${etag}"`;

export const ownerId = ({ accountId }: Pick<Store, 'accountId'>): string => accountId.padStart(64, '0');

/** Whole seconds, as S3 keeps times. */
export const secondsOf = (milliseconds: number): number => Math.floor(milliseconds / 1000) * 1000;

export const filesOf = (versions: readonly ObjectVersion[]): BodyFile[] => versions.flatMap(({ parts }) => parts);
