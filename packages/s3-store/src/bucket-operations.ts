import { NO_CONTENT } from './answer.ts';
import { readDocument } from './read-document.ts';
import { S3Error } from './s3-error.ts';
import { isOwnership, saveDefaults } from './settings.ts';
import { checkAcl } from './object-settings.ts';
import { type Operations, ownerId, requireBucket, secondsOf, type Store } from './store.ts';
import { document, nodeOf, parseDocument, textOf } from './xml.ts';

const NAME = /^[a-z\d][a-z\d.-]{1,61}[a-z\d]$/;
const ADDRESS = /^\d+\.\d+\.\d+\.\d+$/;
const LOCATION = 'location';
const MAX_BUCKETS = 10_000;

export interface NewBucket {
  readonly objectLock?: boolean;
  /** A region; by default the store's. */
  readonly location?: string;
  readonly ownership?: string;
}

/**
 * Nothing happens when it is there.
 * @throws S3Error `InvalidBucketName`
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
 */
export function createBucket(store: Store, name: string, { objectLock = false, location, ownership }: NewBucket): void {
  const { buckets, atomically, now, region } = store;
  if (!NAME.test(name) || name.includes('..') || ADDRESS.test(name)) {
    throw new S3Error('InvalidBucketName', undefined, { details: { BucketName: name } });
  }
  atomically(() => {
    if (buckets.find(name) !== undefined) return;
    buckets.save({ name, createdAt: secondsOf(now()), objectLock, ...(objectLock && { versioning: 'Enabled' }) });
    buckets.saveSetting(name, LOCATION, location ?? region);
    saveDefaults(store, name, ownership);
  });
}

/** @throws S3Error `BucketNotEmpty`, `NoSuchBucket` */
export function deleteBucket(store: Store, name: string): void {
  const { buckets, versions, uploads, bodies, atomically } = store;
  const gone = atomically(() => {
    const bucket = requireBucket(store, { bucket: name });
    if (!versions.isEmpty(bucket.name)) {
      const isOld = bucket.versioning !== undefined;
      const reason = isOld
        ? 'The bucket you tried to delete is not empty. You must delete all versions in the bucket.'
        : undefined;
      throw new S3Error('BucketNotEmpty', reason, { details: { BucketName: name } });
    }
    const unfinished = uploads.ofBucket(name);
    const parts = unfinished.flatMap(({ id }) => uploads.parts(id));
    for (const { id } of unfinished) uploads.remove(id);
    buckets.remove(name);
    return parts;
  });
  bodies.remove(gone);
}

export function setVersioning(store: Store, name: string, status: string | undefined): void {
  const bucket = requireBucket(store, { bucket: name });
  if (status !== 'Enabled' && status !== 'Suspended') throw new S3Error('MalformedXML');
  if (status === 'Suspended' && bucket.objectLock) {
    const reason = 'An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.';
    throw new S3Error('InvalidBucketState', reason);
  }
  store.buckets.save({ ...bucket, versioning: status });
}

/** Sources: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html and those beside it */
export function bucketOperations(store: Store): Operations {
  const { buckets, region } = store;
  const regionOf = (name: string): string => buckets.setting(name, LOCATION) ?? region;
  const owner = { ID: ownerId(store) };
  return {
    'service GET'({ query }) {
      const [prefix, token] = [query.get('prefix') ?? '', query.get('continuation-token') ?? ''];
      const limit = Number(query.get('max-buckets') ?? MAX_BUCKETS);
      const wanted = query.get('bucket-region');
      const all = buckets
        .all()
        .filter(({ name }) => name.startsWith(prefix) && name > token && (wanted ?? regionOf(name)) === regionOf(name));
      const listed = all.slice(0, limit).map(({ name, createdAt }) => ({
        ...{ Name: name, CreationDate: new Date(createdAt), BucketRegion: regionOf(name) },
      }));
      return {
        xml: document('ListAllMyBucketsResult', {
          ...{ Buckets: { Bucket: listed }, Owner: owner, Prefix: prefix === '' ? undefined : prefix },
          ...(all.length > limit && { ContinuationToken: listed.at(-1)?.Name }),
        }),
      };
    },
    async 'bucket PUT'(request) {
      const { bucket = '', header } = request;
      const text = await readDocument(request);
      const constraint =
        text.trim() === '' ? undefined : textOf(parseDocument(text, 'CreateBucketConfiguration')['LocationConstraint']);
      const ownership = header('x-amz-object-ownership');
      if (ownership !== undefined && !isOwnership(ownership)) {
        throw new S3Error('InvalidArgument', `Invalid x-amz-object-ownership header: ${ownership}`);
      }
      createBucket(store, bucket, {
        objectLock: header('x-amz-bucket-object-lock-enabled') === 'true',
        ...(constraint !== undefined &&
          constraint !== '' && { location: constraint === 'EU' ? 'eu-west-1' : constraint }),
        ...(ownership !== undefined && { ownership }),
      });
      checkAcl(store, { name: bucket }, header('x-amz-acl'));
      return { headers: { location: `/${bucket}` } };
    },
    'bucket HEAD'(request) {
      const { name } = requireBucket(store, request);
      return { headers: { 'x-amz-bucket-region': regionOf(name), 'x-amz-access-point-alias': 'false' } };
    },
    'bucket DELETE'({ bucket = '' }) {
      deleteBucket(store, bucket);
      return NO_CONTENT;
    },
    'bucket GET location'(request) {
      const location = regionOf(requireBucket(store, request).name);
      // The first region is the one that needs no name. Its text stands in the root element.
      const text = location === 'us-east-1' ? '' : location;
      return { xml: document('LocationConstraint', {}).replace('></', `>${text}</`) };
    },
    'bucket GET versioning'(request) {
      const { versioning } = requireBucket(store, request);
      return { xml: document('VersioningConfiguration', { Status: versioning }) };
    },
    async 'bucket PUT versioning'(request) {
      const text = await readDocument(request);
      const { Status, MfaDelete } = parseDocument(text, 'VersioningConfiguration');
      if (MfaDelete === 'Enabled') throw new S3Error('NotImplemented', 'MfaDelete is not implemented here.');
      setVersioning(store, request.bucket ?? '', textOf(Status));
      return {};
    },
    'bucket GET acl'(request) {
      requireBucket(store, request);
      return { xml: ownersAcl(store) };
    },
    async 'bucket PUT acl'(request) {
      const bucket = requireBucket(store, request);
      checkAclRequest(store, bucket.name, request.header('x-amz-acl'), await readDocument(request));
      return {};
    },
  };
}

/** The owner may do everything, and nobody else anything. */
export function ownersAcl(store: Store): string {
  const ID = ownerId(store);
  const schema = 'http://www.w3.org/2001/XMLSchema-instance';
  const grantee = `<Grantee xmlns:xsi="${schema}" xsi:type="CanonicalUser"><ID>${ID}</ID></Grantee>`;
  const acl = document('AccessControlPolicy', { Owner: { ID }, AccessControlList: { Grant: '' } });
  return acl.replace('<Grant></Grant>', `<Grant>${grantee}<Permission>FULL_CONTROL</Permission></Grant>`);
}

/** Lets what says the same as is. @throws S3Error */
export function checkAclRequest(store: Store, bucket: string, canned: string | undefined, text: string): void {
  if (canned !== undefined) return checkAcl(store, { name: bucket }, canned);
  const grants = nodeOf(parseDocument(text, 'AccessControlPolicy')['AccessControlList'])['Grant'];
  const grant = Array.isArray(grants) ? undefined : nodeOf(grants);
  const isOwners = grant?.['Permission'] === 'FULL_CONTROL' && nodeOf(grant['Grantee'])['ID'] === ownerId(store);
  if (!isOwners) checkAcl(store, { name: bucket }, 'of other grantees');
}
