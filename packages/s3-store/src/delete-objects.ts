import { deleteObject, type Removed } from './commit.ts';
import { readDocument } from './read-document.ts';
import { S3Error } from './s3-error.ts';
import { type Operations, requireBucket, type Store } from './store.ts';
import { document, nodesOf, parseDocument, textOf, type XmlNode } from './xml.ts';

const MAX_KEYS = 1000;

/** Sources: https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html, …/API_DeleteObjects.html */
export function deleteOperations(store: Store): Operations {
  return {
    'object DELETE'(request) {
      const { key = '', query, header } = request;
      const versionId = query.get('versionId') ?? undefined;
      const { version } = deleteObject(store, request, { key, versionId, match: header('if-match') });
      const headers = {
        ...(version?.deleteMarker && { 'x-amz-delete-marker': 'true' }),
        ...(version !== undefined && { 'x-amz-version-id': version.versionId }),
      };
      return { status: 204, headers };
    },
    async 'bucket POST delete'(request) {
      requireBucket(store, request);
      const { Object: objects, Quiet } = parseDocument(await readDocument(request), 'Delete');
      const asked = nodesOf(objects);
      if (asked.length === 0 || asked.length > MAX_KEYS) throw new S3Error('MalformedXML');
      const [Deleted, failures]: [XmlNode[], XmlNode[]] = [[], []];
      for (const { Key, VersionId, ETag } of asked) {
        const [key = '', versionId, match] = [textOf(Key), textOf(VersionId), textOf(ETag)];
        if (key === '') throw new S3Error('MalformedXML');
        const named = { Key: key, VersionId: versionId };
        try {
          const removed = deleteObject(store, request, { key, versionId, match });
          Deleted.push({ ...named, ...markerOf(removed, versionId) });
        } catch (error) {
          if (!(error instanceof S3Error)) throw error;
          failures.push({ ...named, Code: error.code, Message: error.message });
        }
      }
      const isQuiet = textOf(Quiet) === 'true';
      return { xml: document('DeleteResult', { Deleted: isQuiet ? [] : Deleted, Error: failures }) };
    },
  };
}

function markerOf({ version }: Removed, versionId: string | undefined): XmlNode {
  if (version?.deleteMarker !== true) return {};
  return { DeleteMarker: true, DeleteMarkerVersionId: versionId ?? version.versionId };
}
