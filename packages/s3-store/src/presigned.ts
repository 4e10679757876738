import { S3Error } from './s3-error.ts';
import type { S3Request } from './s3-request.ts';

const DATE = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/;
const MAX_SECONDS = 604_800;

/**
 * Refuses a presigned URL whose time is over, of either version of signatures. The signature itself is not checked.
 * @throws S3Error `AccessDenied`
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-presigned-url.html
 */
export function checkPresigned({ query }: S3Request, now: number): void {
  const expires = expiryOf(query);
  if (expires === undefined) return;
  if (Number.isNaN(expires)) throw new S3Error('AccessDenied', 'The time of the presigned URL cannot be read.');
  if (expires >= now) return;
  const details = { Expires: new Date(expires).toISOString(), ServerTime: new Date(now).toISOString() };
  throw new S3Error('AccessDenied', 'Request has expired', { details });
}

/** Milliseconds; undefined of a request that is not presigned. */
function expiryOf(query: URLSearchParams): number | undefined {
  if (query.has('X-Amz-Signature')) {
    const [, ...parts] = DATE.exec(query.get('X-Amz-Date') ?? '') ?? [];
    const [year = NaN, month = NaN, day, hour, minute, second] = parts.map(Number);
    const seconds = Number(query.get('X-Amz-Expires') ?? NaN);
    if (!(seconds >= 0)) return NaN;
    if (seconds > MAX_SECONDS) throw new S3Error('AccessDenied', 'X-Amz-Expires must be less than a week (in seconds)');
    return Date.UTC(year, month - 1, day, hour, minute, second) + seconds * 1000;
  }
  return isSignedByVersion2(query) ? Number(query.get('Expires')) * 1000 : undefined;
}

/** As SDKs of the past, and boto3 by default, presign URLs. */
export const isSignedByVersion2 = (query: URLSearchParams): boolean =>
  ['AWSAccessKeyId', 'Signature', 'Expires'].every((name) => query.has(name));
