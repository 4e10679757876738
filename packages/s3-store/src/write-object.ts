import { algorithmOf } from './checksums.ts';
import { commitVersion } from './commit.ts';
import { checkRead } from './conditions.ts';
import { type CopySource, copySource, sourceBody } from './copy-source.ts';
import { checksumElements, checksumHeaders, encryptionHeaders } from './object-headers.ts';
import { objectSettings } from './object-settings.ts';
import { bodyOf } from './request-body.ts';
import { S3Error } from './s3-error.ts';
import type { S3Request } from './s3-request.ts';
import { type Operations, quoted, requireBucket, type Store, versionHeader } from './store.ts';
import type { StoredBody } from './bodies.ts';
import type { NewVersion, ObjectSettings } from './version-store.ts';
import { document } from './xml.ts';

/** Sources: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html, …/API_CopyObject.html */
export function writeOperations(store: Store): Operations {
  const { bodies } = store;

  async function put(request: S3Request) {
    const settings = objectSettings(store, requireBucket(store, request), request);
    const stored = await bodies.receive(bodyOf(request.incoming));
    const { bucket, version } = keeping(stored, () =>
      commitVersion(store, request, { ...settings, ...singlePart(stored) }, 'ObjectCreated:Put'),
    );
    return {
      headers: {
        etag: quoted(version.etag),
        ...versionHeader(bucket, version),
        ...checksumHeaders(version),
        ...encryptionHeaders(version),
      },
    };
  }

  async function copy(request: S3Request) {
    const { header } = request;
    const source = copySource(store, request);
    checkRead(header, source.version, 'x-amz-copy-source-');
    const settings = copiedSettings(source, objectSettings(store, requireBucket(store, request), request), request);
    const wanted = header('x-amz-checksum-algorithm');
    const algorithm = wanted === undefined ? source.version.checksum?.algorithm : algorithmOf(wanted);
    const stored = await bodies.receive(sourceBody(store, source.version), algorithm);
    const { bucket, version } = keeping(stored, () =>
      commitVersion(store, request, { ...settings, ...singlePart(stored) }, 'ObjectCreated:Copy'),
    );
    const { versionId } = source.version;
    return {
      headers: {
        ...versionHeader(bucket, version),
        ...(source.bucket.versioning !== undefined && { 'x-amz-copy-source-version-id': versionId }),
        ...encryptionHeaders(version),
      },
      xml: document('CopyObjectResult', {
        LastModified: new Date(version.lastModified),
        ETag: quoted(version.etag),
        ...checksumElements(version),
      }),
    };
  }

  /** What is not committed leaves no file. */
  function keeping<T>(stored: StoredBody, work: () => T): T {
    try {
      return work();
    } catch (error) {
      bodies.remove([stored]);
      throw error;
    }
  }

  return {
    'object PUT': (request) => (request.header('x-amz-copy-source') === undefined ? put(request) : copy(request)),
  };
}

export const singlePart = ({
  file,
  size,
  md5,
  checksum,
}: StoredBody): Omit<NewVersion, keyof ObjectSettings | 'lastModified'> => ({
  ...{ size, etag: md5, parts: [{ file, size }], multipart: false },
  checksum: { ...checksum, type: 'FULL_OBJECT' },
});

/** Metadata and tags are the source's, unless the request has others in their place. */
function copiedSettings({ bucket, version }: CopySource, given: ObjectSettings, request: S3Request): ObjectSettings {
  const { header, key } = request;
  const replacesMetadata = isReplace(header('x-amz-metadata-directive'), 'metadata');
  const replacesTags = isReplace(header('x-amz-tagging-directive'), 'tagging');
  const changes = ['x-amz-storage-class', 'x-amz-server-side-encryption'].some((name) => header(name) !== undefined);
  const isItself =
    bucket.name === request.bucket &&
    version.key === key &&
    !request.header('x-amz-copy-source')?.includes('versionId=');
  if (isItself && !replacesMetadata && !changes) {
    const reason =
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.";
    throw new S3Error('InvalidRequest', reason);
  }
  const own = Object.entries(given.headers).filter(([name]) => name.startsWith('x-amz-'));
  const described = Object.entries(version.headers).filter(([name]) => !name.startsWith('x-amz-'));
  return {
    ...given,
    ...(!replacesMetadata && { headers: Object.fromEntries([...described, ...own]), metadata: version.metadata }),
    ...(!replacesTags && { tags: version.tags }),
  };
}

function isReplace(directive: string | undefined, of: string): boolean {
  if (directive === undefined || directive === 'COPY') return false;
  if (directive === 'REPLACE') return true;
  throw new S3Error('InvalidArgument', `Unknown ${of} directive.`);
}
