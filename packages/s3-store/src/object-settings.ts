import { parseLockHeaders } from './object-lock.ts';
import { notImplemented, S3Error } from './s3-error.ts';
import type { S3Request } from './s3-request.ts';
import { type Bucket } from './bucket-store.ts';
import { allowsAcls, defaultEncryption } from './settings.ts';
import type { Store } from './store.ts';
import { parseTagHeader } from './tags.ts';
import type { ObjectSettings } from './version-store.ts';

const CONTENT = ['cache-control', 'content-disposition', 'content-language', 'content-type', 'expires'];
const ENCRYPTION = 'x-amz-server-side-encryption';
const KEY_ID = `${ENCRYPTION}-aws-kms-key-id`;
const STORAGE_CLASS = 'x-amz-storage-class';
const CLASSES = ['STANDARD', 'REDUCED_REDUNDANCY', 'STANDARD_IA', 'ONEZONE_IA', 'INTELLIGENT_TIERING', 'GLACIER_IR'];
/** Objects of these cannot be read until they are restored. */
const ARCHIVES = ['GLACIER', 'DEEP_ARCHIVE'];
const ALGORITHMS = ['AES256', 'aws:kms', 'aws:kms:dsse'];
const PRIVATE_ACLS = ['private', 'bucket-owner-full-control'];
const MAX_METADATA_BYTES = 2048;
const META = 'x-amz-meta-';

/** What the headers of a request say of the object that it writes. @throws S3Error */
export function objectSettings(store: Store, bucket: Bucket, request: S3Request): ObjectSettings {
  const { header, query, incoming } = request;
  checkAcl(store, bucket, header('x-amz-acl'));
  const tagging = header('x-amz-tagging');
  return {
    headers: {
      'content-type': 'binary/octet-stream',
      ...Object.fromEntries(CONTENT.flatMap((name) => (header(name) ? [[name, header(name)!]] : []))),
      ...contentEncoding(header('content-encoding')),
      ...storageClass(header(STORAGE_CLASS)),
      ...encryption(header(ENCRYPTION), header(KEY_ID), defaultEncryption(store, bucket.name)),
    },
    metadata: metadataOf([...query, ...Object.entries(incoming.headers)]),
    tags: tagging === undefined ? [] : parseTagHeader(tagging),
    ...parseLockHeaders(header, bucket, store.now()),
  };
}

function metadataOf(headers: readonly (readonly [string, unknown])[]): Record<string, string> {
  const metadata = headers
    .filter(([name]) => name.startsWith(META))
    .map(([name, value]) => [name.slice(META.length), String(value)] as const);
  const size = metadata.reduce((sum, [name, value]) => sum + name.length + value.length, 0);
  if (size <= MAX_METADATA_BYTES) return Object.fromEntries(metadata);
  throw new S3Error('MetadataTooLarge', undefined, { details: { Size: size, MaxSizeAllowed: MAX_METADATA_BYTES } });
}

/** How the bytes arrive is not a part of the object. */
function contentEncoding(header: string | undefined): Record<string, string> {
  const kept = (header ?? '')
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '' && one !== 'aws-chunked');
  return kept.length === 0 ? {} : { 'content-encoding': kept.join(',') };
}

function storageClass(given: string | undefined): Record<string, string> {
  if (given === undefined || given === 'STANDARD') return {};
  if (ARCHIVES.includes(given)) throw notImplemented(`${STORAGE_CLASS}: ${given}`);
  if (!CLASSES.includes(given)) throw new S3Error('InvalidStorageClass');
  return { [STORAGE_CLASS]: given };
}

function encryption(
  given: string | undefined,
  keyId: string | undefined,
  byDefault: Record<string, string>,
): Record<string, string> {
  if (given === undefined) return byDefault;
  if (!ALGORITHMS.includes(given)) {
    throw new S3Error('InvalidArgument', 'The encryption method specified is not supported');
  }
  return { [ENCRYPTION]: given, ...(keyId !== undefined && { [KEY_ID]: keyId }) };
}

/** Objects belong to the bucket's owner alone. @throws S3Error */
export function checkAcl(store: Store, { name }: Pick<Bucket, 'name'>, acl: string | undefined): void {
  if (acl === undefined || PRIVATE_ACLS.includes(acl)) return;
  if (!allowsAcls(store, name)) throw new S3Error('AccessControlListNotSupported');
  throw notImplemented(`x-amz-acl: ${acl}`);
}
