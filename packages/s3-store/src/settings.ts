import { NO_CONTENT } from './answer.ts';
import { checkCors } from './cors.ts';
import { parseLifecycle } from './lifecycle.ts';
import { parseNotifications } from './notifications.ts';
import { readDocument } from './read-document.ts';
import { S3Error, type S3ErrorCode } from './s3-error.ts';
import { type Operations, requireBucket, type Store } from './store.ts';
import { parseTagging } from './tags.ts';
import { NOTIFICATION, tellTest } from './tell.ts';
import { document, nodeOf, nodesOf, parseDocument, textOf, type XmlNode } from './xml.ts';

interface Setting {
  /** The root element of its document. */
  readonly root: string;
  /** What a bucket has that was given none. */
  readonly byDefault?: XmlNode;
  /** What is said where there is none. */
  readonly missing?: S3ErrorCode;
  /** Deleting it is an action. */
  readonly deletable: boolean;
  /** Of a PUT. */
  readonly status: 200 | 204;
  /** @throws S3Error */
  check?(document: string): void;
}

const YES_TO_ALL = {
  ...{ BlockPublicAcls: 'true', IgnorePublicAcls: 'true', BlockPublicPolicy: 'true', RestrictPublicBuckets: 'true' },
};
const OWNER_ENFORCED = { Rule: { ObjectOwnership: 'BucketOwnerEnforced' } };
const OWNERSHIPS = ['BucketOwnerEnforced', 'BucketOwnerPreferred', 'ObjectWriter'];
const SSE = { Rule: { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' }, BucketKeyEnabled: 'false' } };

/** By the sub-resource's name. What a bucket is given is kept, and given back. */
const SETTINGS: Readonly<Record<string, Setting>> = {
  cors: {
    ...{ root: 'CORSConfiguration', missing: 'NoSuchCORSConfiguration', deletable: true, status: 200 },
    check: checkCors,
  },
  encryption: {
    ...{ root: 'ServerSideEncryptionConfiguration', byDefault: SSE, deletable: true, status: 200 },
    check: (text) => void encryptionOf(text),
  },
  lifecycle: {
    ...{ root: 'LifecycleConfiguration', missing: 'NoSuchLifecycleConfiguration', deletable: true, status: 200 },
    check: (text) => void parseLifecycle(text),
  },
  notification: {
    ...{ root: 'NotificationConfiguration', byDefault: {}, deletable: false, status: 200 },
    check: (text) => void parseNotifications(text),
  },
  ownershipControls: {
    ...{ root: 'OwnershipControls', missing: 'OwnershipControlsNotFoundError', deletable: true, status: 200 },
    check: (text) => void ownershipOf(text),
  },
  publicAccessBlock: {
    ...{ root: 'PublicAccessBlockConfiguration', missing: 'NoSuchPublicAccessBlockConfiguration' },
    ...{ deletable: true, status: 200 },
  },
  tagging: {
    ...{ root: 'Tagging', missing: 'NoSuchTagSet', deletable: true, status: 204 },
    check: (text) => void parseTagging(text, 'bucket'),
  },
};

/** What a new bucket has. Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/create-bucket-faq.html */
export function saveDefaults({ buckets }: Store, bucket: string, ownership = OWNERSHIPS[0]): void {
  const ownershipControls = { Rule: { ObjectOwnership: ownership } };
  buckets.saveSetting(bucket, 'publicAccessBlock', document('PublicAccessBlockConfiguration', YES_TO_ALL));
  buckets.saveSetting(bucket, 'ownershipControls', document('OwnershipControls', ownershipControls));
}

export const isOwnership = (name: string): boolean => OWNERSHIPS.includes(name);

/** Sets a bucket's setting by its document. @throws S3Error */
export function saveSetting(store: Store, bucket: string, name: string, text: string): void {
  const { buckets, atomically } = store;
  const { root, check } = SETTINGS[name]!;
  parseDocument(text, root);
  check?.(text);
  atomically(() => {
    if (name === NOTIFICATION) tellTest(store, bucket, buckets.setting(bucket, name), text);
    buckets.saveSetting(bucket, name, text);
  });
}

export function settingOperations(store: Store): Operations {
  const { buckets } = store;
  const operations = Object.entries(SETTINGS).flatMap(([name, { root, byDefault, missing, deletable, status }]) => {
    const all: Operations = {
      [`bucket GET ${name}`](request) {
        const bucket = requireBucket(store, request);
        const xml = buckets.setting(bucket.name, name) ?? (byDefault && document(root, byDefault));
        if (xml !== undefined) return { xml };
        throw new S3Error(missing!, undefined, { details: { BucketName: bucket.name } });
      },
      async [`bucket PUT ${name}`](request) {
        requireBucket(store, request);
        const text = await readDocument(request);
        saveSetting(store, requireBucket(store, request).name, name, text);
        return { status };
      },
      [`bucket DELETE ${name}`](request) {
        buckets.removeSetting(requireBucket(store, request).name, name);
        return NO_CONTENT;
      },
    };
    return Object.entries(all).filter(([operation]) => deletable || !operation.includes(' DELETE '));
  });
  return { ...Object.fromEntries(operations), ...policyOperations(store) };
}

/** The one setting that is JSON. */
function policyOperations(store: Store): Operations {
  const { buckets } = store;
  return {
    'bucket GET policy'(request) {
      const bucket = requireBucket(store, request);
      const body = buckets.setting(bucket.name, 'policy');
      if (body !== undefined) return { text: { type: 'application/json', body } };
      throw new S3Error('NoSuchBucketPolicy', undefined, { details: { BucketName: bucket.name } });
    },
    async 'bucket PUT policy'(request) {
      requireBucket(store, request);
      const text = await readDocument(request);
      savePolicy(store, requireBucket(store, request).name, text);
      return NO_CONTENT;
    },
    'bucket DELETE policy'(request) {
      buckets.removeSetting(requireBucket(store, request).name, 'policy');
      return NO_CONTENT;
    },
  };
}

/** @throws S3Error `MalformedPolicy` */
export function savePolicy({ buckets }: Store, bucket: string, text: string): void {
  let policy: unknown;
  try {
    policy = JSON.parse(text);
  } catch {
    throw new S3Error('MalformedPolicy');
  }
  if (typeof policy !== 'object' || policy === null || Array.isArray(policy)) throw new S3Error('MalformedPolicy');
  if (!('Statement' in policy)) throw new S3Error('MalformedPolicy', 'Missing required field Statement');
  buckets.saveSetting(bucket, 'policy', text);
}

/** Headers of an object that is written without saying how it is encrypted. */
export function defaultEncryption({ buckets }: Store, bucket: string): Record<string, string> {
  const text = buckets.setting(bucket, 'encryption');
  const { algorithm, keyId } = text === undefined ? { algorithm: 'AES256' } : encryptionOf(text);
  const name = 'x-amz-server-side-encryption';
  return { [name]: algorithm, ...(keyId !== undefined && { [`${name}-aws-kms-key-id`]: keyId }) };
}

function encryptionOf(text: string): { readonly algorithm: string; readonly keyId?: string } {
  const { Rule } = parseDocument(text, 'ServerSideEncryptionConfiguration');
  const rule = nodesOf(Rule)[0];
  if (rule === undefined) throw new S3Error('MalformedXML');
  const { SSEAlgorithm = 'AES256', KMSMasterKeyID } = nodeOf(rule['ApplyServerSideEncryptionByDefault']);
  const keyId = textOf(KMSMasterKeyID);
  return { algorithm: textOf(SSEAlgorithm) ?? '', ...(keyId !== undefined && { keyId }) };
}

/** Whether objects of the bucket may have ACLs of their own. */
export function allowsAcls({ buckets }: Store, bucket: string): boolean {
  const text = buckets.setting(bucket, 'ownershipControls');
  return text === undefined || ownershipOf(text) !== OWNER_ENFORCED.Rule.ObjectOwnership;
}

function ownershipOf(text: string): string {
  const ownership = textOf(nodesOf(parseDocument(text, 'OwnershipControls')['Rule'])[0]?.['ObjectOwnership']);
  if (ownership === undefined || !isOwnership(ownership)) throw new S3Error('MalformedXML');
  return ownership;
}
