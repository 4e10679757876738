import type { NotificationRule } from './notifications.ts';
import type { ObjectChange } from './store.ts';

interface Place {
  readonly region: string;
  readonly accountId: string;
}

const bucketArn = (bucket: string): string => `arn:aws:s3:::${bucket}`;

/**
 * What a function, queue or topic is sent.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 */
export function recordsOf(change: ObjectChange, { id }: NotificationRule, { region, accountId }: Place): object {
  const { type, bucket, key, versionId, size, etag, sequencer, at, sourceIp, requestId } = change;
  const record = {
    eventVersion: '2.1',
    eventSource: 'aws:s3',
    awsRegion: region,
    eventTime: new Date(at).toISOString(),
    eventName: type,
    userIdentity: { principalId: `AWS:${accountId}` },
    requestParameters: { sourceIPAddress: sourceIp },
    responseElements: { 'x-amz-request-id': requestId, 'x-amz-id-2': requestId },
    s3: {
      s3SchemaVersion: '1.0',
      configurationId: id,
      bucket: { name: bucket, ownerIdentity: { principalId: accountId }, arn: bucketArn(bucket) },
      object: {
        // As in a form: a space is a plus sign.
        key: encodeURIComponent(key).replaceAll('%20', '+').replaceAll('%2F', '/'),
        size,
        eTag: etag,
        versionId,
        sequencer,
      },
    },
  };
  return { Records: [record] };
}

const REASONS: Readonly<Record<ObjectChange['type'], string | undefined>> = {
  'ObjectCreated:Put': 'PutObject',
  'ObjectCreated:Post': 'PostObject',
  'ObjectCreated:Copy': 'CopyObject',
  'ObjectCreated:CompleteMultipartUpload': 'CompleteMultipartUpload',
  'ObjectRemoved:Delete': 'DeleteObject',
  'ObjectRemoved:DeleteMarkerCreated': 'DeleteObject',
  'ObjectTagging:Put': undefined,
  'ObjectTagging:Delete': undefined,
};

const DETAIL_TYPES: Readonly<Record<ObjectChange['type'], string>> = {
  'ObjectCreated:Put': 'Object Created',
  'ObjectCreated:Post': 'Object Created',
  'ObjectCreated:Copy': 'Object Created',
  'ObjectCreated:CompleteMultipartUpload': 'Object Created',
  'ObjectRemoved:Delete': 'Object Deleted',
  'ObjectRemoved:DeleteMarkerCreated': 'Object Deleted',
  'ObjectTagging:Put': 'Object Tags Added',
  'ObjectTagging:Delete': 'Object Tags Deleted',
};

/**
 * The event on the account's bus.
 * @param id of the event
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
 */
export function busEvent(change: ObjectChange, id: string, { region, accountId }: Place): object {
  const { type, bucket, key, versionId, size, etag, sequencer, at, sourceIp, requestId } = change;
  const isRemoval = type.startsWith('ObjectRemoved:');
  const isMarker = type === 'ObjectRemoved:DeleteMarkerCreated';
  return {
    version: '0',
    id,
    'detail-type': DETAIL_TYPES[type],
    source: 'aws.s3',
    account: accountId,
    time: new Date(at).toISOString().replace(/\.\d+Z$/, 'Z'),
    region,
    resources: [bucketArn(bucket)],
    detail: {
      version: '0',
      bucket: { name: bucket },
      object: { key, size, etag, 'version-id': versionId, sequencer },
      'request-id': requestId,
      requester: accountId,
      'source-ip-address': sourceIp,
      reason: REASONS[type],
      'deletion-type': isRemoval ? (isMarker ? 'Delete Marker Created' : 'Permanently Deleted') : undefined,
    },
  };
}

/** What a queue or topic is sent when it is first named. */
export const testMessage = (bucket: string, at: number, requestId: string): object => ({
  Service: 'Amazon S3',
  Event: 's3:TestEvent',
  Time: new Date(at).toISOString(),
  Bucket: bucket,
  RequestId: requestId,
  HostId: requestId,
});
