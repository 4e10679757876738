import { notImplemented } from './s3-error.ts';
import type { S3Request } from './s3-request.ts';

const LISTING = ['prefix', 'delimiter', 'max-keys', 'encoding-type'];
const OVERRIDES = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
];

/** Parameters of operations beside the one that names them. Any other asks for something else than is done. */
const PARAMETERS: Readonly<Record<string, readonly string[]>> = {
  'service GET': ['prefix', 'max-buckets', 'continuation-token', 'bucket-region'],
  'bucket GET': [...LISTING, 'marker'],
  'bucket GET list-type': [...LISTING, 'continuation-token', 'start-after', 'fetch-owner'],
  'bucket GET versions': [...LISTING, 'key-marker', 'version-id-marker'],
  'bucket GET uploads': ['prefix', 'delimiter', 'encoding-type', 'max-uploads', 'key-marker', 'upload-id-marker'],
  'object GET': ['versionId', 'partNumber', ...OVERRIDES.map((name) => `response-${name}`)],
  'object HEAD': ['versionId', 'partNumber', ...OVERRIDES.map((name) => `response-${name}`)],
  'object DELETE': ['versionId'],
  'object PUT partNumber': ['uploadId'],
  'object GET uploadId': ['max-parts', 'part-number-marker', 'encoding-type'],
};
const OF_A_VERSION = ['attributes', 'tagging', 'acl', 'retention', 'legal-hold'];

/** Names of operations are made of these parameters; another one belongs to an operation that is not here. */
const NAMING: Readonly<Record<string, readonly string[]>> = {
  object: ['partNumber', 'uploadId', 'uploads', ...OF_A_VERSION],
};

/** What is part of a signature, or of the SDK's bookkeeping. */
const IGNORED =
  /^(x-id|x-amz-(algorithm|credential|date|expires|signature|signedheaders|security-token|content-sha256)|awsaccesskeyid|signature|expires|content-type|content-md5)$/i;

const HEADERS = new Set(
  [
    ...['date', 'content-sha256', 'security-token', 'user-agent', 'trailer', 'decoded-content-length', 'request-payer'],
    ...['sdk-checksum-algorithm', 'checksum-algorithm', 'checksum-type', 'checksum-mode', 'checksum-crc32'],
    ...['checksum-crc32c', 'checksum-crc64nvme', 'checksum-sha1', 'checksum-sha256', 'expected-bucket-owner'],
    ...['source-expected-bucket-owner', 'acl', 'tagging', 'tagging-directive', 'metadata-directive', 'copy-source'],
    ...['copy-source-range', 'copy-source-if-match', 'copy-source-if-none-match', 'copy-source-if-modified-since'],
    ...['copy-source-if-unmodified-since', 'storage-class', 'server-side-encryption', 'bypass-governance-retention'],
    ...['server-side-encryption-aws-kms-key-id', 'server-side-encryption-context', 'object-attributes', 'max-parts'],
    ...['server-side-encryption-bucket-key-enabled', 'object-lock-mode', 'object-lock-retain-until-date'],
    ...['object-lock-legal-hold', 'object-ownership', 'bucket-object-lock-enabled', 'part-number-marker'],
    ...[
      'optional-object-attributes',
      'mp-object-size',
      'transition-default-minimum-object-size',
      'bucket-object-lock-token',
    ],
  ].map((name) => `x-amz-${name}`),
);

/**
 * The operation that a request asks for, by its name.
 * @param known names of all operations
 * @throws S3Error `NotImplemented`, which names what is not done here
 */
export function operationOf({ method, bucket, key, query, incoming }: S3Request, known: ReadonlySet<string>): string {
  const kind = bucket === undefined ? 'service' : key === undefined ? 'bucket' : 'object';
  const asked = [...query.keys()].filter((name) => !IGNORED.test(name) && !isKnown(name));
  const plain = `${kind} ${method}`;
  const naming = NAMING[kind]?.find((name) => asked.includes(name) && known.has(`${plain} ${name}`));
  const sub = naming ?? asked.find((name) => known.has(`${plain} ${name}`));
  // A part is read by the operation that reads the object.
  const isPartRead = sub === undefined || (naming === 'partNumber' && method !== 'PUT');
  const name = isPartRead ? plain : `${plain} ${sub}`;
  if (!known.has(name)) throw notImplemented(asked[0] === undefined ? `${method} of a ${kind}` : `?${asked[0]}`);
  const allowed = [sub, ...(PARAMETERS[name] ?? []), ...(sub && OF_A_VERSION.includes(sub) ? ['versionId'] : [])];
  const other = asked.find((parameter) => !allowed.includes(parameter));
  if (other !== undefined) throw notImplemented(`?${other}`);
  const header = Object.keys(incoming.headers).find((one) => one.startsWith('x-amz-') && !isKnown(one));
  if (header !== undefined) throw notImplemented(header);
  return name;
}

const isKnown = (header: string): boolean => HEADERS.has(header) || header.startsWith('x-amz-meta-');
