import { randomUUID } from 'node:crypto';
import { randomId } from './answer.ts';
import type { Bucket } from './bucket-store.ts';
import { busEvent, recordsOf, testMessage } from './notification-messages.ts';
import { parseNotifications, rulesFor } from './notifications.ts';
import type { S3Request } from './s3-request.ts';
import type { ChangeType, ObjectChange, Store } from './store.ts';
import type { ObjectVersion } from './version-store.ts';

export const NOTIFICATION = 'notification';
/** Of no bytes, which is what a delete marker has. */
const EMPTY_MD5 = 'd41d8cd98f00b204e9800998ecf8427e';

/** Tells of a change, within its transaction, whomever the bucket's notification configuration names. */
export function tell(store: Store, request: S3Request, bucket: Bucket, version: ObjectVersion, type: ChangeType): void {
  const document = store.buckets.setting(bucket.name, NOTIFICATION);
  if (document === undefined) return;
  const change = changeOf(store, request, bucket, version, type);
  const about = { bucket: bucket.name, at: change.at, label: `aws.s3 ${type} ${change.key}` };
  const notifications = parseNotifications(document);
  for (const rule of rulesFor(notifications, type, change.key)) {
    const message = recordsOf(change, rule, store);
    store.notify({ ...about, id: randomUUID(), destination: rule.destination, message });
  }
  if (!notifications.eventBridge) return;
  const id = randomUUID();
  store.notify({ ...about, id, message: busEvent(change, id, store) });
}

/** Tells queues and topics that they are named by a new configuration, as S3 does. */
export function tellTest(store: Store, bucket: string, before: string | undefined, document: string): void {
  const known = new Set(
    before === undefined ? [] : parseNotifications(before).rules.map(({ destination }) => destination),
  );
  const destinations = parseNotifications(document)
    .rules.filter(({ kind, destination }) => kind !== 'function' && !known.has(destination))
    .map(({ destination }) => destination);
  const at = store.now();
  for (const destination of new Set(destinations)) {
    const message = testMessage(bucket, at, randomId());
    store.notify({ bucket, at, label: 's3:TestEvent', id: randomUUID(), destination, message });
  }
}

function changeOf(
  { now, versions }: Store,
  { incoming }: S3Request,
  { name, versioning }: Bucket,
  { key, versionId, size, etag, sequence }: ObjectVersion,
  type: ChangeType,
): ObjectChange {
  const isMarker = type === 'ObjectRemoved:DeleteMarkerCreated';
  const isThere = !type.startsWith('ObjectRemoved:');
  const order = isThere || isMarker ? sequence : versions.lastSequence() + 1;
  return {
    ...{ type, bucket: name, key, at: now() },
    ...(versioning !== undefined && { versionId }),
    ...(isThere && { size, etag }),
    ...(isMarker && { etag: EMPTY_MD5 }),
    sequencer: order.toString(16).toUpperCase().padStart(18, '0'),
    sourceIp: incoming.socket.remoteAddress?.replace(/^::ffff:/, '') ?? '127.0.0.1',
    requestId: randomId().slice(0, 16).toUpperCase(),
  };
}
