import { behind, commonPrefixOf, list, type ListingRequest, startBehind, urlEncoded } from './listing.ts';
import { S3Error } from './s3-error.ts';
import type { S3Request } from './s3-request.ts';
import { type Operations, ownerId, quoted, requireBucket, type Store } from './store.ts';
import { type ListedVersion, type ObjectVersion, PAGE } from './version-store.ts';
import { document, type XmlNode } from './xml.ts';

const MAX_KEYS = 1000;
const LAST_SEQUENCE = Number.MAX_SAFE_INTEGER;

/** Sources: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html, …/API_ListObjects.html, …/API_ListObjectVersions.html */
export function listOperations(store: Store): Operations {
  const { versions } = store;
  const owner = { ID: ownerId(store) };

  function* objectsFrom(bucket: string, { prefix, delimiter }: ListingRequest, from: string): Generator<ObjectVersion> {
    for (let start = from; ;) {
      const page = versions.page(bucket, start);
      for (const version of page) {
        if (!version.key.startsWith(prefix)) return;
        yield version;
      }
      const last = page.at(-1)?.key;
      if (page.length < PAGE || last === undefined) return;
      const common = commonPrefixOf(last, prefix, delimiter);
      start = common === undefined ? `${last}\0` : behind(common);
    }
  }

  function* versionsFrom(bucket: string, prefix: string, from: string, before: number): Generator<ListedVersion> {
    for (let [key, sequence] = [from, before]; ;) {
      const page = versions.versionsPage(bucket, key, sequence);
      for (const version of page) {
        if (!version.key.startsWith(prefix)) return;
        yield version;
      }
      const last = page.at(-1);
      if (page.length < PAGE || last === undefined) return;
      [key, sequence] = [last.key, last.sequence];
    }
  }

  const entryOf =
    (text: (key: string) => string, withOwner: boolean) =>
    (version: ObjectVersion): XmlNode => ({
      Key: text(version.key),
      LastModified: new Date(version.lastModified),
      ETag: quoted(version.etag),
      ...(version.checksum && { ChecksumAlgorithm: version.checksum.algorithm, ChecksumType: version.checksum.type }),
      Size: version.size,
      ...(withOwner && { Owner: owner }),
      StorageClass: version.headers['x-amz-storage-class'] ?? 'STANDARD',
    });

  return {
    'bucket GET'(request) {
      const bucket = requireBucket(store, request);
      const asked = listingRequest(request);
      const { prefix, delimiter, limit, text, shared } = asked;
      const marker = request.query.get('marker') ?? '';
      const from = marker < prefix ? prefix : startBehind(marker, asked);
      const { items, commonPrefixes, isTruncated, last } = list(asked, objectsFrom(bucket.name, asked, from));
      return {
        xml: document('ListBucketResult', {
          ...{ Name: bucket.name, Prefix: text(prefix), Marker: text(marker), MaxKeys: limit },
          ...shared,
          IsTruncated: isTruncated,
          // Without a delimiter, the last key is what goes on from.
          ...(isTruncated && delimiter !== '' && last && { NextMarker: text(last.text) }),
          Contents: items.map(entryOf(text, true)),
          CommonPrefixes: commonPrefixes.map((common) => ({ Prefix: text(common) })),
        }),
      };
    },
    'bucket GET list-type'(request) {
      const { query } = request;
      if (query.get('list-type') !== '2') throw new S3Error('InvalidArgument', 'Invalid List Type specified in Query');
      const bucket = requireBucket(store, request);
      const asked = listingRequest(request);
      const { prefix, limit, text, shared } = asked;
      const token = query.get('continuation-token') ?? undefined;
      const startAfter = query.get('start-after') ?? undefined;
      const after = token === undefined ? (startAfter ?? '') : readToken(token);
      const from = after < prefix ? prefix : startBehind(after, asked);
      const { items, commonPrefixes, isTruncated, last } = list(asked, objectsFrom(bucket.name, asked, from));
      return {
        xml: document('ListBucketResult', {
          ...{ Name: bucket.name, Prefix: text(prefix), MaxKeys: limit, ...shared },
          ...{ KeyCount: items.length + commonPrefixes.length, IsTruncated: isTruncated },
          ContinuationToken: token,
          ...(isTruncated && last && { NextContinuationToken: writeToken(last.text) }),
          StartAfter: startAfter === undefined ? undefined : text(startAfter),
          Contents: items.map(entryOf(text, query.get('fetch-owner') === 'true')),
          CommonPrefixes: commonPrefixes.map((common) => ({ Prefix: text(common) })),
        }),
      };
    },
    'bucket GET versions'(request) {
      const bucket = requireBucket(store, request);
      const asked = listingRequest(request);
      const { prefix, delimiter, limit, text, shared } = asked;
      const keyMarker = request.query.get('key-marker') ?? '';
      const idMarker = request.query.get('version-id-marker') ?? '';
      if (idMarker !== '' && keyMarker === '') {
        throw new S3Error('InvalidArgument', 'A version-id marker cannot be specified without a key marker.');
      }
      // A version that was removed since it was listed has left the later ones of its key to be listed.
      const marked = idMarker === '' ? undefined : versions.find(bucket.name, keyMarker, idMarker);
      const from = keyMarker < prefix ? prefix : idMarker !== '' ? keyMarker : startBehind(keyMarker, asked);
      const all = versionsFrom(bucket.name, prefix, from, marked?.sequence ?? LAST_SEQUENCE);
      const { items, commonPrefixes, isTruncated, last } = list(asked, all);
      const entry = entryOf(text, true);
      const described = (version: ListedVersion): XmlNode => {
        const { Key, LastModified, Owner, ...more } = entry(version);
        const ids = { VersionId: version.versionId, IsLatest: version.isLatest };
        return { Key, ...ids, LastModified, Owner, ...(!version.deleteMarker && more) };
      };
      return {
        xml: document('ListVersionsResult', {
          ...{ Name: bucket.name, Prefix: text(prefix), KeyMarker: text(keyMarker), VersionIdMarker: idMarker },
          ...{ MaxKeys: limit, ...shared, IsTruncated: isTruncated },
          ...(isTruncated && last && { NextKeyMarker: text(last.text), NextVersionIdMarker: last.item?.versionId }),
          Version: items.filter(({ deleteMarker }) => !deleteMarker).map(described),
          DeleteMarker: items.filter(({ deleteMarker }) => deleteMarker).map(described),
          CommonPrefixes: delimiter === '' ? [] : commonPrefixes.map((common) => ({ Prefix: text(common) })),
        }),
      };
    },
  };
}

interface Asked extends ListingRequest {
  /** A key as the answer has it. */
  readonly text: (key: string) => string;
  /** Elements that every listing repeats. */
  readonly shared: XmlNode;
}

/** @throws S3Error */
export function listingRequest({ query }: S3Request, limitName = 'max-keys'): Asked {
  const encoding = query.get('encoding-type');
  if (encoding !== null && encoding !== 'url')
    throw new S3Error('InvalidArgument', 'Invalid Encoding Method specified in Request');
  const given = query.get(limitName);
  const limit = given === null ? MAX_KEYS : Number(given);
  if (given === '' || !Number.isInteger(limit) || limit < 0 || limit > 2 ** 31 - 1) {
    throw new S3Error('InvalidArgument', `Provided ${limitName} not an integer or within integer range`);
  }
  const delimiter = query.get('delimiter') ?? '';
  const text = encoding === 'url' ? urlEncoded : (key: string) => key;
  return {
    ...{ prefix: query.get('prefix') ?? '', delimiter, limit: Math.min(limit, MAX_KEYS), text },
    shared: {
      ...(delimiter !== '' && { Delimiter: text(delimiter) }),
      ...(encoding !== null && { EncodingType: encoding }),
    },
  };
}

const writeToken = (text: string): string => Buffer.from(text).toString('base64url');

function readToken(token: string): string {
  const text = Buffer.from(token, 'base64url').toString();
  if (token !== '' && writeToken(text) === token) return text;
  throw new S3Error('InvalidArgument', 'The continuation token provided is incorrect');
}
