import { NO_CONTENT } from './answer.ts';
import type { Bucket } from './bucket-store.ts';
import { checkAclRequest, ownersAcl } from './bucket-operations.ts';
import { tell } from './tell.ts';
import { readDocument } from './read-document.ts';
import type { S3Request } from './s3-request.ts';
import { type Operations, requireBucket, requireVersion, type Store, versionHeader } from './store.ts';
import { parseTagging, tagSet } from './tags.ts';
import type { ObjectVersion, Tag } from './version-store.ts';
import { document } from './xml.ts';

/** Tags and ACLs of objects. Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html */
export function objectOperations(store: Store): Operations {
  const { versions, atomically } = store;

  function target(request: S3Request): { readonly bucket: Bucket; readonly version: ObjectVersion } {
    const bucket = requireBucket(store, request);
    const versionId = request.query.get('versionId') ?? undefined;
    return { bucket, version: requireVersion(store, bucket, request.key ?? '', versionId) };
  }

  function tag(request: S3Request, tags: readonly Tag[]) {
    return atomically(() => {
      const { bucket, version } = target(request);
      versions.change({ ...version, tags });
      tell(store, request, bucket, version, tags.length === 0 ? 'ObjectTagging:Delete' : 'ObjectTagging:Put');
      return versionHeader(bucket, version);
    });
  }

  return {
    'object GET tagging'(request) {
      const { bucket, version } = target(request);
      return { headers: versionHeader(bucket, version), xml: document('Tagging', tagSet(version.tags)) };
    },
    async 'object PUT tagging'(request) {
      target(request);
      const tags = parseTagging(await readDocument(request), 'object');
      return { headers: tag(request, tags) };
    },
    'object DELETE tagging': (request) => ({ ...NO_CONTENT, headers: tag(request, []) }),
    'object GET acl'(request) {
      target(request);
      return { xml: ownersAcl(store) };
    },
    async 'object PUT acl'(request) {
      const { bucket } = target(request);
      checkAclRequest(store, bucket.name, request.header('x-amz-acl'), await readDocument(request));
      return {};
    },
  };
}
