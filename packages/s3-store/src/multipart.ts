import { NO_CONTENT, randomId } from './answer.ts';
import { parseRange } from './byte-range.ts';
import { type Algorithm, algorithmOf, type Checksum, DEFAULT_ALGORITHM, elementOf, headerOf } from './checksums.ts';
import { completedVersion } from './complete-upload.ts';
import { commitVersion } from './commit.ts';
import { checkRead, checkWrite } from './conditions.ts';
import { copySource, sourceBody } from './copy-source.ts';
import { list } from './listing.ts';
import { listingRequest } from './list-objects.ts';
import { checksumElements, encryptionHeaders } from './object-headers.ts';
import { objectSettings } from './object-settings.ts';
import { readDocument } from './read-document.ts';
import { bodyOf, type RequestBody } from './request-body.ts';
import { S3Error } from './s3-error.ts';
import type { S3Request } from './s3-request.ts';
import { type Operations, ownerId, quoted, requireBucket, secondsOf, type Store, versionHeader } from './store.ts';
import type { Upload, UploadedPart } from './upload-store.ts';
import { document } from './xml.ts';

const MAX_PARTS = 10_000;

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html */
export function multipartOperations(store: Store): Operations {
  const { uploads, bodies, atomically, now } = store;
  const owner = { ID: ownerId(store) };

  function requireUpload(request: S3Request): Upload {
    const bucket = requireBucket(store, request);
    const id = request.query.get('uploadId') ?? '';
    const upload = uploads.find(id);
    if (upload?.bucket === bucket.name && upload.key === request.key) return upload;
    throw new S3Error('NoSuchUpload', undefined, { details: { UploadId: id } });
  }

  async function receivePart(request: S3Request, body: RequestBody): Promise<{ part: UploadedPart; upload: Upload }> {
    const number = Number(request.query.get('partNumber') ?? '');
    if (!Number.isInteger(number) || number < 1 || number > MAX_PARTS) {
      throw new S3Error('InvalidArgument', `Part number must be an integer between 1 and ${MAX_PARTS}, inclusive`);
    }
    const { algorithm, checksumAsked } = requireUpload(request);
    if (checksumAsked && body.algorithm !== undefined && body.algorithm !== algorithm) {
      const reason = `Checksum Type mismatch occurred, expected checksum Type: ${algorithm.toLowerCase()}, actual checksum Type: ${body.algorithm.toLowerCase()}`;
      throw new S3Error('InvalidRequest', reason);
    }
    const stored = await bodies.receive(body, checksumAsked ? algorithm : body.algorithm);
    const part = { ...stored, number, lastModified: secondsOf(now()) };
    let replaced: UploadedPart[] = [];
    try {
      return atomically(() => {
        const upload = requireUpload(request);
        replaced = uploads.parts(upload.id).filter((other) => other.number === number);
        uploads.savePart(upload.id, part);
        return { part, upload };
      });
    } catch (error) {
      replaced = [part];
      throw error;
    } finally {
      bodies.remove(replaced);
    }
  }

  return {
    'object POST uploads'(request) {
      const bucket = requireBucket(store, request);
      const { key = '', header } = request;
      const upload: Upload = {
        ...objectSettings(store, bucket, request),
        ...{ id: randomId() + randomId(), bucket: bucket.name, key, initiated: secondsOf(now()) },
        ...checksumOf(header('x-amz-checksum-algorithm'), header('x-amz-checksum-type')),
      };
      uploads.add(upload);
      const names = { Bucket: bucket.name, Key: key, UploadId: upload.id };
      return {
        headers: {
          ...encryptionHeaders(upload),
          ...(upload.checksumAsked && {
            'x-amz-checksum-algorithm': upload.algorithm,
            'x-amz-checksum-type': upload.checksumType,
          }),
        },
        xml: document('InitiateMultipartUploadResult', names),
      };
    },
    async 'object PUT partNumber'(request) {
      const { header } = request;
      if (header('x-amz-copy-source') === undefined) {
        const { part, upload } = await receivePart(request, bodyOf(request.incoming));
        const { algorithm, value } = part.checksum;
        return { headers: { etag: quoted(part.md5), [headerOf(algorithm)]: value, ...encryptionHeaders(upload) } };
      }
      const { bucket, version } = copySource(store, request);
      checkRead(header, version, 'x-amz-copy-source-');
      const asked = header('x-amz-copy-source-range');
      const range = parseRange(asked, version.size);
      if (asked !== undefined && range === undefined) {
        throw new S3Error('InvalidArgument', 'The x-amz-copy-source-range value must be of the form bytes=first-last');
      }
      const { part, upload } = await receivePart(request, sourceBody(store, version, range));
      return {
        headers: {
          ...encryptionHeaders(upload),
          ...(bucket.versioning !== undefined && { 'x-amz-copy-source-version-id': version.versionId }),
        },
        xml: document('CopyPartResult', {
          ...{ LastModified: new Date(part.lastModified), ETag: quoted(part.md5) },
          ...(upload.checksumAsked && { [elementOf(part.checksum.algorithm)]: part.checksum.value }),
        }),
      };
    },
    async 'object POST uploadId'(request) {
      const upload = requireUpload(request);
      checkWrite(request.header, store.versions.latest(upload.bucket, upload.key));
      const { version, used } = await completedVersion(store, upload, await readDocument(request));
      const unused = uploads.parts(upload.id).filter(({ file }) => !used.has(file));
      const { bucket, version: committed } = commitVersion(
        store,
        request,
        version,
        'ObjectCreated:CompleteMultipartUpload',
        () => uploads.remove(requireUpload(request).id),
      );
      bodies.remove(unused);
      const { host = '' } = request.incoming.headers;
      return {
        headers: { ...versionHeader(bucket, committed), ...encryptionHeaders(committed) },
        xml: document('CompleteMultipartUploadResult', {
          Location: `http://${host}/${upload.bucket}/${encodeURI(upload.key)}`,
          ...{ Bucket: upload.bucket, Key: upload.key, ETag: quoted(committed.etag), ...checksumElements(committed) },
        }),
      };
    },
    'object DELETE uploadId'(request) {
      const parts = atomically(() => {
        const { id } = requireUpload(request);
        const all = uploads.parts(id);
        uploads.remove(id);
        return all;
      });
      bodies.remove(parts);
      return NO_CONTENT;
    },
    'object GET uploadId'(request) {
      const upload = requireUpload(request);
      const { limit } = listingRequest(request, 'max-parts');
      const after = Number(request.query.get('part-number-marker') ?? 0);
      const all = uploads.parts(upload.id).filter(({ number }) => number > after);
      const parts = all.slice(0, limit);
      return {
        xml: document('ListPartsResult', {
          ...{ Bucket: upload.bucket, Key: upload.key, UploadId: upload.id, Initiator: owner, Owner: owner },
          ...{ StorageClass: upload.headers['x-amz-storage-class'] ?? 'STANDARD', PartNumberMarker: after },
          ...{ NextPartNumberMarker: parts.at(-1)?.number ?? 0, MaxParts: limit, IsTruncated: all.length > limit },
          ...(upload.checksumAsked && { ChecksumAlgorithm: upload.algorithm, ChecksumType: upload.checksumType }),
          Part: parts.map(({ number, lastModified, md5, size, checksum }) => ({
            ...{ PartNumber: number, LastModified: new Date(lastModified), ETag: quoted(md5), Size: size },
            ...(upload.checksumAsked && { [elementOf(checksum.algorithm)]: checksum.value }),
          })),
        }),
      };
    },
    'bucket GET uploads'(request) {
      const bucket = requireBucket(store, request);
      const asked = listingRequest(request, 'max-uploads');
      const { prefix, limit, text, shared } = asked;
      const keyMarker = request.query.get('key-marker') ?? '';
      const idMarker = request.query.get('upload-id-marker') ?? '';
      const all = uploads.ofBucket(bucket.name).filter(({ key }) => key.startsWith(prefix));
      const marked = all.findIndex(({ key, id }) => key === keyMarker && id === idMarker);
      const rest = marked === -1 ? all.filter(({ key }) => keyMarker === '' || key > keyMarker) : all.slice(marked + 1);
      const { items, commonPrefixes, isTruncated, last } = list(asked, rest);
      return {
        xml: document('ListMultipartUploadsResult', {
          ...{ Bucket: bucket.name, KeyMarker: text(keyMarker), UploadIdMarker: idMarker, Prefix: text(prefix) },
          ...{ MaxUploads: limit, ...shared, IsTruncated: isTruncated },
          ...(isTruncated && last && { NextKeyMarker: text(last.text), NextUploadIdMarker: last.item?.id }),
          Upload: items.map((upload) => ({
            ...{ Key: text(upload.key), UploadId: upload.id, Initiator: owner, Owner: owner },
            StorageClass: upload.headers['x-amz-storage-class'] ?? 'STANDARD',
            Initiated: new Date(upload.initiated),
            ...(upload.checksumAsked && { ChecksumAlgorithm: upload.algorithm, ChecksumType: upload.checksumType }),
          })),
          CommonPrefixes: commonPrefixes.map((common) => ({ Prefix: text(common) })),
        }),
      };
    },
  };
}

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html */
function checksumOf(
  name: string | undefined,
  type: string | undefined,
): Pick<Upload, 'algorithm' | 'checksumType' | 'checksumAsked'> {
  if (name === undefined) return { algorithm: DEFAULT_ALGORITHM, checksumType: 'FULL_OBJECT', checksumAsked: false };
  const algorithm: Algorithm = algorithmOf(name);
  const byDefault: Checksum['type'] = algorithm === 'CRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE';
  const checksumType = (type ?? byDefault) as Checksum['type'];
  const impossible = algorithm.startsWith('SHA') ? 'FULL_OBJECT' : algorithm === 'CRC64NVME' ? 'COMPOSITE' : '';
  if (checksumType === impossible || !['FULL_OBJECT', 'COMPOSITE'].includes(checksumType)) {
    const reason = `The ${checksumType} checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`;
    throw new S3Error('InvalidRequest', reason);
  }
  return { algorithm, checksumType, checksumAsked: true };
}
