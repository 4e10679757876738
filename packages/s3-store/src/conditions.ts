import { notImplemented, S3Error } from './s3-error.ts';
import type { ObjectVersion } from './version-store.ts';

type Headers = (name: string) => string | undefined;

const unquoted = (etag: string): string => etag.trim().replace(/^(?:W\/)?"(.*)"$/, '$1');

/** Whether one of the entity tags of a header is this one. */
const names = (header: string, { etag }: ObjectVersion): boolean =>
  header.split(',').some((one) => one.trim() === '*' || unquoted(one) === etag);

const failed = (Condition: string): S3Error => new S3Error('PreconditionFailed', undefined, { details: { Condition } });

/**
 * Whether an object may be read, by what its reader has already.
 * @param prefix `x-amz-copy-source-` where an object is read to be copied
 * @throws S3Error `PreconditionFailed`, or `NotModified`, which a copy has no use for
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-reads.html
 */
export function checkRead(header: Headers, version: ObjectVersion, prefix = ''): void {
  const [match, noneMatch] = [header(`${prefix}if-match`), header(`${prefix}if-none-match`)];
  const unmodified = timeOf(header(`${prefix}if-unmodified-since`));
  const modified = timeOf(header(`${prefix}if-modified-since`));
  if (match !== undefined) {
    if (!names(match, version)) throw failed('If-Match');
  } else if (unmodified !== undefined && version.lastModified > unmodified) throw failed('If-Unmodified-Since');
  const known =
    noneMatch !== undefined ? names(noneMatch, version) : modified !== undefined && version.lastModified <= modified;
  if (!known) return;
  if (prefix !== '') throw failed(noneMatch === undefined ? 'If-Modified-Since' : 'If-None-Match');
  const headers = { etag: `"${version.etag}"`, 'last-modified': new Date(version.lastModified).toUTCString() };
  throw new S3Error('NotModified', undefined, { headers });
}

/**
 * Whether an object may be written, by what is there.
 * @throws S3Error `PreconditionFailed`, `NoSuchKey`
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
export function checkWrite(header: Headers, current: ObjectVersion | undefined): void {
  const [match, noneMatch] = [header('if-match'), header('if-none-match')];
  if (noneMatch !== undefined && noneMatch !== '*') throw notImplemented('If-None-Match of a write, other than *');
  if (match === '*') throw notImplemented('If-Match of a write, as *');
  const there = current?.deleteMarker === false ? current : undefined;
  if (noneMatch !== undefined && there !== undefined) throw failed('If-None-Match');
  if (match === undefined) return;
  if (there === undefined) throw new S3Error('NoSuchKey');
  if (!names(match, there)) throw failed('If-Match');
}

/**
 * Whether an object may be deleted, by what is there.
 * @throws S3Error `PreconditionFailed`
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-deletes.html
 */
export function checkDelete(match: string | undefined, current: ObjectVersion | undefined): void {
  if (match === undefined) return;
  if (current === undefined || current.deleteMarker || !names(match, current)) throw failed('If-Match');
}

/** Milliseconds; undefined for a header that is not a date, which has no effect. */
function timeOf(header: string | undefined): number | undefined {
  const time = Date.parse(header ?? '');
  return Number.isNaN(time) ? undefined : time;
}
