import type { Bucket } from './bucket-store.ts';
import { readDocument } from './read-document.ts';
import { S3Error } from './s3-error.ts';
import type { S3Request } from './s3-request.ts';
import { type Operations, requireBucket, requireVersion, type Store } from './store.ts';
import type { ObjectSettings, ObjectVersion, Retention } from './version-store.ts';
import { document, nodeOf, parseDocument, textOf, type XmlNode } from './xml.ts';

const SETTING = 'object-lock';
const ROOT = 'ObjectLockConfiguration';
const BYPASS = 'x-amz-bypass-governance-retention';
const DAY_MS = 86_400_000;

type Lock = Pick<ObjectSettings, 'retention' | 'legalHold'>;

/** What the headers of a write say. @throws S3Error of a bucket without locks */
export function parseLockHeaders(header: S3Request['header'], bucket: Bucket, now: number): Lock {
  const mode = header('x-amz-object-lock-mode');
  const until = header('x-amz-object-lock-retain-until-date');
  const hold = header('x-amz-object-lock-legal-hold');
  if (mode === undefined && until === undefined && hold === undefined) return {};
  requireLocks(bucket);
  if ((mode === undefined) !== (until === undefined)) {
    const reason = 'x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied';
    throw new S3Error('InvalidArgument', reason);
  }
  return {
    ...(mode !== undefined && { retention: retentionOf({ Mode: mode, RetainUntilDate: until }, now) }),
    ...(hold !== undefined && { legalHold: hold === 'ON' }),
  };
}

function requireLocks({ objectLock }: Bucket): void {
  if (!objectLock) throw new S3Error('InvalidRequest', 'Bucket is missing Object Lock Configuration');
}

function retentionOf({ Mode, RetainUntilDate }: XmlNode, now: number): Retention {
  const until = Date.parse(textOf(RetainUntilDate) ?? '');
  if (Mode !== 'GOVERNANCE' && Mode !== 'COMPLIANCE')
    throw new S3Error('InvalidArgument', 'Unknown wormMode directive.');
  if (Number.isNaN(until)) throw new S3Error('MalformedXML');
  if (until <= now) throw new S3Error('InvalidArgument', 'The retain until date must be in the future!');
  return { mode: Mode, until };
}

/** What the bucket gives an object that is written without retention of its own. */
export function defaultLock({ buckets }: Store, bucket: Bucket, now: number): Lock {
  const text = buckets.setting(bucket.name, SETTING);
  if (!bucket.objectLock || text === undefined) return {};
  const { DefaultRetention } = nodeOf(parseDocument(text, ROOT)['Rule']);
  const { Mode, Days, Years } = nodeOf(DefaultRetention);
  if (Mode !== 'GOVERNANCE' && Mode !== 'COMPLIANCE') return {};
  const until = new Date(now + Number(Days ?? 0) * DAY_MS);
  until.setUTCFullYear(until.getUTCFullYear() + Number(Years ?? 0));
  return { retention: { mode: Mode, until: until.getTime() } };
}

/** @throws S3Error `AccessDenied` of a version that may not be removed yet */
export function checkRemoval({ retention, legalHold }: ObjectVersion, header: S3Request['header'], now: number): void {
  const retained = retention !== undefined && retention.until > now;
  const bypassed = retention?.mode === 'GOVERNANCE' && header(BYPASS) === 'true';
  if (legalHold === true || (retained && !bypassed)) {
    throw new S3Error('AccessDenied', 'Access Denied because object protected by object lock.');
  }
}

export function lockHeaders({ retention, legalHold }: ObjectVersion): Record<string, string> {
  return {
    ...(retention !== undefined && {
      'x-amz-object-lock-mode': retention.mode,
      'x-amz-object-lock-retain-until-date': new Date(retention.until).toISOString(),
    }),
    ...(legalHold !== undefined && { 'x-amz-object-lock-legal-hold': legalHold ? 'ON' : 'OFF' }),
  };
}

/** Makes the bucket one with locks. @throws S3Error where the document is wrong, or the bucket has no versions */
export function saveLockConfiguration({ buckets }: Store, bucket: Bucket, text: string): void {
  const { ObjectLockEnabled, Rule } = parseDocument(text, ROOT);
  if (ObjectLockEnabled !== 'Enabled') throw new S3Error('MalformedXML');
  if (Rule !== undefined) {
    const { Mode, Days, Years } = nodeOf(nodeOf(Rule)['DefaultRetention']);
    const isMode = Mode === 'GOVERNANCE' || Mode === 'COMPLIANCE';
    if (!isMode || (Days === undefined) === (Years === undefined)) throw new S3Error('MalformedXML');
    if (!(Number(Days ?? Years) > 0)) {
      throw new S3Error('InvalidArgument', 'Default retention period must be a positive integer value.');
    }
  }
  if (bucket.versioning !== 'Enabled') {
    const reason = "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration";
    throw new S3Error('InvalidBucketState', reason);
  }
  buckets.save({ ...bucket, objectLock: true });
  buckets.saveSetting(bucket.name, SETTING, text);
}

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html */
export function objectLockOperations(store: Store): Operations {
  const { buckets, versions, now } = store;
  const target = (request: S3Request): ObjectVersion => {
    const bucket = requireBucket(store, request);
    requireLocks(bucket);
    return requireVersion(store, bucket, request.key ?? '', request.query.get('versionId') ?? undefined);
  };
  return {
    'bucket GET object-lock'(request) {
      const bucket = requireBucket(store, request);
      if (!bucket.objectLock) throw new S3Error('ObjectLockConfigurationNotFoundError');
      return { xml: buckets.setting(bucket.name, SETTING) ?? document(ROOT, { ObjectLockEnabled: 'Enabled' }) };
    },
    async 'bucket PUT object-lock'(request) {
      const text = await readDocument(request);
      saveLockConfiguration(store, requireBucket(store, request), text);
      return {};
    },
    'object GET retention'(request) {
      const { retention } = target(request);
      if (retention === undefined) throw new S3Error('NoSuchObjectLockConfiguration');
      return { xml: document('Retention', { Mode: retention.mode, RetainUntilDate: new Date(retention.until) }) };
    },
    async 'object PUT retention'(request) {
      const text = await readDocument(request);
      const version = target(request);
      const asked = parseDocument(text, 'Retention');
      const retention = Object.keys(asked).some((name) => name !== 'xmlns') ? retentionOf(asked, now()) : undefined;
      checkRetentionChange(version.retention, retention, request.header, now());
      versions.change({ ...version, retention });
      return {};
    },
    'object GET legal-hold'(request) {
      const { legalHold } = target(request);
      if (legalHold === undefined) throw new S3Error('NoSuchObjectLockConfiguration');
      return { xml: document('LegalHold', { Status: legalHold ? 'ON' : 'OFF' }) };
    },
    async 'object PUT legal-hold'(request) {
      const text = await readDocument(request);
      const version = target(request);
      const { Status } = parseDocument(text, 'LegalHold');
      if (Status !== 'ON' && Status !== 'OFF') throw new S3Error('MalformedXML');
      versions.change({ ...version, legalHold: Status === 'ON' });
      return {};
    },
  };
}

/** It may be prolonged. Less is for governance alone, with leave to bypass it. */
function checkRetentionChange(
  before: Retention | undefined,
  after: Retention | undefined,
  header: S3Request['header'],
  now: number,
): void {
  if (before === undefined || before.until <= now) return;
  const weaker =
    after === undefined || after.until < before.until || (before.mode === 'COMPLIANCE' && after.mode !== before.mode);
  if (!weaker) return;
  if (before.mode === 'GOVERNANCE' && header(BYPASS) === 'true') return;
  throw new S3Error('AccessDenied', 'Access Denied because object protected by object lock.');
}
