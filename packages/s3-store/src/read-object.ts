import type { Answer } from './answer.ts';
import { type ByteRange, parseRange } from './byte-range.ts';
import { elementOf } from './checksums.ts';
import { checkRead } from './conditions.ts';
import { checksumElements, checksumHeaders, objectHeaders } from './object-headers.ts';
import { S3Error } from './s3-error.ts';
import type { S3Request } from './s3-request.ts';
import { type Operations, requireBucket, requireVersion, type Store, versionHeader } from './store.ts';
import type { ObjectVersion } from './version-store.ts';
import { document } from './xml.ts';

const OVERRIDES = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
];

/** Sources: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html, …/API_GetObjectAttributes.html */
export function readOperations(store: Store): Operations {
  const found = (request: S3Request) => {
    const bucket = requireBucket(store, request);
    const version = requireVersion(store, bucket, request.key ?? '', request.query.get('versionId') ?? undefined);
    return { bucket, version };
  };

  function describe(request: S3Request): Answer & { readonly version: ObjectVersion; readonly range: ByteRange } {
    const { bucket, version } = found(request);
    const { header, query } = request;
    checkRead(header, version);
    const whole = { start: 0, end: version.size };
    const partNumber = query.get('partNumber');
    const asked = partNumber === null ? parseRange(header('range'), version.size) : partOf(version, Number(partNumber));
    const range = asked ?? whole;
    const wantsChecksum = header('x-amz-checksum-mode')?.toUpperCase() === 'ENABLED' && asked === undefined;
    const overrides = OVERRIDES.map((name) => [name, query.get(`response-${name}`)] as const);
    return {
      ...{ version, range },
      status: asked === undefined ? 200 : 206,
      headers: {
        ...objectHeaders(bucket, version),
        ...(wantsChecksum && checksumHeaders(version)),
        ...Object.fromEntries(overrides.filter(([, value]) => value !== null) as [string, string][]),
        'content-length': range.end - range.start,
        ...(asked !== undefined && { 'content-range': `bytes ${range.start}-${range.end - 1}/${version.size}` }),
        ...(partNumber !== null && version.multipart && { 'x-amz-mp-parts-count': version.parts.length }),
      },
    };
  }

  return {
    'object GET'(request) {
      const { version, range, ...answer } = describe(request);
      return { ...answer, bytes: store.bodies.read(version.parts, range.start, range.end) };
    },
    'object HEAD'(request) {
      const { version: _version, range: _range, ...answer } = describe(request);
      return answer;
    },
    'object GET attributes'(request) {
      const { bucket, version } = found(request);
      checkRead(request.header, version);
      const headers = {
        ...versionHeader(bucket, version),
        'last-modified': new Date(version.lastModified).toUTCString(),
      };
      return { headers, xml: document('GetObjectAttributesResponse', attributesOf(version, request)) };
    },
  };
}

function partOf({ parts, size }: ObjectVersion, number: number): ByteRange | undefined {
  const part = parts[number - 1];
  if (part === undefined)
    throw new S3Error('InvalidPartNumber', undefined, { details: { ActualPartCount: parts.length } });
  if (size === 0) return undefined;
  const start = parts.slice(0, number - 1).reduce((sum, before) => sum + before.size, 0);
  return { start, end: start + part.size };
}

function attributesOf(version: ObjectVersion, { header }: S3Request): Record<string, unknown> {
  const wanted = (header('x-amz-object-attributes') ?? '').split(',').map((name) => name.trim());
  const { etag, size, parts, multipart, headers, checksum } = version;
  const after = Number(header('x-amz-part-number-marker') ?? 0);
  const limit = Math.min(Number(header('x-amz-max-parts') ?? 1000), 1000);
  const listed = parts.slice(after, after + limit).map((part, index) => ({
    PartNumber: after + index + 1,
    Size: part.size,
    ...(part.checksum !== undefined && checksum !== undefined && { [elementOf(checksum.algorithm)]: part.checksum }),
  }));
  const all: Record<string, unknown> = {
    ETag: etag,
    Checksum: checksum === undefined ? undefined : checksumElements(version),
    ObjectParts: multipart
      ? {
          ...{ PartsCount: parts.length, PartNumberMarker: after, MaxParts: limit },
          ...{ NextPartNumberMarker: after + listed.length, IsTruncated: after + listed.length < parts.length },
          // Parts are listed of an object whose checksum is made of theirs.
          Part: checksum?.type === 'COMPOSITE' ? listed : [],
        }
      : undefined,
    StorageClass: headers['x-amz-storage-class'] ?? 'STANDARD',
    ObjectSize: size,
  };
  return Object.fromEntries(Object.entries(all).filter(([name]) => wanted.includes(name)));
}
