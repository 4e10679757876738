import type { Bucket } from './bucket-store.ts';
import { elementOf, headerOf } from './checksums.ts';
import { lockHeaders } from './object-lock.ts';
import { quoted, versionHeader } from './store.ts';
import type { NewVersion, ObjectVersion } from './version-store.ts';

const ENCRYPTION = /^x-amz-server-side-encryption/;

export const encryptionHeaders = ({ headers }: Pick<ObjectVersion, 'headers'>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => ENCRYPTION.test(name)));

export function checksumHeaders({ checksum }: Pick<NewVersion, 'checksum'>): Record<string, string> {
  if (checksum === undefined) return {};
  return { [headerOf(checksum.algorithm)]: checksum.value, 'x-amz-checksum-type': checksum.type };
}

/** As elements of a document. */
export function checksumElements({ checksum }: Pick<NewVersion, 'checksum'>): Record<string, string> {
  if (checksum === undefined) return {};
  return { [elementOf(checksum.algorithm)]: checksum.value, ChecksumType: checksum.type };
}

/** What describes an object to its reader. */
export function objectHeaders(bucket: Bucket, version: ObjectVersion): Record<string, string> {
  const metadata = Object.entries(version.metadata).map(([name, value]) => [`x-amz-meta-${name}`, value] as const);
  return {
    ...version.headers,
    ...Object.fromEntries(metadata),
    'accept-ranges': 'bytes',
    etag: quoted(version.etag),
    'last-modified': new Date(version.lastModified).toUTCString(),
    ...versionHeader(bucket, version),
    ...lockHeaders(version),
    ...(version.tags.length > 0 && { 'x-amz-tagging-count': String(version.tags.length) }),
  };
}
